import PromQL

/// `{{define}}`, `{{block}}` and `{{template}}`.
extension TemplateParser {
  /// After `define`: its name, and all up to its `{{end}}`.
  mutating func define(_ word: TemplateToken) throws(TemplateMistake) {
    let name = try templateName(for: word)
    try closeAction(of: word)
    try addDefinition(name, of: word)
  }

  /// After `block`: a definition, and its invocation at this place.
  mutating func block(_ word: TemplateToken) throws(TemplateMistake) -> TemplateNode {
    let position = nextPosition
    let name = try templateName(for: word)
    let pipeline = try pipeline(for: word.text, closing: .rightDelimiter)
    try addDefinition(name, of: word)
    return .invocation(TemplateInvocation(position: position, name: name, pipeline: pipeline))
  }

  /// After `template`: a name, which may be defined further below or not at all, and what it is about.
  mutating func invocation(_ word: TemplateToken) throws(TemplateMistake) -> TemplateNode {
    var invocation = TemplateInvocation(
      position: nextPosition, name: try templateName(for: word), pipeline: nil)
    if nextKind == .rightDelimiter {
      try closeAction(of: word)
    } else {
      invocation.pipeline = try pipeline(for: word.text, closing: .rightDelimiter)
    }
    return .invocation(invocation)
  }

  private mutating func templateName(for word: TemplateToken) throws(TemplateMistake) -> String {
    skipSpace()
    let token = take()
    switch token.kind {
    case .raw: return String(token.text.dropFirst().dropLast())
    case .quoted:
      if let name = GoString.unquoted(token.text) { return name }
      throw TemplateMistake("\(token.text) has an escape that is none", at: token.position)
    default:
      throw TemplateMistake("{{\(word.text)}} needs a name in quotes", at: token.position)
    }
  }

  /// A definition knows no variables but `$`, which is what it is invoked with, and ends no range around it.
  private mutating func addDefinition(
    _ name: String, of word: TemplateToken
  ) throws(TemplateMistake) {
    try enter(at: word.position)
    defer { leave() }
    let (outerVariables, outerRangeDepth) = (variables, rangeDepth)
    (variables, rangeDepth) = (["$"], 0)
    defer { (variables, rangeDepth) = (outerVariables, outerRangeDepth) }
    let (nodes, stop) = try nodes()
    guard stop.kind == .word else {
      throw TemplateMistake("{{\(word.text)}} has no {{end}}", at: word.position)
    }
    guard stop.text == "end" else {
      throw TemplateMistake("unexpected {{else}} in {{\(word.text)}}", at: stop.position)
    }
    // As in Go, what holds nothing but space gives way to another of its name.
    let former = definitions[name] ?? []
    if former.allSatisfy(\.isBlank) {
      definitions[name] = nodes
    } else if !nodes.allSatisfy(\.isBlank) {
      throw TemplateMistake(
        "multiple definition of template \(quoted(name))", at: word.position)
    }
  }
}

extension TemplateNode {
  fileprivate var isBlank: Bool {
    if case .text(let text) = self { text.allSatisfy(\.isWhitespace) } else { false }
  }
}
