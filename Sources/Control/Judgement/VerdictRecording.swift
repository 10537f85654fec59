import Statistics

/// Which verdict of a comparison the ledger has, and which one waits to be recorded: what does not stand for a minute is noise
/// between two looks, and would fill the ledger.
struct VerdictRecording: Sendable, Equatable, Codable {
  /// The last that was recorded; nil before the first, and once nothing was concluded for as long as a verdict has to stand.
  private(set) var recorded: ExperimentVerdict.Kind?
  private(set) var waiting: Waiting?

  struct Waiting: Sendable, Equatable, Codable {
    var kind: ExperimentVerdict.Kind
    /// Seconds since 1970.
    var since: Int64
  }

  /// Seconds that a verdict stands before it is recorded; a rollback does not wait.
  static let patience: Int64 = 60

  init() {}

  /// For what an older Vigia kept: it recorded each verdict at once.
  init(recorded verdict: ExperimentVerdict?) {
    recorded = verdict.flatMap { $0.kind == .collecting ? nil : $0.kind }
  }

  /// Takes in the verdict as it is.
  ///
  /// - Parameter now: seconds since 1970.
  /// - Returns: whether it is to be recorded now.
  mutating func step(_ kind: ExperimentVerdict.Kind, now: Int64) -> Bool {
    guard kind != recorded ?? .collecting else {
      waiting = nil
      return false
    }
    let wait = waiting?.kind == kind ? waiting : nil
    let since = wait?.since ?? now
    guard kind == .rollBack || now - since >= Self.patience else {
      waiting = Waiting(kind: kind, since: since)
      return false
    }
    waiting = nil
    recorded = kind == .collecting ? nil : kind
    return kind != .collecting
  }

  mutating func clockMoved(by seconds: Int64) { waiting?.since += seconds }
}
