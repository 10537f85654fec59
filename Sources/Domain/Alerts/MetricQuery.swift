/// A question in the rules' language over what is measured.
package struct MetricQuery: Sendable, Hashable {
  package var expression: String
  /// Milliseconds since 1970.
  package var time: Int64
  /// Of a range: from here to `time`, each `step` milliseconds; nil for one moment.
  package var range: Range?
  /// The source that is asked; nil for what is measured here.
  package var source: String?

  package struct Range: Sendable, Hashable {
    package var from: Int64
    package var step: Int64

    package init(from: Int64, step: Int64) {
      self.from = from
      self.step = step
    }
  }

  package init(
    expression: String, time: Int64, range: Range? = nil, source: String? = nil
  ) {
    self.expression = expression
    self.time = time
    self.range = range
    self.source = source
  }
}

/// Its answer: Prometheus' own `{"resultType":"vector","result":[...]}`.
package struct MetricAnswer: Sendable, Equatable, Encodable {
  package var kind: Kind
  package var results: [Result]

  package enum Kind: String, Codable, Sendable { case scalar, string, vector, matrix }

  /// One series, or, without labels, what a scalar is.
  package struct Result: Sendable, Equatable {
    package var labels: [String: String]
    package var points: [Point]

    package init(labels: [String: String], points: [Point]) {
      self.labels = labels
      self.points = points
    }
  }

  package struct Point: Sendable, Equatable {
    /// Milliseconds since 1970.
    package var time: Int64
    /// As Prometheus writes it: `0.1`, `NaN`, `+Inf`.
    package var value: String

    package init(time: Int64, value: String) {
      self.time = time
      self.value = value
    }
  }

  package init(kind: Kind, results: [Result]) {
    self.kind = kind
    self.results = results
  }

  private enum CodingKeys: String, CodingKey { case resultType, result, metric, value, values }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .resultType)
    switch kind {
    case .scalar, .string:
      if let point = results.first?.points.first { try container.encode(point, forKey: .result) }
    case .vector, .matrix:
      var list = container.nestedUnkeyedContainer(forKey: .result)
      for result in results {
        var entry = list.nestedContainer(keyedBy: CodingKeys.self)
        try entry.encode(result.labels, forKey: .metric)
        if kind == .matrix {
          try entry.encode(result.points, forKey: .values)
        } else if let point = result.points.first {
          try entry.encode(point, forKey: .value)
        }
      }
    }
  }
}

extension MetricAnswer: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(Kind.self, forKey: .resultType)
    results = []
    switch kind {
    case .scalar, .string:
      let point = try container.decode(Point.self, forKey: .result)
      results = [Result(labels: [:], points: [point])]
    case .vector, .matrix:
      var list = try container.nestedUnkeyedContainer(forKey: .result)
      while !list.isAtEnd {
        let entry = try list.nestedContainer(keyedBy: CodingKeys.self)
        let points =
          kind == .matrix
          ? try entry.decode([Point].self, forKey: .values)
          : [try entry.decode(Point.self, forKey: .value)]
        results.append(
          Result(labels: try entry.decode([String: String].self, forKey: .metric), points: points))
      }
    }
  }
}

extension MetricAnswer.Point: Codable {
  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    let milliseconds = try container.decode(Double.self) * 1_000
    guard milliseconds.magnitude < 1e15 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a time that no clock shows")
    }
    time = Int64(milliseconds.rounded())
    value = try container.decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    if time % 1_000 == 0 {
      try container.encode(time / 1_000)
    } else {
      try container.encode(Double(time) / 1_000)
    }
    try container.encode(value)
  }
}

/// Why a question has no answer.
package struct MetricQueryFailure: Error, Sendable, Equatable {
  /// It cannot be read, with its place; else it could not be evaluated.
  package var isBadQuery: Bool
  /// It passes by itself, or when somebody makes room: worth asking again.
  package var isPassing: Bool
  /// As Prometheus says it.
  package var reason: String

  package init(isBadQuery: Bool, isPassing: Bool = false, reason: String) {
    self.isBadQuery = isBadQuery
    self.isPassing = isPassing
    self.reason = reason
  }

  /// As the other questions are refused.
  package var sourceError: SourceError {
    if isBadQuery { return .invalid(reason: reason) }
    return isPassing ? .unreachable(reason: reason) : .failed(reason: reason)
  }
}
