// Brackets within brackets are evaluated by functions that call each other: what these need not do themselves is done
// elsewhere, and not inlined, so that a level takes little of the stack.
extension TemplateExpansion {
  mutating func evaluate(
    _ pipeline: TemplatePipeline, _ dot: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    enter()
    defer { leave() }
    at(.pipeline(pipeline))
    var value: TemplateValue?
    for command in pipeline.commands { value = try evaluate(command, dot, piped: value) }
    let result = value ?? .none
    if !pipeline.variables.isEmpty { declare(pipeline, as: result) }
    return result
  }

  @inline(never)
  private mutating func declare(_ pipeline: TemplatePipeline, as value: TemplateValue) {
    for variable in pipeline.variables {
      if pipeline.isAssignment {
        set(variable, to: value)
      } else {
        variables.append((variable, value))
      }
    }
  }

  private mutating func evaluate(
    _ command: TemplateCommand, _ dot: TemplateValue, piped: TemplateValue?
  ) throws(TemplateFailure) -> TemplateValue {
    let first = command.operands[0]
    if let pipeline = first.bracketed {
      if command.operands.count > 1 || piped != nil {
        throw noFunction(described: pipeline.description)
      }
      return try evaluate(pipeline, dot)
    }
    let arguments = TemplateArguments(command.operands.dropFirst(), piped: piped)
    if case .function(let name) = first.kind {
      at(.operand(first))
      return try call(name, arguments, dot, failsAt: .command(command))
    }
    return try noCall(first, arguments, dot).value
  }

  @inline(never)
  private func noFunction(described: String) -> TemplateFailure {
    failure("can't give argument to non-function \(described)")
  }

  /// The value of a command or an operand that is not nothing but brackets, and no function with arguments.
  @inline(never)
  private mutating func noCall(
    _ operand: TemplateOperand, _ arguments: TemplateArguments, _ dot: TemplateValue,
    isOperand: Bool = false
  ) throws(TemplateFailure) -> (value: TemplateValue, isOfMap: Bool) {
    at(.operand(operand))
    if case .function(let name) = operand.kind {
      return (try call(name, .none, dot, failsAt: .operand(operand)), false)
    }
    if let names = operand.fields {
      let base = try base(of: operand, dot)
      return try fields(names, of: base, operand, arguments, dot)
    }
    guard arguments.isEmpty else { throw noFunction(described: operand.description) }
    if case .null = operand.kind, !isOperand { throw failure("nil is not a command") }
    return (simple(operand, dot), false)
  }

  /// The value of an operand by itself, and whether it is what a map of any values holds.
  mutating func value(
    of operand: TemplateOperand, _ dot: TemplateValue
  ) throws(TemplateFailure) -> (value: TemplateValue, isOfMap: Bool) {
    if let pipeline = operand.bracketed { return (try evaluate(pipeline, dot), false) }
    return try noCall(operand, .none, dot, isOperand: true)
  }

  /// What the fields of an operand are those of.
  private mutating func base(
    of operand: TemplateOperand, _ dot: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    if case .pipeline(let pipeline, _) = operand.kind { return try evaluate(pipeline, dot) }
    return simple(operand, dot)
  }

  /// The value of an operand, but for its fields, that is neither a function nor in brackets.
  @inline(never)
  private func simple(_ operand: TemplateOperand, _ dot: TemplateValue) -> TemplateValue {
    switch operand.kind {
    case .dot, .fields: dot
    case .boolean(let value): .boolean(value)
    case .integer(let value, _): .integer(value)
    case .number(let value, _): .number(value)
    case .text(let value, _): .text(value)
    case .variable(let name, _): variables.last { $0.name == name }?.value ?? .none
    case .null, .function, .pipeline: .none
    }
  }

  /// `.a.b` of a value; arguments are for the last, which is a method then.
  @inline(never)
  private mutating func fields(
    _ names: [String], of value: TemplateValue, _ operand: TemplateOperand,
    _ arguments: TemplateArguments, _ dot: TemplateValue
  ) throws(TemplateFailure) -> (value: TemplateValue, isOfMap: Bool) {
    var (value, isOfMap) = (value, false)
    for (index, name) in names.enumerated() {
      let arguments = index == names.count - 1 ? arguments : .none
      if case .none = value {
        guard isOfMap else { continue }
        throw failure("nil pointer evaluating interface {}.\(name)")
      }
      if let method = TemplateFunction.method(name, of: value) {
        value = try call(method, arguments, dot, failsAt: .operand(operand))
        isOfMap = false
        continue
      }
      guard let next = value.field(name) else {
        let type = isOfMap ? "interface {}" : value.typeName
        throw failure("can't evaluate field \(name) in type \(type)")
      }
      guard arguments.isEmpty else {
        throw failure(
          value.isMap
            ? "\(name) is not a method but has arguments"
            : "\(name) has arguments but cannot be invoked as function")
      }
      if case .map = value { isOfMap = true } else { isOfMap = false }
      value = next
    }
    return (value, isOfMap)
  }
}

extension TemplateOperand {
  /// The pipeline of one that is nothing but brackets.
  fileprivate var bracketed: TemplatePipeline? {
    if case .pipeline(let pipeline, let names) = kind, names.isEmpty { pipeline } else { nil }
  }

  fileprivate var fields: [String]? {
    switch kind {
    case .fields(let names): names
    case .variable(_, let names), .pipeline(_, let names): names.isEmpty ? nil : names
    default: nil
    }
  }
}

extension TemplateValue {
  fileprivate var isMap: Bool {
    switch self {
    case .labels, .map: true
    default: false
    }
  }
}
