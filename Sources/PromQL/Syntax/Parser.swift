/// Reads tokens into a tree: operators by precedence, all else by descent.
///
/// One token is looked at ahead. The first mistake ends it; which words a message uses ("in grouping opts, expected
/// label") follows the places where Prometheus' grammar recovers from errors.
struct Parser {
  private var lexer: Lexer
  private(set) var token: Token
  /// Calls, selectors and subqueries are numbered: an evaluation keeps what it knows of each by that.
  private var nextID = 0
  var openAggregations = 0
  /// Of the descent.
  private(set) var depth = 0
  /// Of the tree that was read last.
  var height = 0

  /// Deeper trees are refused: every pass over the tree is recursive, and threads have small stacks.
  static let depthLimit = 100

  init(_ text: String) throws(Diagnostic) {
    lexer = Lexer(text)
    token = Token(kind: .endOfInput, text: "", span: Span(start: 0, end: 0))
    token = try lexer.next()
  }

  mutating func parse() throws(Diagnostic) -> Expression {
    if token.kind == .endOfInput {
      throw failure("no expression found in input", at: Span(start: 0, end: 0))
    }
    let expression = try self.expression()
    guard token.kind == .endOfInput else { throw unexpected() }
    try TypeChecker(text: lexer.bytes).check(expression)
    return expression
  }

  /// Operands and the operators between them that bind at least as tightly as `minimum`.
  mutating func expression(minimum: Int = 1) throws(Diagnostic) -> Expression {
    depth += 1
    defer { depth -= 1 }
    var left = try operand()
    while case .binary(let binaryOperator) = token.kind, binaryOperator.precedence >= minimum {
      let leftHeight = height
      left = try binaryOperation(binaryOperator, left: left)
      try grow(from: max(leftHeight, height))
    }
    return left
  }

  private mutating func binaryOperation(
    _ binaryOperator: BinaryOperator, left: Expression
  ) throws(Diagnostic) -> Expression {
    try advance()
    var matching = VectorMatching()
    if binaryOperator.isSetOperator { matching.cardinality = .manyToMany }
    let returnsBool = try accept(.keyword(.bool))
    if token.kind == .keyword(.on) || token.kind == .keyword(.ignoring) {
      try vectorMatching(&matching)
    }
    let isRightAssociative = binaryOperator == .power
    let right = try expression(minimum: binaryOperator.precedence + (isRightAssociative ? 0 : 1))
    return .binary(
      BinaryOperation(
        binaryOperator: binaryOperator, left: left, right: right, returnsBool: returnsBool,
        matching: matching))
  }

  private mutating func vectorMatching(_ matching: inout VectorMatching) throws(Diagnostic) {
    matching.isOn = token.kind == .keyword(.on)
    try advance()
    matching.labels = try groupingLabels()
    if token.kind == .keyword(.groupLeft) {
      matching.cardinality = .manyToOne
    } else if token.kind == .keyword(.groupRight) {
      matching.cardinality = .oneToMany
    } else {
      return
    }
    try advance()
    if token.kind == .leftParenthesis || !token.startsOperand {
      matching.included = try groupingLabels()
    }
  }

  // MARK: Tokens

  /// Where the last token ended that was taken.
  private(set) var lastEnd = 0

  mutating func advance() throws(Diagnostic) {
    lastEnd = token.span.end
    token = try lexer.next()
  }

  mutating func accept(_ kind: Token.Kind) throws(Diagnostic) -> Bool {
    guard token.kind == kind else { return false }
    try advance()
    return true
  }

  mutating func newID() -> Int {
    defer { nextID += 1 }
    return nextID
  }

  func failure(_ message: String, at span: Span) -> Diagnostic {
    Diagnostic(message, at: span.start, in: lexer.bytes)
  }

  func unexpected(in context: String = "", expected: String = "") -> Diagnostic {
    let place = context.isEmpty && openAggregations > 0 ? "aggregation" : context
    return failure(
      "unexpected \(token.description)" + (place.isEmpty ? "" : " in \(place)")
        + (expected.isEmpty ? "" : ", expected \(expected)"), at: token.span)
  }

  /// A node was put on top of a tree of this height.
  mutating func grow(from height: Int) throws(Diagnostic) {
    self.height = height + 1
    if self.height > Self.depthLimit { throw tooDeep }
  }

  var tooDeep: Diagnostic {
    failure("expression nests deeper than \(Self.depthLimit) levels", at: token.span)
  }
}
