import Domain
import TextUI

/// What `R` does on a row, for those who are about to press it: on a challenger's or a shadow's row it is no rollback.
extension ModelSnapshot {
  /// For the hint bar.
  func rollBackHint(on version: String) -> String {
    switch rollBackAct(on: version) {
    case .endChallenger: "take \(version) out"
    case .endShadow: "end shadow"
    default: "roll back"
    }
  }

  /// What follows the key in a sentence; nil where it would only say why not.
  func rollBackSentence(on version: String) -> String? {
    switch rollBackAct(on: version) {
    case .endChallenger:
      return "takes challenger \(version) of \(name) out: \(deployment.champion) gets its requests"
    case .endShadow: return "ends shadow \(version) of \(name)"
    default:
      guard let target = deployment.rollbackTarget, let target = self.version(target) else {
        return nil
      }
      return "rolls \(name) back to \(target.version), \(readiness(of: target))"
    }
  }

  /// The version from which `R` takes what it answers.
  func rollBackSource(on version: String) -> String {
    rollBackAct(on: version) == .rollBack ? deployment.champion : version
  }

  /// What is grave about how a version answers, as of the last minute; nil where nothing is.
  func trouble(of name: String) -> String? {
    guard let version = self.version(name) else { return nil }
    if case .failed = version.state { return "\(name) cannot be loaded" }
    if Health.errorTone(version.recent, objective) == .critical { return "\(name) is failing" }
    return Health.slowTone(version.recent, objective) == .critical ? "\(name) is too slow" : nil
  }
}

extension ConsoleState {
  /// What `R` means on the selected row as it is now, whatever the paused picture shows.
  var rollBackHint: String? {
    guard let (seen, version) = selected else { return nil }
    return (live?.model(seen.name) ?? seen).rollBackHint(on: version)
  }

  /// What it means on any row.
  var rollBackHints: Set<String> {
    Set(
      (shown?.models ?? []).flatMap { model in
        model.versions.map { model.rollBackHint(on: $0.version) }
      })
  }
}
