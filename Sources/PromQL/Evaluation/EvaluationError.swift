/// Why a well-formed query has no value; the texts are Prometheus' where it has one.
package enum EvaluationError: Error, Sendable {
  case tooManySamples(limit: Int)
  /// Whoever asked set a time, and it has passed.
  case timedOut
  case source(any Error)
  /// The times of a query or its step cannot be used.
  case invalidRange(String)
  case notForRangeQuery(ValueType)
  /// Two members of a vector have the same labels.
  case duplicateLabels
  case duplicateMatch(group: LabelSet, side: String, one: LabelSet, other: LabelSet)
  case manyToOneNotExplicit
  case groupingNotUnique
  case scalarOverflow(Double)
  case invalidLabelName(String)
  case invalidArgument(String)
}

extension EvaluationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooManySamples:
      "query processing would load too many samples into memory in query execution"
    case .timedOut: "query timed out in expression evaluation"
    case .source(let error): "expanding series: \(error)"
    case .invalidRange(let reason): reason
    case .notForRangeQuery(let type):
      "invalid expression type \(quoted(type.rawValue)) for range query, "
        + "must be Scalar or instant Vector"
    case .duplicateLabels: "vector cannot contain metrics with the same labelset"
    case .duplicateMatch(let group, let side, let one, let other):
      "found duplicate series for the match group \(group.bracedDescription) on the \(side) "
        + "hand-side of the operation: [\(one.bracedDescription), \(other.bracedDescription)]"
        + ";many-to-many matching not allowed: matching labels must be unique on one side"
    case .manyToOneNotExplicit:
      "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
    case .groupingNotUnique:
      "multiple matches for labels: grouping labels must ensure unique matches"
    case .scalarOverflow(let value): "Scalar value \(goShortest(value)) overflows int64"
    case .invalidLabelName(let name): "invalid label name \(quoted(name))"
    case .invalidArgument(let reason): reason
    }
  }
}
