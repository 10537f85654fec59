/// Tokens to a tree, by recursive descent. Functions and variables that do not exist are found here.
struct TemplateParser {
  private let tokens: [TemplateToken]
  private var index = 0
  var variables: [String]
  var definitions: [String: [TemplateNode]] = [:]
  /// Ranges that are open, which `{{break}}` and `{{continue}}` need.
  var rangeDepth = 0
  /// Blocks and brackets that are open.
  private var depth = 0
  /// No text of a person's nests deeper, and what does would end the process.
  static let depthMax = 100

  /// - Parameter variables: those that exist before the text, with their `$`.
  static func parse(_ text: String, variables: [String]) throws(TemplateMistake) -> TemplateTree {
    var parser = TemplateParser(
      tokens: try TemplateLexer.tokens(of: text), variables: ["$"] + variables)
    let (nodes, stop) = try parser.nodes()
    guard stop.kind == .end else {
      throw TemplateMistake("unexpected {{\(stop.text)}}", at: stop.position)
    }
    return TemplateTree(nodes: nodes, definitions: parser.definitions)
  }

  private init(tokens: [TemplateToken], variables: [String]) {
    self.tokens = tokens
    self.variables = variables
  }

  var token: TemplateToken { tokens[index] }

  mutating func take() -> TemplateToken {
    let token = tokens[index]
    if index + 1 < tokens.count { index += 1 }
    return token
  }

  mutating func skipSpace() { if token.kind == .space { index += 1 } }

  /// Of the next token that is no space.
  var nextKind: TemplateToken.Kind { tokens[token.kind == .space ? index + 1 : index].kind }
  var nextPosition: Int { tokens[token.kind == .space ? index + 1 : index].position }

  // MARK: Blocks

  /// Nodes up to `{{end}}` or `{{else}}`, whose word is returned, or the end of the text. After `else` its action is open.
  mutating func nodes() throws(TemplateMistake) -> ([TemplateNode], TemplateToken) {
    var nodes: [TemplateNode] = []
    while true {
      let token = take()
      switch token.kind {
      case .end: return (nodes, token)
      case .text: nodes.append(.text(token.text))
      default:
        skipSpace()
        let word = self.token
        guard word.kind == .word else {
          nodes.append(.action(try pipeline(for: "command", closing: .rightDelimiter)))
          continue
        }
        switch word.text {
        case "end":
          _ = take()
          try closeAction(of: word)
          return (nodes, word)
        case "else":
          _ = take()
          return (nodes, word)
        case "if", "range", "with":
          _ = take()
          nodes.append(try branch(word))
        case "define":
          guard depth == 0 else {
            throw TemplateMistake("{{define}} stands within another block", at: word.position)
          }
          _ = take()
          try define(word)
        case "block":
          _ = take()
          nodes.append(try block(word))
        case "template":
          _ = take()
          nodes.append(try invocation(word))
        case "break", "continue":
          _ = take()
          try closeAction(of: word)
          guard rangeDepth > 0 else {
            throw TemplateMistake("{{\(word.text)}} outside {{range}}", at: word.position)
          }
          nodes.append(word.text == "break" ? .breakLoop : .continueLoop)
        default: nodes.append(.action(try pipeline(for: "command", closing: .rightDelimiter)))
        }
      }
    }
  }

  mutating func closeAction(of word: TemplateToken) throws(TemplateMistake) {
    skipSpace()
    guard take().kind == .rightDelimiter else {
      throw TemplateMistake("expected }} after \(word.text)", at: word.position)
    }
  }

  mutating func enter(at position: Int) throws(TemplateMistake) {
    depth += 1
    guard depth <= Self.depthMax else {
      throw TemplateMistake("nested deeper than \(Self.depthMax) levels", at: position)
    }
  }

  mutating func leave() { depth -= 1 }

