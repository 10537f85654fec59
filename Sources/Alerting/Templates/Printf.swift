import PromQL

/// Go's `fmt.Sprintf` for the values that templates have.
struct Printf {
  private struct Verb {
    var letter: Character = "v"
    var isLeft = false
    var hasPlus = false
    var hasSharp = false
    var hasSpace = false
    var hasZero = false
    var width: Int?
    var precision: Int?
  }

  static func text(_ format: String, _ values: [TemplateValue]) -> String {
    var result = ""
    var rest = Array(format)[...]
    var next = 0
    while let character = rest.popFirst() {
      guard character == "%" else {
        result.append(character)
        continue
      }
      var verb = Verb()
      guard read(&verb, from: &rest) else {
        result += "%!(NOVERB)"
        continue
      }
      if verb.letter == "%" {
        result += "%"
      } else if next < values.count {
        result += text(of: values[next], verb)
        next += 1
      } else {
        result += "%!\(verb.letter)(MISSING)"
      }
    }
    guard next < values.count else { return result }
    let extra = values[next...].map { "\($0.typeName)=\($0.text)" }
    return result + "%!(EXTRA \(extra.joined(separator: ", ")))"
  }

  /// `fmt.Sprint`: a space between two values of which neither is a text.
  static func joined(_ values: [TemplateValue]) -> String {
    var result = ""
    for (index, value) in values.enumerated() {
      if index > 0, !isText(value), !isText(values[index - 1]) { result += " " }
      if case .none = value { result += "<nil>" } else { result += value.text }
    }
    return result
  }

  private static func isText(_ value: TemplateValue) -> Bool {
    if case .text = value { true } else { false }
  }

  /// What follows a `%`; false at the text's end.
  private static func read(_ verb: inout Verb, from rest: inout ArraySlice<Character>) -> Bool {
    flags: while let flag = rest.first {
      switch flag {
      case "-": verb.isLeft = true
      case "+": verb.hasPlus = true
      case "#": verb.hasSharp = true
      case " ": verb.hasSpace = true
      case "0": verb.hasZero = true
      default: break flags
      }
      rest.removeFirst()
    }
    verb.width = number(&rest)
    if rest.first == "." {
      rest.removeFirst()
      verb.precision = number(&rest) ?? 0
    }
    guard let letter = rest.popFirst() else { return false }
    verb.letter = letter
    return true
  }

  /// No wider than a screen could show, whatever is asked for.
  private static func number(_ rest: inout ArraySlice<Character>) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
    rest = rest.dropFirst(digits.count)
    return digits.isEmpty ? nil : min(Int(String(digits)) ?? 1_000, 1_000)
  }

  private static func text(of value: TemplateValue, _ verb: Verb) -> String {
    let text: String?
    switch value {
    case _ where verb.letter == "T": text = nil
    case .labels(let labels):
      return TemplateMap(labels.mapValues { .text($0) }).text { self.text(ofPair: $0, $1, verb) }
    case .map(let map): return map.text { self.text(ofPair: $0, $1, verb) }
    case .time(let time): text = string(time.text, verb)
    case .number(let value): text = number(value, verb)
    case .integer(let value): text = integer(value, verb)
    case .text(let value): text = string(value, verb)
    case .none: return verb.letter == "v" ? "<nil>" : "%!\(verb.letter)(<nil>)"
    default: text = verb.letter == "v" || (verb.letter == "t" && value.isBoolean) ? value.text : nil
    }
    switch (text, verb.letter) {
    case (_, "T"): return padded(value.typeName, verb)
    case (let text?, _): return padded(text, verb, isNumber: !isText(value))
    case (nil, _): return "%!\(verb.letter)(\(value.typeName)=\(value.text))"
    }
  }

  /// Of a map, each of whose keys and values is written by the verb.
  private static func text(ofPair key: String, _ value: TemplateValue, _ verb: Verb) -> String {
    text(of: .text(key), verb) + ":" + text(of: value, verb)
  }

  private static func number(_ value: Double, _ verb: Verb) -> String? {
    let text: String
    switch verb.letter {
    case "v", "g", "G":
      text =
        verb.precision.map { NumberText.general(value, digits: $0) } ?? NumberText.shortest(value)
    case "f", "F": text = NumberText.fixed(value, places: verb.precision ?? 6)
    case "e", "E": text = NumberText.scientific(value, places: verb.precision ?? 6)
    default: return nil
    }
    let cased = verb.letter == "E" || verb.letter == "G" ? text.uppercased() : text
    if value.isInfinite, value > 0, !verb.hasPlus { return cased }
    return signed(cased, verb)
  }

  private static func integer(_ value: Int, _ verb: Verb) -> String? {
    switch verb.letter {
    case "v", "d": return signed("\(value)", verb)
    case "x": return signed(String(value, radix: 16), verb)
    case "X": return signed(String(value, radix: 16, uppercase: true), verb)
    case "o": return signed(String(value, radix: 8), verb)
    case "b": return signed(String(value, radix: 2), verb)
    case "c": return UInt32(exactly: value).flatMap(Unicode.Scalar.init).map { String($0) }
    default: return nil
    }
  }

  private static func string(_ value: String, _ verb: Verb) -> String? {
    let cut = verb.precision.map { String(value.unicodeScalars.prefix($0)) } ?? value
    switch verb.letter {
    case "v", "s": return cut
    case "q": return quoted(cut)
    case "x", "X":
      return cut.utf8.map { byte in
        let digits = String(byte, radix: 16, uppercase: verb.letter == "X")
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
    default: return nil
    }
  }

  private static func signed(_ text: String, _ verb: Verb) -> String {
    guard !text.hasPrefix("-"), !text.hasPrefix("+") else { return text }
    return (verb.hasPlus ? "+" : verb.hasSpace ? " " : "") + text
  }

  private static func padded(_ text: String, _ verb: Verb, isNumber: Bool = false) -> String {
    let missing = (verb.width ?? 0) - text.unicodeScalars.count
    guard missing > 0 else { return text }
    if verb.isLeft { return text + String(repeating: " ", count: missing) }
    guard verb.hasZero else { return String(repeating: " ", count: missing) + text }
    let isSigned = isNumber && (text.hasPrefix("-") || text.hasPrefix("+"))
    return text.prefix(isSigned ? 1 : 0) + String(repeating: "0", count: missing)
      + text.dropFirst(isSigned ? 1 : 0)
  }
}

extension TemplateValue {
  fileprivate var isBoolean: Bool { if case .boolean = self { true } else { false } }
}
