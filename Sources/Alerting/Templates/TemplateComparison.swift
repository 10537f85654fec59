/// Go's comparisons, which take two values of one kind only.
enum TemplateComparison {
  static func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
    switch (left, right) {
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.integer(let left), .integer(let right)): return left == right
    case (.number(let left), .number(let right)): return left == right
    case (.text(let left), .text(let right)): return left == right
    case (.none, .none): return true
    case (.none, _), (_, .none): return false
    case (.sample(let left), .sample(let right)): return left == right
    case (.time(let left), .time(let right)): return left == right
    default: break
    }
    guard left.isBasic == right.isBasic, !left.isBasic else {
      throw TemplateFailure(text: "incompatible types for comparison")
    }
    guard left.kind == right.kind else {
      throw TemplateFailure(
        text: Printf.text("non-comparable types %s: ", [left])
          + "\(left.typeName), \(right.typeName): \(right.text)")
    }
    throw TemplateFailure(
      text: Printf.text("non-comparable type %s: ", [right]) + right.typeName)
  }

  static func isLess(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): return left < right
    case (.number(let left), .number(let right)): return left < right
    case (.text(let left), .text(let right)):
      return Array(left.utf8).lexicographicallyPrecedes(right.utf8)
    case (.boolean, .boolean): throw TemplateFailure(text: "invalid type for comparison")
    default:
      throw TemplateFailure(
        text: left.isBasic && right.isBasic
          ? "incompatible types for comparison" : "invalid type for comparison")
    }
  }
}

extension TemplateValue {
  fileprivate var isBasic: Bool {
    switch self {
    case .boolean, .integer, .number, .text: true
    default: false
    }
  }

  /// Of those that are not basic.
  fileprivate enum Kind { case map, list, pointer, structure }

  fileprivate var kind: Kind {
    switch self {
    case .labels, .map: .map
    case .samples: .list
    case .sample, .time: .pointer
    default: .structure
    }
  }
}
