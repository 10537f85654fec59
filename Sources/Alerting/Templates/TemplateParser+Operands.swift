extension TemplateParser {
  mutating func operand() throws(TemplateMistake) -> TemplateOperand {
    let token = take()
    var operand = TemplateOperand(position: token.position, kind: try kind(of: token))
    // Go's place of `$x.a` is that of its first field.
    if self.token.kind == .field { operand.position = self.token.position }
    var fields: [String] = []
    while self.token.kind == .field { fields.append(String(take().text.dropFirst())) }
    guard !fields.isEmpty else { return operand }
    switch operand.kind {
    case .fields(let names): operand.kind = .fields(names + fields)
    case .variable(let name, let names): operand.kind = .variable(name, fields: names + fields)
    case .pipeline(let pipeline, let names):
      operand.kind = .pipeline(pipeline, fields: names + fields)
    default:
      throw TemplateMistake("\(operand.description) has no fields", at: token.position)
    }
    return operand
  }

  private mutating func kind(of token: TemplateToken) throws(TemplateMistake)
    -> TemplateOperand.Kind
  {
    switch token.kind {
    case .dot: return .dot
    case .field: return .fields([String(token.text.dropFirst())])
    case .variable:
      guard variables.contains(token.text) else {
        throw TemplateMistake("undefined variable \(token.text)", at: token.position)
      }
      return .variable(token.text, fields: [])
    case .raw: return .text(String(token.text.dropFirst().dropLast()), quoted: token.text)
    case .quoted:
      guard let text = GoString.unquoted(token.text) else {
        throw TemplateMistake("\(token.text) has an escape that is none", at: token.position)
      }
      return .text(text, quoted: token.text)
    case .character: return try character(token)
    case .number: return try number(token)
    case .leftParenthesis:
      try enter(at: token.position)
      defer { leave() }
      return .pipeline(
        try pipeline(for: "parenthesized pipeline", closing: .rightParenthesis), fields: [])
    case .word:
      switch token.text {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      case "nil": return .null
      default:
        guard TemplateFunction.named(token.text) != nil else {
          throw TemplateMistake("function \"\(token.text)\" not defined", at: token.position)
        }
        return .function(token.text)
      }
    default:
      throw TemplateMistake("unexpected \"\(token.text)\" in an action", at: token.position)
    }
  }

  /// `'a'` is the number of the character.
  private func character(_ token: TemplateToken) throws(TemplateMistake) -> TemplateOperand.Kind {
    let inner = token.text.dropFirst().dropLast()
    let text = inner == "\\'" ? "'" : inner == "\"" ? "\"" : GoString.unquoted("\"\(inner)\"")
    guard let scalars = text?.unicodeScalars, let scalar = scalars.first, scalars.count == 1 else {
      throw TemplateMistake("\(token.text) is no character", at: token.position)
    }
    return .integer(Int(scalar.value), text: token.text)
  }

  private func number(_ token: TemplateToken) throws(TemplateMistake) -> TemplateOperand.Kind {
    let text = token.text.replacing("_", with: "")
    if let value = GoNumber.integer(text) { return .integer(value, text: token.text) }
    if text.contains(where: { ".eEpP".contains($0) }), let value = Double(text), value.isFinite {
      return .number(value, text: token.text)
    }
    throw TemplateMistake("bad number \(token.text)", at: token.position)
  }
}
