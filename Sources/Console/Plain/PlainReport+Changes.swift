import Domain
import TextUI

extension PlainReport {
  /// What differs between two snapshots and a person may want to hear of; figures that move all the time are not
  /// among it, and what somebody commanded is told by the ledger.
  func changes(from before: SystemSnapshot, to after: SystemSnapshot) -> [PlainLine] {
    var lines: [PlainLine] = []
    func add(_ subject: String, _ text: String?) {
      if let text { lines.append(PlainLine(after.time, subject, text)) }
    }
    if before.server.startedAt != after.server.startedAt {
      add("server", "started anew, vigia \(after.server.version)")
    }
    if after.server.isStopping, !before.server.isStopping {
      add("server", "stops: it takes no command any more")
    }
    if before.engine != after.engine { add("engine", after.engine.plainText) }
    if before.store.paused != after.store.paused {
      add("store", after.store.paused.map { "telemetry is not written: \($0)" } ?? "written again")
    }
    for text in after.alertTexts(since: before) { add("alert", text) }
    for model in after.models {
      guard let earlier = before.model(model.name) else {
        add("model", "\(model.name) is served, champion \(model.deployment.champion)")
        continue
      }
      for text in model.deployment.texts(since: earlier.deployment, wall) {
        add("traffic", "\(model.name): \(text)")
      }
      for version in model.versions where version.state != earlier.version(version.version)?.state {
        add("version", "\(model.name) \(version.version) \(version.state.plainText)")
      }
      for (subject, text) in model.judgementTexts(since: earlier) { add(subject, text) }
    }
    for model in before.models where after.model(model.name) == nil {
      add("model", "\(model.name) is served no more")
    }
    for recovery in after.recoveries {
      let earlier = before.recoveries.first { $0.id == recovery.id }
      if earlier?.status != recovery.status { add("proof", recovery.line.text) }
    }
    let (old, new) = (before.plainNotices, after.plainNotices)
    for notice in new where !old.contains(notice) { add("notice", notice) }
    for notice in old where !new.contains(notice) { add("notice", "over: \(notice)") }
    return lines
  }
}

extension EngineStatus {
  var plainText: String {
    switch self {
    case .starting: "starting"
    case .ready(let version): "ready, ONNX Runtime \(version)"
    case .unavailable(let reason): "unavailable: \(reason)"
    }
  }
}

extension VersionSnapshot.State {
  fileprivate var plainText: String {
    switch self {
    case .unloaded: "is unloaded"
    case .loading: "is loading"
    case .ready: "is ready"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}

extension SystemSnapshot {
  var plainNotices: [String] {
    notices.map { "\($0.severity.rawValue): \($0.text)" }
      + models.flatMap { model in
        model.notices.map { "\($0.severity.rawValue): \(model.name): \($0.text)" }
      }
  }

  fileprivate func alertTexts(since before: SystemSnapshot) -> [String] {
    let earlier = Dictionary(before.alerts.map { ($0.id, $0) }) { first, _ in first }
    let present = Set(alerts.map(\.id))
    let news = alerts.compactMap { alert -> String? in
      let wasFiring = earlier[alert.id]?.isFiring ?? false
      if alert.isFiring, !wasFiring { return "fires, \(alert.plainText)" }
      guard wasFiring, !alert.isFiring else { return nil }
      return "over: \(alert.named)\(alert.tookText.map { ", \($0)" } ?? "")"
    }
    let gone = before.alerts.filter { $0.isFiring && !present.contains($0.id) }
    return news + gone.map { "over: \($0.named)" }
  }
}

extension Alert {
  /// `critical: BurnFast of fraud 31: fraud 31 burns its budget, silenced`.
  var plainText: String {
    let what = summary == name ? "" : ": \(summary)"
    let quiet: String
    switch state {
    case .firing, .keepFiring:
      if let acknowledgement {
        quiet = "; \(acknowledgement.by) has it in hand"
      } else if !silencedBy.isEmpty {
        quiet = "; silenced"
      } else {
        quiet = inhibitedBy == nil ? "" : "; it follows from another alert"
      }
    case .pending, .resolved: quiet = ""
    }
    return "\(severity.rawValue): \(named)\(what)\(quiet)"
  }
}

extension Deployment {
  /// - Parameter wall: for the time until which a freeze holds.
  fileprivate func texts(since before: Deployment, _ wall: Wall) -> [String] {
    var texts: [String] = []
    if champion != before.champion {
      texts.append("\(champion) is champion, was \(before.champion)")
    }
    if challenger != before.challenger {
      if let challenger {
        let share = Format.wholePercent(challenger.weight).text
        texts.append("\(challenger.version) is challenger with \(share) of the requests")
      } else if let former = before.challenger {
        texts.append("no challenger any more, was \(former.version)")
      }
    }
    if shadow != before.shadow {
      texts.append(shadow.map { "\($0) gets copies as shadow" } ?? "no shadow any more")
    }
    if pin != before.pin {
      texts.append(
        pin.map { "all requests are pinned to \($0.version) by \($0.by): \($0.reason)" }
          ?? "no longer pinned")
    }
    if freeze != before.freeze {
      texts.append(
        freeze.map {
          "no promotion until \(wall.dateAndTime($0.until)), by \($0.by): \($0.reason)"
        } ?? "promotions are possible again")
    }
    for (version, quarantine) in quarantine.sorted(by: { $0.key < $1.key })
    where before.quarantine[version] == nil {
      texts.append("\(version) is in quarantine: \(quarantine.reason)")
    }
    for version in before.quarantine.keys.sorted() where quarantine[version] == nil {
      texts.append("\(version) is out of quarantine")
    }
    return texts
  }
}

extension ModelSnapshot {
  /// Verdicts that came, changed or went.
  fileprivate func judgementTexts(since before: ModelSnapshot) -> [(String, String)] {
    guard let judgement else { return [] }
    let earlier = before.judgement
    var texts: [(String, String)] = []
    for drift in judgement.drift {
      let (isNow, was) = (drift.standing, earlier?.drift(of: drift.version)?.standing ?? "")
      guard isNow != was, !(isNow.isEmpty && earlier?.drift(of: drift.version) == nil) else {
        continue
      }
      let text = isNow.isEmpty ? "over" : "\(isNow): \(drift.words)"
      texts.append(("drift", "\(name) \(drift.version): \(text)"))
    }
    for concept in judgement.concept {
      let was = earlier?.concept(of: concept.version)
      guard concept.isTrouble || was?.isTrouble ?? false, concept.state != was?.state else {
        continue
      }
      texts.append(
        ("accuracy", "\(name) \(concept.version): \(concept.health.word): \(concept.words)"))
    }
    if let experiment = judgement.experiment,
      experiment.verdict != earlier?.experiment?.verdict
        || experiment.dryRun != earlier?.experiment?.dryRun,
      experiment.verdict != .collecting || earlier?.experiment != nil
    {
      let arms = "\(name) \(experiment.challenger) against \(experiment.champion)"
      texts.append(
        ("experiment", "\(arms): \(experiment.verdict.health.word): \(experiment.sentence)"))
    }
    return texts
  }
}

extension DriftSummary {
  /// Suspicions and windows that fill come and go: they are no news.
  fileprivate var standing: String {
    switch state {
    case .major: "major drift"
    case .drift: "drift"
    default: openSince == nil ? "" : "drift"
    }
  }
}

extension ConceptSummary {
  fileprivate var isTrouble: Bool { state == .drift || state == .labelsMissing }
}
