package import Domain
package import TextUI

/// Alerts as glyphs, words and colours.
extension Alert.Severity {
  package var tone: Tone {
    switch self {
    case .critical: .critical
    case .warning: .warn
    case .info: .info
    }
  }

  /// A page wakes somebody.
  package var word: String {
    switch self {
    case .critical: "page"
    case .warning: "warn"
    case .info: "info"
    }
  }
}

extension Alert {
  /// How grave it is; what is over or somebody's already shouts no more.
  package var health: Health {
    Health(state == .resolved || isQuiet ? .quiet : severity.tone, severity.word)
  }

  /// Where it stands, in a few words: `firing`, `firing, by ana`.
  package var standing: String {
    guard let taker else { return quietWord ?? stateWord }
    return "\(stateWord), by \(taker)"
  }

  /// The same for a column: `firing, ana`.
  var shortStanding: String {
    guard let taker else { return quietWord ?? stateWord }
    return "\(stateWord), \(taker)"
  }

  /// Who has it in hand, while it is not over.
  private var taker: String? { state == .resolved ? nil : acknowledgement?.by }

  /// Why nobody is asked to look at it.
  private var quietWord: String? {
    if state == .resolved { return nil }
    if isHeartbeat { return "heartbeat" }
    return !silencedBy.isEmpty ? "silenced" : inhibitedBy != nil ? "follows" : nil
  }

  private var stateWord: String {
    switch unseen {
    case .noData: return "no data"
    case .failing: return "no answer"
    case .unread: return "unread"
    case nil: break
    }
    return switch state {
    case .pending: "pending"
    case .firing: "firing"
    case .keepFiring: "held"
    case .resolved: "resolved"
    }
  }

  /// Why it is held as it was; nil while its rule is evaluated.
  var unseenWords: String? {
    switch unseen {
    case .noData:
      "its rule finds no series: whether it still is so nobody can see, and it is held as it was"
    case .failing: "its rule cannot be evaluated: the alert is held as it was"
    case .unread:
      "its rule's file could not be read when the server started: the alert is held as it was"
    case nil: nil
    }
  }

  /// It always fires, so that somebody outside notices when it no longer comes: the field's `Watchdog`, or a rule that asks
  /// nothing.
  package var isHeartbeat: Bool {
    (name == "Watchdog" || measure == "vector(1)") && severity == .info && isFiring
  }

  /// It fires, and nobody has said anything about it.
  package var needsSomebody: Bool { isFiring && !isQuiet }

  package var version: String? { labels["version"] }

  /// `fraud 31`; the version alone would name nothing. Without a model the source over whose series it was raised: `@fleet`.
  package var subject: String {
    guard let model else { return source.map { "@\($0)" } ?? "" }
    return [model, version].compactMap(\.self).joined(separator: " ")
  }

  /// The rule with what it is about: `Slow of fraud 31`.
  var named: String { subject.isEmpty ? name : "\(name) of \(subject)" }

  /// It fires for the time its rule holds it alone: what it says was so last.
  var isBack: Bool { state == .keepFiring && unseen == nil }

  /// Before its words, where they are of a value that stands no more; else empty.
  ///
  /// - Parameters:
  ///   - snapshot: knows whether its version still answers anybody: the window of a rule looks back on requests of before an
  ///     act.
  ///   - isPast: the snapshot was recorded: of an alert that fires only what it said first is.
  func aside(in snapshot: SystemSnapshot?, isPast: Bool = false) -> String {
    if isPast, isFiring { return "when it fired: " }
    if isBack { return "value back, held; was: " }
    guard isFiring, source == nil, let version,
      let deployment = model.flatMap({ snapshot?.model($0) })?.deployment,
      deployment.share(of: version) == 0, deployment.shadow != version
    else { return "" }
    return "no traffic any more: "
  }

  /// What it says, after the source where the subject does not name it: `@fleet: fraud 31 fails`.
  package var sourcedSummary: String {
    guard model != nil, let source else { return summary }
    return "@\(source): \(summary)"
  }

  /// What it says where its subject stands beside it: `fails 18 % of its requests` of `fraud 31 fails 18 % of its requests`.
  package var summaryBesideSubject: String {
    guard let model,
      let known = ["\(subject) ", "\(subject):", "\(model):"].first(where: summary.hasPrefix)
    else { return sourcedSummary }
    let rest = summary.dropFirst(known.count)
    let words = rest.drop { " :".contains($0) }
    guard !words.isEmpty else { return sourcedSummary }
    return (source.map { "@\($0): " } ?? "") + words
  }

  /// Since when it is as it is.
  package var since: Timestamp {
    switch state {
    case .pending: activeAt
    case .firing, .keepFiring: firedAt ?? activeAt
    case .resolved: resolvedAt ?? firedAt ?? activeAt
    }
  }

  /// How long it fired, in seconds; nil while it does.
  package var took: Double? {
    guard state == .resolved, let resolvedAt else { return nil }
    return max(0, resolvedAt.secondsSince(firedAt ?? activeAt))
  }

  /// `took 4 min`; nil while it is not over.
  package var tookText: String? {
    took.map { "took \(Format.age(seconds: $0.rounded()).shortText)" }
  }
}

extension AlertGroup {
  package var members: [Alert] { [lead] + others }

  package var isHeartbeat: Bool { members.allSatisfy(\.isHeartbeat) }

  package var isOver: Bool { members.allSatisfy { $0.state == .resolved } }

  /// Somebody has said something about all of it that is not over.
  package var isQuiet: Bool { members.allSatisfy { $0.isQuiet || $0.state == .resolved } }

  /// The one that the next word is about: the first that nobody has in hand, else the lead.
  package var addressed: Alert {
    members.first(where: \.needsSomebody)
      ?? members.first { $0.state != .resolved && !$0.isQuiet } ?? lead
  }
}
