import Foundation

/// Any JSON value.
indirect enum JSONTree: Decodable, Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let members = try? container.decode([String: JSONTree].self) {
      self = .object(members)
    } else if let items = try? container.decode([JSONTree].self) {
      self = .array(items)
    } else if let flag = try? container.decode(Bool.self) {
      self = .bool(flag)
    } else {
      self = .number(try container.decode(Double.self))
    }
  }

  subscript(_ keys: String...) -> JSONTree? { self[keys] }

  subscript(_ keys: [String]) -> JSONTree? {
    keys.reduce(self as JSONTree?) { value, key in
      if case .object(let members)? = value { members[key] } else { nil }
    }
  }

  var members: [String: JSONTree] { if case .object(let members) = self { members } else { [:] } }
  var items: [JSONTree] { if case .array(let items) = self { items } else { [] } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }

  /// JSON Schema's word for it.
  var type: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number(let number): number == number.rounded() ? "integer" : "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
