/// Whether a feature's drift stands, over disjoint windows: one odd window neither opens an alarm nor closes one.
///
/// Opens after 2 drifted windows in a row, or after 1 that cannot be overlooked: an index of 0.25, or no value any more.
/// Closes after 3 clean ones in a row. A window without a verdict changes nothing.
package struct DriftPersistence: Sendable, Equatable, Codable {
  package private(set) var isOpen = false
  /// Windows in a row that speak for a change of `isOpen`.
  package private(set) var streak = 0

  package static let windowsToOpen = 2
  package static let windowsToClose = 3

  package enum Transition: Sendable, Equatable { case opened, closed }

  package init() {}

  /// Takes in one window's verdict.
  ///
  /// - Parameter psi: of that window; nil when nothing could be compared.
  /// - Returns: what has changed.
  package mutating func step(_ verdict: DriftVerdict, psi: Double?) -> Transition? {
    guard verdict.isJudged else { return nil }
    guard verdict.isDrift != isOpen else {
      streak = 0
      return nil
    }
    streak += 1
    let isPlain =
      verdict == .missing || verdict.isDrift && (psi ?? 0) >= PopulationStability.major
    guard isOpen ? streak >= Self.windowsToClose : isPlain || streak >= Self.windowsToOpen else {
      return nil
    }
    isOpen.toggle()
    streak = 0
    return isOpen ? .opened : .closed
  }
}
