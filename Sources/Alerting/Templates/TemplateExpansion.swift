import PromQL

/// A template at work on one alert.
///
/// Messages are those of Go's text/template, place and all: unit-test files may expect them.
struct TemplateExpansion {
  private let source: String
  private let name: String
  private let tree: TemplateTree
  let data: TemplateData
  private var output = ""
  var variables: [(name: String, value: TemplateValue)]
  /// The template whose nodes are walked: the text itself, or one that it defines.
  private var template: String
  /// What is being evaluated; messages say where.
  private var place: TemplatePlace?

  /// A template may ask for a lot; what is longer, or takes longer, is of no use to anybody.
  static let outputLimit = 1 << 20
  private static let stepLimit = 1_000_000
  private var steps = 0

  /// Blocks, brackets and templates that are open.
  private var depth = 0
  /// Beyond it no template is invoked: one that invokes itself for ever would end the process.
  private static let depthLimit = 100

  /// - Parameter name: of the template, by which it may invoke itself.
  init(_ tree: TemplateTree, source: String, name: String, data: TemplateData) {
    self.tree = tree
    self.source = source
    self.name = name
    self.data = data
    template = name
    variables = [("$", .alert(data))]
  }

  mutating func run() throws(TemplateFailure) -> String {
    _ = try walk(tree.nodes, dot: .alert(data))
    return output
  }

  mutating func at(_ place: TemplatePlace) { self.place = place }

  @inline(never)
  func failure(_ text: String) -> TemplateFailure {
    let position = place?.position ?? 0
    let before = source.utf8.prefix(position)
    let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
    let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    return TemplateFailure(
      text: "template: \(name):\(line):\(column): executing \(quoted(template)) at "
        + "<\(place?.description ?? "")>: \(text)")
  }

  /// What a call takes beside its node: values of a megabyte, and questions, are not made a million times.
  mutating func charge(_ values: [TemplateValue], isQuery: Bool) {
    steps += values.reduce(isQuery ? Self.queryCost : 0) { $0 + $1.weight / 64 }
  }

  private static let queryCost = 2_000

  mutating func enter() { depth += 1 }
  mutating func leave() { depth -= 1 }

  // MARK: Nodes

  /// What follows a node: the next one, the next turn of the range around it, or what comes after the range.
  private enum Flow {
    case next
    case continueLoop
    case breakLoop
  }

  private mutating func walk(
    _ nodes: [TemplateNode], dot: TemplateValue
  ) throws(TemplateFailure) -> Flow {
    enter()
    defer { leave() }
    for node in nodes {
      steps += 1
      guard output.utf8.count < Self.outputLimit, steps < Self.stepLimit else {
        throw TemplateFailure(
          text: "more than \(Self.outputLimit) bytes or \(Self.stepLimit) steps")
      }
      var flow = Flow.next
      switch node {
      case .text(let text): output += text
      case .action(let pipeline):
        let value = try evaluate(pipeline, dot)
        if pipeline.variables.isEmpty { output += value.text }
      case .conditional(let branch): flow = try choose(branch, dot: dot, rebinds: false)
      case .with(let branch): flow = try choose(branch, dot: dot, rebinds: true)
      case .range(let branch): flow = try loop(branch, dot: dot)
      case .invocation(let invocation): try invoke(invocation, dot: dot)
      case .breakLoop: flow = .breakLoop
      case .continueLoop: flow = .continueLoop
      }
      guard flow == .next else { return flow }
    }
    return .next
  }

  private mutating func choose(
    _ branch: TemplateBranch, dot: TemplateValue, rebinds: Bool
  ) throws(TemplateFailure) -> Flow {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let value = try evaluate(branch.pipeline, dot)
    return value.isTrue
      ? try walk(branch.body, dot: rebinds ? value : dot) : try walk(branch.alternative, dot: dot)
  }

  private mutating func loop(
    _ branch: TemplateBranch, dot: TemplateValue
  ) throws(TemplateFailure) -> Flow {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let names = branch.pipeline.variables
    let value = try evaluate(branch.pipeline, dot)
    let items = try items(of: value)
    if items.isEmpty { return try walk(branch.alternative, dot: dot) }
    for (key, item) in items {
      if let last = names.last { set(last, to: item) }
      if names.count > 1 { set(names[0], to: key) }
      let inner = variables.count
      let flow = try walk(branch.body, dot: item)
      variables.removeLast(variables.count - inner)
      if flow == .breakLoop { break }
    }
    return .next
  }

  private func items(
    of value: TemplateValue
  ) throws(TemplateFailure) -> [(TemplateValue, TemplateValue)] {
    switch value {
    case .samples(let samples): samples.enumerated().map { (.integer($0), .sample($1)) }
    case .labels(let labels):
      labels.sorted { $0.key < $1.key }.map { (.text($0.key), .text($0.value)) }
    case .map(let map): map.values.sorted { $0.key < $1.key }.map { (.text($0.key), $0.value) }
    case .none: []
    default: throw failure("range can't iterate over \(value.text)")
    }
  }

  private mutating func invoke(
    _ invocation: TemplateInvocation, dot: TemplateValue
  ) throws(TemplateFailure) {
    at(.invocation(invocation))
    let nodes = invocation.name == name ? tree.nodes : tree.definitions[invocation.name]
    guard let nodes else {
      throw failure("template \(quoted(invocation.name)) not defined")
    }
    guard depth < Self.depthLimit else {
      throw failure("exceeded maximum template depth (\(Self.depthLimit))")
    }
    var inner = TemplateValue.none
    if let pipeline = invocation.pipeline { inner = try evaluate(pipeline, dot) }
    // It inherits no variables.
    let (outerVariables, outerTemplate) = (variables, template)
    (variables, template) = ([("$", inner)], invocation.name)
    defer { (variables, template) = (outerVariables, outerTemplate) }
    _ = try walk(nodes, dot: inner)
  }

  mutating func set(_ name: String, to value: TemplateValue) {
    guard let index = variables.lastIndex(where: { $0.name == name }) else { return }
    variables[index].value = value
  }
}

/// Where an expansion is, as its messages name it.
enum TemplatePlace {
  case pipeline(TemplatePipeline)
  case command(TemplateCommand)
  case operand(TemplateOperand)
  case invocation(TemplateInvocation)

  var position: Int {
    switch self {
    case .pipeline(let pipeline): pipeline.position
    case .command(let command): command.position
    case .operand(let operand): operand.position
    case .invocation(let invocation): invocation.position
    }
  }

  var description: String {
    switch self {
    case .pipeline(let pipeline): pipeline.description
    case .command(let command): command.description
    case .operand(let operand): operand.description
    case .invocation(let invocation): invocation.description
    }
  }
}
