import Foundation

/// Holds JSON values against the schemas of an OpenAPI document, more strictly than JSON Schema would: a key that a
/// schema does not name is a fault.
struct SchemaCheck: Sendable {
  let document: JSONTree

  init(_ json: Data) throws { document = try JSONDecoder().decode(JSONTree.self, from: json) }

  /// What is wrong with the value, each with its place; none where it fits.
  func faults(of value: JSONTree, _ schema: JSONTree?, at place: String = "$") -> [String] {
    guard let schema else { return ["\(place): no schema"] }
    if let reference = schema["$ref"]?.text {
      return faults(of: value, resolved(reference), at: place)
    }
    if let options = schema["anyOf"]?.items {
      let each = options.map { faults(of: value, $0, at: place) }
      return each.contains(where: \.isEmpty) ? [] : ["\(place): none of \(each)"]
    }
    if let words = schema["enum"]?.items, !words.contains(value) {
      return ["\(place): \(value) is not among \(words)"]
    }
    guard let type = schema["type"] else { return [] }
    let types = type.text.map { [$0] } ?? type.items.compactMap(\.text)
    guard types.contains(value.type) || (value.type == "integer" && types.contains("number")) else {
      return ["\(place): \(value.type), not \(types)"]
    }
    switch value {
    case .null, .bool: return []
    case .object(let members): return faults(of: members, schema, at: place)
    case .array(let items):
      return items.enumerated().flatMap {
        faults(of: $0.element, schema["items"], at: "\(place)[\($0.offset)]")
      }
    case .string(let text): return faults(of: text, schema, at: place)
    case .number(let number): return faults(of: number, schema, at: place)
    }
  }

  private func faults(
    of object: [String: JSONTree], _ schema: JSONTree, at place: String
  ) -> [String] {
    let required = schema["required"]?.items.compactMap(\.text) ?? []
    let missing = required.filter { object[$0] == nil }.map { "\(place): \($0) is missing" }
    return missing
      + object.sorted { $0.key < $1.key }.flatMap { key, value in
        if let property = schema["properties", key] {
          return faults(of: value, property, at: "\(place).\(key)")
        }
        if let other = schema["additionalProperties"], case .object = other {
          return faults(of: value, other, at: "\(place).\(key)")
        }
        return ["\(place): \(key) is not known"]
      }
  }

  private func faults(of text: String, _ schema: JSONTree, at place: String) -> [String] {
    if let pattern = schema["pattern"]?.text,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      return ["\(place): \"\(text)\" is not like \(pattern)"]
    }
    if schema["format"] == .string("uuid"), UUID(uuidString: text) == nil {
      return ["\(place): \"\(text)\" is no UUID"]
    }
    let count = Double(text.unicodeScalars.count)
    return Self.isWithin(count, schema["minLength"], schema["maxLength"])
      ? [] : ["\(place): of a wrong length"]
  }

  private func faults(of number: Double, _ schema: JSONTree, at place: String) -> [String] {
    Self.isWithin(number, schema["minimum"], schema["maximum"])
      ? [] : ["\(place): \(number) is out of bounds"]
  }

  private static func isWithin(_ number: Double, _ least: JSONTree?, _ most: JSONTree?) -> Bool {
    number >= least?.number ?? -.infinity && number <= most?.number ?? .infinity
  }

  func resolved(_ reference: String) -> JSONTree? {
    document[reference.dropFirst(2).split(separator: "/").map(String.init)]
  }

  /// The schema of an operation's answer with this status.
  func schema(_ path: String, _ method: String, _ status: Int) -> JSONTree? {
    document[
      "paths", path, method, "responses", "\(status)", "content", "application/json", "schema"]
  }
}
