/// What a query comes to.
package enum Value: Hashable, Sendable {
  case scalar(Double)
  case string(String)
  case vector([VectorSample])
  /// Of a range query, or of an instant query for a range such as `up[5m]`; sorted by labels.
  case matrix([Series])
}

/// One member of an instant vector; its time is that of the evaluation.
package struct VectorSample: Hashable, Sendable {
  package var labels: LabelSet
  package var value: Double

  package init(labels: LabelSet, value: Double) {
    self.labels = labels
    self.value = value
  }
}

/// A value, and what it took.
package struct Answer: Hashable, Sendable {
  package var value: Value
  /// How many series all selectors together found with a sample in their windows; 0 tells "no data" from "false".
  package var seriesMatched: Int
  package var samplesTouched: Int
}
