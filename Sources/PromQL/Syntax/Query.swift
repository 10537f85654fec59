/// A query, parsed and type-checked: made once, evaluated often.
package struct Query: Sendable, CustomStringConvertible {
  package let text: String
  package let expression: Expression

  /// - Throws: the first mistake, with its place.
  package init(_ text: String) throws(Diagnostic) {
    self.text = text
    var parser = try Parser(text)
    expression = try parser.parse()
  }

  package var valueType: ValueType { expression.valueType }

  /// Every selector in it, those of ranges and subqueries too, in reading order.
  package var selectors: [VectorSelector] { expression.selectors }

  /// The canonical form: on one line, with single spaces; it means the same.
  package var description: String { expression.description }
}
