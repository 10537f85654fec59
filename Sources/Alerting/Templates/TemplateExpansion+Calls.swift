extension TemplateExpansion {
  mutating func call(
    _ function: TemplateFunction, _ word: TemplateOperand, _ command: TemplateCommand,
    _ dot: TemplateValue, piped: TemplateValue?
  ) throws(TemplateFailure) -> TemplateValue {
    let given = command.operands.count - 1 + (piped == nil ? 0 : 1)
    if given < function.parameters.count
      || (given > function.parameters.count && !function.isVariadic)
    {
      let wanted =
        function.isVariadic
        ? "at least \(function.parameters.count)" : "\(function.parameters.count)"
      throw failure(
        "wrong number of args for \(function.name): want \(wanted) got \(given)", at: word)
    }
    if let shortCircuit = function.stopsAt {
      return try logic(stopsAt: shortCircuit, command, dot, piped: piped)
    }
    var arguments: [TemplateValue] = []
    for (index, operand) in command.operands.dropFirst().enumerated() {
      arguments.append(try argument(operand, as: function.parameter(index), dot))
    }
    if let piped {
      let kind = function.parameter(arguments.count)
      guard kind.takes(piped) else {
        throw failure(
          "wrong type for value; expected \(kind.typeName); got \(piped.typeName)",
          at: command.position, command.description)
      }
      arguments.append(piped)
    }
    do {
      return try function.body(arguments, data)
    } catch {
      throw failure(
        "error calling \(function.name): \(Self.words(error))", at: command.position,
        command.description)
    }
  }

  private static func words(_ error: any Error) -> String {
    (error as? TemplateFailure)?.text ?? String(describing: error)
  }

  /// `and`, `or`: arguments after the one that decides are not evaluated.
  private mutating func logic(
    stopsAt truth: Bool, _ command: TemplateCommand, _ dot: TemplateValue, piped: TemplateValue?
  ) throws(TemplateFailure) -> TemplateValue {
    var last = TemplateValue.none
    for operand in command.operands.dropFirst() {
      last = try value(of: operand, dot)
      if last.isTrue == truth { return last }
    }
    return piped ?? last
  }

  private mutating func argument(
    _ operand: TemplateOperand, as kind: TemplateFunction.Parameter, _ dot: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    let value = try value(of: operand, dot)
    guard !kind.takes(value) else { return value }
    let isLiteral =
      switch operand.kind {
      case .integer, .number, .boolean, .text: true
      case .dot, .null, .function, .fields, .variable, .pipeline: false
      }
    throw failure(
      isLiteral && kind == .text
        ? "expected string; found \(operand.description)"
        : "wrong type for value; expected \(kind.typeName); got \(value.typeName)", at: operand)
  }
}
