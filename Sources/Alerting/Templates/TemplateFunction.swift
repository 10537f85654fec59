/// A function that templates may call.
struct TemplateFunction: Sendable {
  enum Parameter: Sendable {
    case any, text, sample, samples

    func takes(_ value: TemplateValue) -> Bool {
      switch (self, value) {
      case (.any, _), (.text, .text), (.sample, .sample), (.samples, .samples): true
      default: false
      }
    }

    var typeName: String {
      switch self {
      case .any: "interface {}"
      case .text: "string"
      case .sample: "*template.sample"
      case .samples: "template.queryResult"
      }
    }
  }

  typealias Body =
    @Sendable (_ arguments: [TemplateValue], _ data: TemplateData) throws ->
    TemplateValue

  let name: String
  /// Those that must be given.
  let parameters: [Parameter]
  /// Whether more may follow, of any type.
  let isVariadic: Bool
  /// For `and` and `or`: the truth of the argument that ends the search.
  let stopsAt: Bool?
  let body: Body

  init(
    _ name: String, _ parameters: [Parameter], isVariadic: Bool = false, stopsAt: Bool? = nil,
    _ body: @escaping Body
  ) {
    self.name = name
    self.parameters = parameters
    self.isVariadic = isVariadic
    self.stopsAt = stopsAt
    self.body = body
  }

  func parameter(_ index: Int) -> Parameter {
    parameters.indices.contains(index) ? parameters[index] : .any
  }

  static func named(_ name: String) -> TemplateFunction? { all[name] }

  private static let all: [String: TemplateFunction] = Dictionary(
    uniqueKeysWithValues: (language + indexing + escaping + humanizing + prometheus).map {
      ($0.name, $0)
    })
}

extension TemplateFunction {
  /// Go's own.
  fileprivate static let language: [TemplateFunction] = [
    TemplateFunction("and", [.any], isVariadic: true, stopsAt: false) { values, _ in
      values.last ?? .none
    },
    TemplateFunction("or", [.any], isVariadic: true, stopsAt: true) { values, _ in
      values.last ?? .none
    },
    TemplateFunction("not", [.any]) { values, _ in .boolean(!values[0].isTrue) },
    TemplateFunction("eq", [.any], isVariadic: true) { values, _ in
      guard values.count > 1 else { throw TemplateFailure(text: "missing argument for comparison") }
      var isEqual = false
      for other in values.dropFirst() where try TemplateComparison.areEqual(values[0], other) {
        isEqual = true
      }
      return .boolean(isEqual)
    },
    TemplateFunction("ne", [.any, .any]) { values, _ in
      .boolean(!(try TemplateComparison.areEqual(values[0], values[1])))
    },
    TemplateFunction("lt", [.any, .any]) { values, _ in
      .boolean(try TemplateComparison.isLess(values[0], values[1]))
    },
    TemplateFunction("le", [.any, .any]) { values, _ in
      .boolean(
        try TemplateComparison.isLess(values[0], values[1])
          || TemplateComparison.areEqual(values[0], values[1]))
    },
    TemplateFunction("gt", [.any, .any]) { values, _ in
      .boolean(
        !(try TemplateComparison.isLess(values[0], values[1])
          || TemplateComparison.areEqual(values[0], values[1])))
    },
    TemplateFunction("ge", [.any, .any]) { values, _ in
      .boolean(!(try TemplateComparison.isLess(values[0], values[1])))
    },
    TemplateFunction("print", [], isVariadic: true) { values, _ in .text(Printf.joined(values)) },
    TemplateFunction("println", [], isVariadic: true) { values, _ in
      .text(values.map(\.text).joined(separator: " ") + "\n")
    },
    TemplateFunction("printf", [.text], isVariadic: true) { values, _ in
      .text(Printf.text(values[0].text, Array(values.dropFirst())))
    },
  ]
}
