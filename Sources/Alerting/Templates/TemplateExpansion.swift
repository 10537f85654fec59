/// A template at work on one alert.
///
/// Messages are those of Go's text/template, place and all: unit-test files may expect them.
struct TemplateExpansion {
  let source: String
  let name: String
  let data: TemplateData
  private var output = ""
  private var variables: [(name: String, value: TemplateValue)]

  /// A template may ask for a lot; what is longer, or takes longer, is of no use to anybody.
  private static let outputLimit = 1 << 20
  private static let stepLimit = 1_000_000
  private var steps = 0

  init(source: String, name: String, data: TemplateData) {
    self.source = source
    self.name = name
    self.data = data
    variables = [("$", .alert(data))]
  }

  mutating func run(_ nodes: [TemplateNode]) throws(TemplateFailure) -> String {
    try walk(nodes, dot: .alert(data))
    return output
  }

  func failure(_ text: String, at position: Int, _ context: String) -> TemplateFailure {
    let before = source.utf8.prefix(position)
    let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
    let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    return TemplateFailure(
      text:
        "template: \(name):\(line):\(column): executing \(GoString.quoted(name)) at <\(context)>: "
        + text)
  }

  func failure(_ text: String, at operand: TemplateOperand) -> TemplateFailure {
    failure(text, at: operand.position, operand.description)
  }

  // MARK: Nodes

  private mutating func walk(_ nodes: [TemplateNode], dot: TemplateValue) throws(TemplateFailure) {
    for node in nodes {
      steps += 1
      guard output.utf8.count < Self.outputLimit, steps < Self.stepLimit else {
        throw TemplateFailure(
          text: "more than \(Self.outputLimit) bytes or \(Self.stepLimit) steps")
      }
      switch node {
      case .text(let text): output += text
      case .action(let pipeline):
        let value = try evaluate(pipeline, dot)
        if pipeline.variables.isEmpty { output += value.text }
      case .conditional(let branch): try choose(branch, dot: dot, rebinds: false)
      case .with(let branch): try choose(branch, dot: dot, rebinds: true)
      case .range(let branch): try loop(branch, dot: dot)
      }
    }
  }

  private mutating func choose(
    _ branch: TemplateBranch, dot: TemplateValue, rebinds: Bool
  ) throws(TemplateFailure) {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let value = try evaluate(branch.pipeline, dot)
    if value.isTrue {
      try walk(branch.body, dot: rebinds ? value : dot)
    } else {
      try walk(branch.alternative, dot: dot)
    }
  }

  private mutating func loop(_ branch: TemplateBranch, dot: TemplateValue) throws(TemplateFailure) {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let pipeline = branch.pipeline
    let value = try evaluate(pipeline, dot)
    let items: [(TemplateValue, TemplateValue)]
    switch value {
    case .samples(let samples):
      items = samples.enumerated().map { (.integer($0), .sample($1)) }
    case .labels(let labels):
      items = labels.sorted { $0.key < $1.key }.map { (.text($0.key), .text($0.value)) }
    case .none: items = []
    default:
      throw failure(
        "range can't iterate over \(value.text)", at: pipeline.position, pipeline.description)
    }
    if items.isEmpty { return try walk(branch.alternative, dot: dot) }
    for (key, item) in items {
      let names = pipeline.variables
      if let last = names.last { set(last, to: item) }
      if names.count > 1 { set(names[0], to: key) }
      let inner = variables.count
      try walk(branch.body, dot: item)
      variables.removeLast(variables.count - inner)
    }
  }

  // MARK: Pipelines

  private mutating func evaluate(_ pipeline: TemplatePipeline, _ dot: TemplateValue)
    throws(TemplateFailure) -> TemplateValue
  {
    var value: TemplateValue?
    for command in pipeline.commands { value = try evaluate(command, dot, piped: value) }
    let result = value ?? .none
    for variable in pipeline.variables {
      if pipeline.isAssignment {
        set(variable, to: result)
      } else {
        variables.append((variable, result))
      }
    }
    return result
  }

  private mutating func set(_ name: String, to value: TemplateValue) {
    guard let index = variables.lastIndex(where: { $0.name == name }) else { return }
    variables[index].value = value
  }

  private mutating func evaluate(
    _ command: TemplateCommand, _ dot: TemplateValue, piped: TemplateValue?
  ) throws(TemplateFailure) -> TemplateValue {
    let first = command.operands[0]
    if case .function(let name) = first.kind, let function = TemplateFunction.named(name) {
      return try call(function, first, command, dot, piped: piped)
    }
    let hasArguments = command.operands.count > 1 || piped != nil
    switch first.kind {
    case .null: throw failure("nil is not a command", at: first)
    case .fields(let names) where hasArguments,
      .variable(_, fields: let names) where hasArguments && !names.isEmpty,
      .pipeline(_, fields: let names) where hasArguments && !names.isEmpty:
      throw failure("\(names.last ?? "") is not a method but has arguments", at: first)
    case _ where hasArguments:
      throw failure("can't give argument to non-function \(first.description)", at: first)
    default: return try value(of: first, dot)
    }
  }

  /// The value of an operand that is no function call with arguments.
  mutating func value(of operand: TemplateOperand, _ dot: TemplateValue)
    throws(TemplateFailure) -> TemplateValue
  {
    switch operand.kind {
    case .dot: return dot
    case .null: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value, _): return .integer(value)
    case .number(let value, _): return .number(value)
    case .text(let value, _): return .text(value)
    case .fields(let names): return try fields(names, of: dot, operand)
    case .variable(let name, let names):
      let value = variables.last { $0.name == name }?.value ?? .none
      return try fields(names, of: value, operand)
    case .pipeline(let pipeline, let names):
      return try fields(names, of: try evaluate(pipeline, dot), operand)
    case .function(let name):
      guard let function = TemplateFunction.named(name) else { return .none }
      let command = TemplateCommand(position: operand.position, operands: [operand])
      return try call(function, operand, command, dot, piped: nil)
    }
  }

  private func fields(
    _ names: [String], of value: TemplateValue, _ operand: TemplateOperand
  ) throws(TemplateFailure) -> TemplateValue {
    var value = value
    for name in names {
      guard let next = value.field(name) else {
        if case .none = value {
          throw failure("nil data; no entry for key \(GoString.quoted(name))", at: operand)
        }
        throw failure("can't evaluate field \(name) in type \(value.typeName)", at: operand)
      }
      value = next
    }
    return value
  }
}
