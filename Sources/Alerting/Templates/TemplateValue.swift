/// What an expression of a template has as its value. The kinds are Go's, since templates see the difference: 5 and 5.0
/// cannot be compared.
enum TemplateValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case labels([String: String])
  /// What `args` makes.
  case map(TemplateMap)
  case time(UTCTime)
  case sample(TemplateSample)
  case samples([TemplateSample])
  /// The alert itself: what `.` is at first.
  case alert(TemplateData)

  /// Go's name of the type.
  var typeName: String {
    switch self {
    case .none: "<nil>"
    case .boolean: "bool"
    case .integer: "int"
    case .number: "float64"
    case .text: "string"
    case .labels: "map[string]string"
    case .map: "map[string]interface {}"
    case .time: "*time.Time"
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
    case .map(let value): !value.values.isEmpty
    case .sample, .alert, .time: true
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
    case .map(let map):
      map.text { key, value in
        if case .none = value { "\(key):<nil>" } else { "\(key):\(value.text)" }
      }
    case .time(let time): time.text
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
    case .map(let map): return map.values[name] ?? TemplateValue.none
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
    case .none, .boolean, .integer, .number, .text, .time, .samples: return nil
    }
  }

  /// What it takes to print it, about: loops of a template could make values that no memory holds.
  var weight: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .map(let map): map.weight
    default: 1
    }
  }
}

/// Values by name, which stand for several arguments of a template.
struct TemplateMap {
  let values: [String: TemplateValue]
  let weight: Int
  /// How deep maps lie in it.
  let depth: Int

  init(_ values: [String: TemplateValue]) {
    self.values = values
    weight = values.values.reduce(1) { $0 + min($1.weight, Int(Int32.max)) + 64 }
    depth = values.values.reduce(1) { depth, value in
      if case .map(let map) = value { max(depth, map.depth + 1) } else { depth }
    }
  }

  /// In the order of the names, as Go prints maps.
  func text(_ pair: (String, TemplateValue) -> String) -> String {
    "map[" + values.sorted { $0.key < $1.key }.map(pair).joined(separator: " ") + "]"
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
