/// Schemas as OpenAPI 3.1 has them.
extension Schema {
  var json: JSONValue {
    var members = rule
    if isNullable { members = Self.nullable(members) }
    if !note.isEmpty { members.append(.init("description", .string(note))) }
    return .object(members)
  }

  private var rule: [JSONValue.Member] {
    switch kind {
    case .any: return []
    case .boolean: return [type("boolean")]
    case .integer(let range):
      var members = [type("integer")]
      if let range {
        members.append(.init("minimum", .integer(range.lowerBound)))
        members.append(.init("maximum", .integer(range.upperBound)))
      } else {
        members.append(.init("format", .string("int64")))
      }
      return members
    case .number(let bounds): return [type("number")] + Self.members(bounds)
    case .string(let text): return [type("string")] + Self.members(text)
    case .word(let words):
      return [type("string"), .init("enum", .array(words.map { .string($0) }))]
    case .array(let item, let count):
      var members = [type("array"), .init("items", item.json)]
      if let count { members += Self.members(count, "minItems", "maxItems") }
      return members
    case .object(let properties, let others): return Self.members(properties, others)
    case .either(let schemas): return [.init("anyOf", .array(schemas.map(\.json)))]
    case .named(let name): return [.init("$ref", .string(name.reference))]
    }
  }

  private func type(_ name: String) -> JSONValue.Member { .init("type", .string(name)) }

  private static func members(_ bounds: Bounds) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    if let least = bounds.least {
      members.append(.init(bounds.isAbove ? "exclusiveMinimum" : "minimum", .number(least)))
    }
    if let most = bounds.most { members.append(.init("maximum", .number(most))) }
    return members
  }

  private static func members(_ text: Text) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    if let count = text.count { members += Self.members(count, "minLength", "maxLength") }
    if let pattern = text.pattern { members.append(.init("pattern", .string(pattern))) }
    if let format = text.format { members.append(.init("format", .string(format))) }
    return members
  }

  private static func members(
    _ count: ClosedRange<Int>, _ least: String, _ most: String
  ) -> [JSONValue.Member] {
    var members = [JSONValue.Member(least, .integer(Int64(count.lowerBound)))]
    if count.upperBound < Int.max {
      members.append(.init(most, .integer(Int64(count.upperBound))))
    }
    return members
  }

  private static func members(
    _ properties: [Property], _ others: Others
  ) -> [JSONValue.Member] {
    var members = [JSONValue.Member("type", .string("object"))]
    if !properties.isEmpty {
      members.append(
        .init("properties", .object(properties.map { .init($0.name, $0.schema.json) })))
    }
    let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { members.append(.init("required", .array(required))) }
    switch others {
    case .ignored: break
    case .refused: members.append(.init("additionalProperties", .bool(false)))
    case .values(let schema): members.append(.init("additionalProperties", schema.json))
    }
    return members
  }

  private static func nullable(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
    guard case .string(let type)? = members.first?.value, members.first?.key == "type" else {
      return [.init("anyOf", .array([.object(members), .object(["type": .string("null")])]))]
    }
    var members = members
    members[0].value = .array([.string(type), .string("null")])
    if let words = members.firstIndex(where: { $0.key == "enum" }),
      case .array(let known) = members[words].value
    {
      members[words].value = .array(known + [.null])
    }
    return members
  }
}
