/// One word of a query.
struct Token: Equatable {
  var kind: Kind
  /// As written.
  var text: String
  var span: Span

  enum Kind: Equatable {
    case endOfInput
    case identifier
    /// With a colon in it, so it can only name a metric.
    case metricIdentifier
    case string
    case number
    case duration
    case leftParenthesis
    case rightParenthesis
    case leftBrace
    case rightBrace
    case leftBracket
    case rightBracket
    case comma
    case colon
    /// `=`, which only matchers have.
    case equal
    case matches
    case matchesNot
    case at
    case binary(BinaryOperator)
    case aggregation(Aggregator)
    case keyword(Keyword)
    case start
    case end
  }

  enum Keyword: String {
    case bool
    case by
    case groupLeft = "group_left"
    case groupRight = "group_right"
    case ignoring
    case offset
    case on
    case without
  }

  /// Words are known in any case.
  static func kind(ofWord word: String) -> Kind {
    let lower = word.lowercased()
    if let keyword = Keyword(rawValue: lower) { return .keyword(keyword) }
    if let aggregator = Aggregator(rawValue: lower) { return .aggregation(aggregator) }
    switch lower {
    case "and", "or", "unless", "atan2":
      return BinaryOperator(rawValue: lower).map { .binary($0) } ?? .identifier
    case "start": return .start
    case "end": return .end
    case "nan", "inf": return .number
    default: return word.contains(":") ? .metricIdentifier : .identifier
    }
  }

  /// Words of the language that may name a metric too.
  var isMetricName: Bool {
    switch kind {
    case .identifier, .metricIdentifier, .aggregation, .start, .end, .keyword(.by),
      .keyword(.without), .keyword(.offset), .binary(.and), .binary(.or), .binary(.unless):
      true
    default: false
    }
  }

  var startsOperand: Bool {
    switch kind {
    case .number, .string, .leftParenthesis, .leftBrace, .binary(.add), .binary(.subtract): true
    default: isMetricName
    }
  }

  /// How Prometheus' messages name it.
  var description: String {
    switch kind {
    case .endOfInput: "end of input"
    case .identifier: "identifier \(quoted(text))"
    case .metricIdentifier: "metric identifier \(quoted(text))"
    case .string: "string \(shortened)"
    case .number: "number \(shortened)"
    case .duration: "duration \(shortened)"
    case .keyword: "<\(text)>"
    case .aggregation: "<aggr:\(text)>"
    case .binary, .matches, .matchesNot, .at: "<op:\(text)>"
    default: quoted(text)
    }
  }

  private var shortened: String {
    text.utf8.count > 10 ? quoted(String(text.prefix(10))) + "..." : quoted(text)
  }
}
