/// A JSON text in the making, whose objects keep the order of their keys.
indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Sendable, Equatable {
    var key: String
    var value: JSONValue

    init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The members whose value is there.
  static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.compactMap { key, value in value.map { Member(key, $0) } })
  }

  /// With a line for each member, indented by two blanks; lists of plain values stand in one line.
  var text: String {
    var text = ""
    write(to: &text, indent: "")
    return text
  }

  private func write(to text: inout String, indent: String) {
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += "\(number)"
    case .number(let number): text += "\(number)"
    case .string(let string): Self.write(string, to: &text)
    case .array(let items):
      let breaks = items.contains { !$0.isPlain }
      write(items.count, ("[", "]"), breaks, to: &text, indent) { index, text, indent in
        items[index].write(to: &text, indent: indent)
      }
    case .object(let members):
      write(members.count, ("{", "}"), true, to: &text, indent) { index, text, indent in
        Self.write(members[index].key, to: &text)
        text += ": "
        members[index].value.write(to: &text, indent: indent)
      }
    }
  }

  private func write(
    _ count: Int, _ brackets: (open: String, close: String), _ breaks: Bool,
    to text: inout String, _ indent: String, _ item: (Int, inout String, String) -> Void
  ) {
    text += brackets.open
    for index in 0..<count {
      if index > 0 { text += breaks ? "," : ", " }
      if breaks { text += "\n\(indent)  " }
      item(index, &text, indent + "  ")
    }
    if breaks, count > 0 { text += "\n\(indent)" }
    text += brackets.close
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
