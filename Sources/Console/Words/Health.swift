package import Domain
package import TextUI

/// How a version does, as a glyph, a word and a colour: what the eye looks for first.
package struct Health: Sendable, Equatable {
  package var tone: Tone
  package var word: String

  /// Fewer requests than this never make more than a warning.
  private static let fewRequests: Int64 = 50

  package init(_ tone: Tone, _ word: String) {
    self.tone = tone
    self.word = word
  }

  package init(_ version: VersionSnapshot, objective: ServiceObjective?) {
    switch version.state {
    case .failed: self.init(.critical, "failed")
    case .loading: self.init(.info, "loading")
    case .unloaded: self.init(.quiet, "unloaded")
    case .ready: self.init(version.recent, objective: objective)
    }
  }

  private init(_ recent: RecentFigures, objective: ServiceObjective?) {
    let errors = Health.errorTone(recent, objective)
    let slow = Health.slowTone(recent, objective)
    if errors == .critical || (errors == .warn && slow != .critical) {
      self.init(errors, "errors")
    } else if slow != .ok {
      self.init(slow, "slow")
    } else {
      self.init(recent.requests == 0 ? .quiet : .ok, recent.requests == 0 ? "idle" : "ok")
    }
  }

  /// Errors against the objective: past it a warning, past ten times of it critical.
  package static func errorTone(_ recent: RecentFigures, _ objective: ServiceObjective?) -> Tone {
    guard let share = recent.errorShare, share > 0 else { return .ok }
    let allowed = max(1 - (objective?.availability ?? 0.99), 0.000_1)
    guard share > allowed else { return .ok }
    return share > 10 * allowed && recent.requests >= fewRequests ? .critical : .warn
  }

  /// Slow requests against the objective: past it a warning, past five times of it critical.
  package static func slowTone(_ recent: RecentFigures, _ objective: ServiceObjective?) -> Tone {
    guard let objective, let slow = recent.slowShare else { return .ok }
    let allowed = max(1 - objective.latencyObjective, 0.000_1)
    guard slow > allowed else { return .ok }
    return slow > 5 * allowed && recent.requests >= fewRequests ? .critical : .warn
  }
}

extension Domain.Notice.Severity {
  var tone: Tone {
    switch self {
    case .info: .info
    case .warning: .warn
    case .critical: .critical
    }
  }
}

extension AuditEntry {
  /// How an entry is shown in lists.
  var health: Health {
    switch outcome {
    case .done: Health(action == "rollback" ? .warn : .ok, "done")
    case .refused: Health(.warn, "refused")
    case .event:
      switch action {
      case "recovered": Health(.ok, "recovered")
      case "held": Health(.ok, "still well")
      case "relapsed": Health(.critical, "bad again")
      case "not-recovering": Health(.critical, "not recovering")
      case Self.doubtAction: Health(.warn, "doubtful")
      default: Health(.quiet, "event")
      }
    case .breakGlass: Health(.critical, "break-glass")
    case .withdrawn: Health(.quiet, "withdrawn")
    }
  }
}

extension Variant {
  func name(isShort: Bool) -> String {
    switch self {
    case .champion: isShort ? "champ" : "champion"
    case .challenger: isShort ? "chall" : "challenger"
    case .shadow: "shadow"
    case .direct: "direct"
    }
  }
}