  private mutating func branch(_ word: TemplateToken) throws(TemplateMistake) -> TemplateNode {
    try enter(at: word.position)
    defer { leave() }
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let pipeline = try pipeline(for: word.text, closing: .rightDelimiter)
    if word.text == "range" { rangeDepth += 1 }
    let (body, stop) = try nodes()
    if word.text == "range" { rangeDepth -= 1 }
    var alternative: [TemplateNode] = []
    switch stop.text {
    case _ where stop.kind == .end:
      throw TemplateMistake("{{\(word.text)}} has no {{end}}", at: word.position)
    case "else": alternative = try self.alternative(to: word)
    default: break
    }
    let branch = TemplateBranch(pipeline: pipeline, body: body, alternative: alternative)
    switch word.text {
    case "if": return .conditional(branch)
    case "range": return .range(branch)
    default: return .with(branch)
    }
  }

  /// After `else`: the rest of its action, and what it holds.
  private mutating func alternative(to word: TemplateToken) throws(TemplateMistake)
    -> [TemplateNode]
  {
    skipSpace()
    if word.text == "if", token.kind == .word, token.text == "if" {
      // `{{else if}}` shares the `{{end}}` of its `{{if}}`.
      return [try branch(take())]
    }
    try closeAction(of: word)
    let (nodes, stop) = try nodes()
    guard stop.text == "end", stop.kind == .word else {
      throw TemplateMistake("{{\(word.text)}} has no {{end}} after {{else}}", at: word.position)
    }
    return nodes
  }

  // MARK: Pipelines

  mutating func pipeline(
    for context: String, closing: TemplateToken.Kind
  ) throws(TemplateMistake) -> TemplatePipeline {
    skipSpace()
    var pipeline = TemplatePipeline(
      position: token.position, variables: [], isAssignment: false, commands: [])
    try declarations(for: context, of: &pipeline)
    while true {
      skipSpace()
      let token = self.token
      if token.kind == closing {
        _ = take()
        try check(pipeline, for: context, at: token.position)
        if !pipeline.isAssignment { variables += pipeline.variables }
        return pipeline
      }
      pipeline.commands.append(try command(for: context, closing: closing))
    }
  }

  private func check(
    _ pipeline: TemplatePipeline, for context: String, at position: Int
  ) throws(TemplateMistake) {
    guard !pipeline.commands.isEmpty else {
      throw TemplateMistake("missing value for \(context)", at: position)
    }
    for (index, command) in pipeline.commands.enumerated().dropFirst() {
      switch command.operands.first?.kind {
      case .boolean, .dot, .null, .number, .integer, .text:
        throw TemplateMistake(
          "what is piped into command \(index + 1) is no function", at: command.position)
      default: break
      }
    }
  }

  /// `$x :=`, `$x =`, and `$i, $x :=` of a range.
  private mutating func declarations(
    for context: String, of pipeline: inout TemplatePipeline
  ) throws(TemplateMistake) {
    let start = index
    var names: [String] = []
    while token.kind == .variable {
      names.append(take().text)
      skipSpace()
      if token.kind == .comma, context == "range", names.count == 1 {
        _ = take()
        skipSpace()
        continue
      }
      break
    }
    guard !names.isEmpty, token.kind == .declare || token.kind == .assign else {
      index = start
      return
    }
    pipeline.isAssignment = take().kind == .assign
    pipeline.variables = names
    if pipeline.isAssignment {
      for name in names where !variables.contains(name) {
        throw TemplateMistake("undefined variable \(name)", at: pipeline.position)
      }
    }
  }

  private mutating func command(
    for context: String, closing: TemplateToken.Kind
  ) throws(TemplateMistake) -> TemplateCommand {
    var command = TemplateCommand(position: token.position, operands: [])
    while true {
      skipSpace()
      let token = self.token
      switch token.kind {
      case closing: return try whole(command, at: token.position)
      case .pipe:
        _ = take()
        skipSpace()
        guard self.token.kind != closing else {
          throw TemplateMistake("missing value after |", at: token.position)
        }
        return try whole(command, at: token.position)
      default:
        if let last = command.operands.last, tokens[index - 1].kind != .space {
          throw TemplateMistake(
            "unexpected \"\(token.text)\" after \(last.description)", at: token.position)
        }
        command.operands.append(try operand())
      }
    }
  }

  private func whole(_ command: TemplateCommand, at position: Int) throws(TemplateMistake)
    -> TemplateCommand
  {
    guard !command.operands.isEmpty else { throw TemplateMistake("empty command", at: position) }
    return command
  }
}
