/// Go's comparisons, which take two values of one kind only.
enum TemplateComparison {
  static func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
    switch (left, right) {
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.integer(let left), .integer(let right)): return left == right
    case (.number(let left), .number(let right)): return left == right
    case (.text(let left), .text(let right)): return left == right
    default: throw mismatch(left, right)
    }
  }

  static func isLess(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): return left < right
    case (.number(let left), .number(let right)): return left < right
    case (.text(let left), .text(let right)):
      return Array(left.utf8).lexicographicallyPrecedes(right.utf8)
    case (.boolean, .boolean): throw TemplateFailure(text: "invalid type for comparison")
    default: throw mismatch(left, right)
    }
  }

  private static func mismatch(_ left: TemplateValue, _ right: TemplateValue) -> TemplateFailure {
    for value in [left, right] {
      switch value {
      case .boolean, .integer, .number, .text: continue
      default: return TemplateFailure(text: "invalid type for comparison")
      }
    }
    return TemplateFailure(text: "incompatible types for comparison")
  }
}
