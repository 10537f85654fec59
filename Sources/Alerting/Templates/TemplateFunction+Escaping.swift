import PromQL

extension TemplateFunction {
  /// Texts made safe for where they go: a page, a script, a link.
  static let escaping: [TemplateFunction] = [
    TemplateFunction("html", [], isVariadic: true) { values, _ in .text(html(printed(values))) },
    TemplateFunction("js", [], isVariadic: true) { values, _ in .text(script(printed(values))) },
    TemplateFunction("urlquery", [], isVariadic: true) { values, _ in
      .text(urlQuery(printed(values)))
    },
    TemplateFunction("graphLink", [.text]) { values, _ in
      .text("/graph?g0.expr=\(urlQuery(values[0].text))&g0.tab=0")
    },
    TemplateFunction("tableLink", [.text]) { values, _ in
      .text("/graph?g0.expr=\(urlQuery(values[0].text))&g0.tab=1")
    },
  ]

  /// As `print` would write them, but that nothing is said as an action says it.
  private static func printed(_ values: [TemplateValue]) -> String {
    Printf.joined(
      values.map { value in if case .none = value { .text(value.text) } else { value } })
  }

  private static func html(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "&#34;"
      case "'": result += "&#39;"
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\0": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// For a string of JavaScript's, in whatever quotes.
  private static func script(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "'", "\"": result += "\\" + String(scalar)
      case "\u{7F}": result.unicodeScalars.append(scalar)
      case "<", ">", "&", "=": result += escaped(scalar)
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          result += escaped(scalar)
        }
      }
    }
    return result
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// A space becomes `+`, as in a form that is sent.
  private static func urlQuery(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: " "): result += "+"
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += (byte < 16 ? "%0" : "%") + digits
      }
    }
    return result
  }
}
