import PromQL

/// A parsed template. Descriptions are those of Go's nodes: they stand in messages.
indirect enum TemplateNode: Sendable {
  case text(String)
  case action(TemplatePipeline)
  case conditional(TemplateBranch)
  case range(TemplateBranch)
  case with(TemplateBranch)
  case invocation(TemplateInvocation)
  case breakLoop
  case continueLoop
}

/// A text's tree, with the templates that it defines for itself.
struct TemplateTree: Sendable {
  var nodes: [TemplateNode]
  var definitions: [String: [TemplateNode]]
}

/// `{{template "name" pipeline}}`, and what `{{block}}` leaves in its place.
struct TemplateInvocation: Sendable {
  /// Of the name.
  var position: Int
  var name: String
  /// What `.` is within it; nothing without.
  var pipeline: TemplatePipeline?

  var description: String {
    "{{template \(quoted(name))" + (pipeline.map { " " + $0.description } ?? "") + "}}"
  }
}

struct TemplateBranch: Sendable {
  var pipeline: TemplatePipeline
  var body: [TemplateNode]
  var alternative: [TemplateNode]
}

/// Commands, each but the first with the result of the one before as last argument.
struct TemplatePipeline: Sendable {
  var position: Int
  var variables: [String]
  var isAssignment: Bool
  var commands: [TemplateCommand]

  var description: String {
    let list = commands.map(\.description).joined(separator: " | ")
    guard !variables.isEmpty else { return list }
    return variables.joined(separator: ", ") + (isAssignment ? " = " : " := ") + list
  }
}

struct TemplateCommand: Sendable {
  var position: Int
  var operands: [TemplateOperand]

  var description: String { operands.map(\.description).joined(separator: " ") }
}

struct TemplateOperand: Sendable {
  var position: Int
  var kind: Kind

  indirect enum Kind: Sendable {
    case dot
    case null
    case boolean(Bool)
    case integer(Int, text: String)
    case number(Double, text: String)
    /// `quoted` as it was written.
    case text(String, quoted: String)
    case function(String)
    /// `.a.b`.
    case fields([String])
    case variable(String, fields: [String])
    /// `(pipeline).a.b`.
    case pipeline(TemplatePipeline, fields: [String])
  }

  var description: String {
    switch kind {
    case .dot: "."
    case .null: "nil"
    case .boolean(let value): "\(value)"
    case .integer(_, let text), .number(_, let text): text
    case .text(_, let quoted): quoted
    case .function(let name): name
    case .fields(let names): names.map { "." + $0 }.joined()
    case .variable(let name, let fields): name + fields.map { "." + $0 }.joined()
    case .pipeline(let pipeline, let fields):
      "(\(pipeline.description))" + fields.map { "." + $0 }.joined()
    }
  }
}
