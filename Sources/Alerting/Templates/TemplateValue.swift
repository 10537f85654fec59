/// What an expression of a template has as its value. The kinds are Go's, since templates see the difference: 5 and 5.0
/// cannot be compared.
enum TemplateValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case labels([String: String])
  case sample(TemplateSample)
  case samples([TemplateSample])
  /// The alert itself: what `.` is at first.
  case alert(TemplateData)

  /// Go's name of the type.
  var typeName: String {
    switch self {
    case .none: "nil"
    case .boolean: "bool"
    case .integer: "int"
    case .number: "float64"
    case .text: "string"
    case .labels: "map[string]string"
    case .sample: "*template.sample"
    case .samples: "template.queryResult"
    case .alert:
      "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }"
    }
  }

  /// Whether `if` takes it for true: anything but the kind's zero.
  var isTrue: Bool {
    switch self {
    case .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .text(let value): !value.isEmpty
    case .labels(let value): !value.isEmpty
    case .sample, .alert: true
    case .samples(let value): !value.isEmpty
    }
  }

  /// As `{{ … }}` and `%v` print it.
  var text: String {
    switch self {
    case .none: "<no value>"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): NumberText.shortest(value)
    case .text(let value): value
    case .labels(let labels): Self.text(of: labels)
    case .sample(let sample):
      "{\(Self.text(of: sample.labels)) \(NumberText.shortest(sample.value))}"
    case .samples(let samples):
      "[" + samples.map { Self.sample($0).text }.joined(separator: " ") + "]"
    case .alert(let data):
      "{\(Self.text(of: data.labels)) \(Self.text(of: data.externalLabels)) \(data.externalURL) "
        + "\(NumberText.shortest(data.value))}"
    }
  }

  private static func text(of labels: [String: String]) -> String {
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
    return "map[" + pairs.joined(separator: " ") + "]"
  }

  /// `.name` of it; a label that is not there is empty.
  func field(_ name: String) -> TemplateValue? {
    switch self {
    case .labels(let labels): return .text(labels[name] ?? "")
    case .sample(let sample):
      switch name {
      case "Labels": return .labels(sample.labels)
      case "Value": return .number(sample.value)
      default: return nil
      }
    case .alert(let data):
      switch name {
      case "Labels": return .labels(data.labels)
      case "ExternalLabels": return .labels(data.externalLabels)
      case "ExternalURL": return .text(data.externalURL)
      case "Value": return .number(data.value)
      default: return nil
      }
    case .none, .boolean, .integer, .number, .text, .samples: return nil
    }
  }
}

/// One series' value, of a query in a template.
package struct TemplateSample: Sendable, Equatable {
  /// With `__name__` among them.
  package var labels: [String: String]
  package var value: Double

  package init(labels: [String: String], value: Double) {
    self.labels = labels
    self.value = value
  }
}

/// What a template can say.
package struct TemplateData: Sendable {
  /// Of the series that raised the alert, with `__name__` among them.
  package var labels: [String: String]
  package var value: Double
  package var externalLabels: [String: String]
  package var externalURL: String
  /// The value of an expression at the time of the evaluation; what it throws stands in the text.
  package var query: @Sendable (String) throws -> [TemplateSample]

  package init(
    labels: [String: String], value: Double, externalLabels: [String: String] = [:],
    externalURL: String = "",
    query: @escaping @Sendable (String) throws -> [TemplateSample] = { _ in [] }
  ) {
    self.labels = labels
    self.value = value
    self.externalLabels = externalLabels
    self.externalURL = externalURL
    self.query = query
  }
}
