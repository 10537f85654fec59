import PromQL

extension TemplateFunction {
  /// What Prometheus adds to Go's functions.
  static let prometheus: [TemplateFunction] = queries + texts

  private static let queries: [TemplateFunction] = [
    TemplateFunction("query", [.text]) { values, data in .samples(try data.query(values[0].text)) },
    TemplateFunction("first", [.samples]) { values, _ in
      guard case .samples(let samples) = values[0], let first = samples.first else {
        throw TemplateFailure(text: "first() called on vector with no elements")
      }
      return .sample(first)
    },
    TemplateFunction("label", [.text, .sample]) { values, _ in
      .text(sample(values[1])?.labels[values[0].text] ?? "")
    },
    TemplateFunction("value", [.sample]) { values, _ in .number(sample(values[0])?.value ?? 0) },
    TemplateFunction("strvalue", [.sample]) { values, _ in
      .text(sample(values[0])?.labels["__value__"] ?? "")
    },
    TemplateFunction("sortByLabel", [.text, .samples]) { values, _ in
      guard case .samples(let samples) = values[1] else { return values[1] }
      let name = values[0].text
      return .samples(
        samples.enumerated().sorted { left, right in
          let names = (left.element.labels[name] ?? "", right.element.labels[name] ?? "")
          return (names.0, left.offset) < (names.1, right.offset)
        }.map(\.element))
    },
  ]

  private static let texts: [TemplateFunction] = [
    TemplateFunction("title", [.text]) { values, _ in .text(title(values[0].text)) },
    TemplateFunction("toUpper", [.text]) { values, _ in .text(values[0].text.uppercased()) },
    TemplateFunction("toLower", [.text]) { values, _ in .text(values[0].text.lowercased()) },
    TemplateFunction("safeHtml", [.text]) { values, _ in values[0] },
    TemplateFunction("match", [.text, .text]) { values, _ in
      .boolean(try regex(values[0].text).firstMatch(in: values[1].text) != nil)
    },
    TemplateFunction("reReplaceAll", [.text, .text, .text]) { values, _ in
      let pattern = try regex(values[0].text)
      return .text(
        values[2].text.replacing(pattern) { match in replacement(values[1].text, match.output) })
    },
    TemplateFunction("parseDuration", [.text]) { values, _ in
      .number(Double(try PrometheusDuration.parse(values[0].text)) / 1_000)
    },
    TemplateFunction("stripPort", [.text]) { values, _ in
      .text(HostPort(values[0].text)?.host ?? values[0].text)
    },
    TemplateFunction("stripDomain", [.text]) { values, _ in
      .text(HostPort.withoutDomain(values[0].text))
    },
    TemplateFunction("args", [], isVariadic: true) { values, _ in
      let names = values.enumerated().map { ("arg\($0.offset)", $0.element) }
      let map = TemplateMap(Dictionary(uniqueKeysWithValues: names))
      guard map.depth <= 100 else { throw TemplateFailure(text: "args within args, 100 deep") }
      return .map(map)
    },
    TemplateFunction("externalURL", []) { _, data in .text(data.externalURL) },
    TemplateFunction("pathPrefix", []) { _, data in .text(path(ofURL: data.externalURL)) },
  ]

  private static func sample(_ value: TemplateValue) -> TemplateSample? {
    if case .sample(let sample) = value { sample } else { nil }
  }

  private static func regex(_ pattern: String) throws -> Regex<AnyRegexOutput> {
    do {
      return try Regex(pattern)
    } catch {
      throw TemplateFailure(text: "error parsing regexp: \(quoted(pattern))")
    }
  }

  /// `$1`, `${1}` and `${name}` stand for groups; a name goes on as far as it can.
  private static func replacement(_ template: String, _ groups: AnyRegexOutput) -> String {
    var result = ""
    var rest = Substring(template)
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest.removeFirst()
        continue
      }
      let isBraced = rest.first == "{"
      let body = isBraced ? rest.dropFirst() : rest
      let name = body.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
      let after = body[name.endIndex...]
      guard !name.isEmpty, !isBraced || after.first == "}" else {
        result += "$"
        continue
      }
      rest = isBraced ? after.dropFirst() : after
      if let number = Int(name) {
        result += groups.indices.contains(number) ? groups[number].substring ?? "" : ""
      } else {
        result += groups[String(name)]?.substring ?? ""
      }
    }
    return result + rest
  }

  /// The first letter of each word, where whatever is no letter, digit or `_` parts words.
  private static func title(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isStart = true
    for scalar in text.unicodeScalars {
      if isStart {
        result.append(contentsOf: scalar.properties.titlecaseMapping.unicodeScalars)
      } else {
        result.append(scalar)
      }
      isStart =
        scalar.isASCII
        ? !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_")
        : scalar.properties.isWhitespace
    }
    return String(result)
  }

  private static func path(ofURL url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return "" }
    let rest = url[scheme.upperBound...]
    guard let slash = rest.firstIndex(of: "/") else { return "" }
    return String(rest[slash...].prefix { $0 != "?" && $0 != "#" })
  }
}
