package import PromQL

/// What another server made of a rule's expression.
package enum RuleAnswer: Sendable, Equatable {
  case samples([VectorSample])
  /// It gave no answer, or none of the expression's selectors finds a series there.
  case noData
  /// It is there, and cannot evaluate this.
  case failed(String)
}

/// The texts of a rule over another server's series cannot ask for more: they are written when its answer is there.
struct QueryInAnotherServersText: Error, CustomStringConvertible {
  var description: String {
    "`query` has no place in the texts of rules over another server's series"
  }
}
