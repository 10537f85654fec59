package import Domain
import Logging
package import Storage

/// What happens to the files while the server runs, told as soon as it is known.
extension ControlPlane {
  /// Seconds between two walks of the whole chain; the first is after the start, which itself looks at the last two rows.
  private static let chainWalkSeconds = 86_400.0

  func lookAtStores(_ now: Timestamp) {
    tellPause(figures.store.paused)
    if judgement?.metrics.loss != metricsLoss {
      metricsLoss = judgement?.metrics.loss
      if let metricsLoss { Task { await tell(of: metricsLoss) } }
    }
    let unsound = judgement?.metrics.unsoundValues ?? [:]
    if unsound != unsoundValues { tell(ofUnsound: unsound) }
    if seedDueTo != nil { Task { await seedWhenOpen() } }
    // Of a disk that hangs one question is enough.
    if !isLookingAtLedger { Task { await lookAtLedgerFile(now) } }
    // Also after a clock that was set back.
    guard chainWalkedAt.map({ abs(now.secondsSince($0)) >= Self.chainWalkSeconds }) ?? true else {
      return
    }
    chainWalkedAt = now
    Task { await walkChain() }
  }

  /// One line when telemetry pauses, and one when it goes on; the reason may change every second.
  private func tellPause(_ reason: String?) {
    guard isTelemetryPaused != (reason != nil) else { return }
    isTelemetryPaused = reason != nil
    if let reason {
      logger.warning("telemetry is paused", metadata: ["reason": "\(reason)"])
    } else {
      logger.notice(
        "telemetry goes on", metadata: ["dropped": "\(figures.store.dropped) predictions"])
    }
  }

  /// `metrics.db` was begun anew under way, or is another file.
  private func tell(of loss: MetricStore.Loss) async {
    let words = Notice.lost(loss)
    notices.removeAll { $0.text.hasPrefix(Notice.lossPrefix) }
    notices.append(words)
    logger.error("a store was lost", metadata: ["notice": "\(words.text)"])
    await recordEvent("store-replaced", model: nil, summary: words.text)
    publish()
  }

  /// Parts of `metrics.db` are not what was written, or are no more: it was begun anew.
  private func tell(ofUnsound values: [UnsoundValues.Kind: Int]) {
    let isFirst = unsoundValues.isEmpty
    unsoundValues = values
    notices.removeAll { $0.text.hasPrefix(Notice.unsoundPrefix) }
    guard !values.isEmpty else { return }
    let words = Notice.unsound(values)
    notices.append(words)
    guard isFirst else { return }
    logger.error("a store has damaged values", metadata: ["notice": "\(words.text)"])
  }

  /// The ledger's file may have been taken away. What was found is told once, and again when its rows have a copy.
  private func lookAtLedgerFile(_ now: Timestamp) async {
    isLookingAtLedger = true
    defer { isLookingAtLedger = false }
    await ledger.lookAtFile(now: now)
    if let problem = ledger.store.problem { tell(of: problem) }
  }

  /// Once, in the place of what was said of it before.
  private func tell(of problem: AuditVerification.Problem) {
    guard problem != ledgerProblem else { return }
    if let before = ledgerProblem {
      notices.removeAll { $0.severity == .critical && $0.text == before.description }
    }
    ledgerProblem = problem
    logger.error("the ledger is not sound", metadata: ["problem": "\(problem)"])
    notices.append(Notice(.critical, problem.description))
    publish()
  }

  /// Reads all rows of the ledger, and its file, apart from everything else. From a finding on changes are refused.
  package func walkChain() async {
    let found: AuditVerification
    do throws(StorageError) {
      found = try await ledger.verify()
    } catch {
      logger.warning("the ledger could not be verified", metadata: ["error": "\(error)"])
      return
    }
    // What was found when it was opened, or since, stands already, maybe in other words.
    if let problem = found.problem { tell(of: ledger.store.problem ?? problem) }
  }
}

extension Notice {
  /// Stands for as long as no rule alerts.
  package static let noRules = Notice(
    .warning,
    "there are no rules that alert, so that nobody is alerted: name their files in `rules`, or keep the folder rules "
      + "that comes with Vigia beside the binary, and start the server again")

  static let unsoundPrefix = "metrics.db has damaged values: "

  static func unsound(_ values: [UnsoundValues.Kind: Int]) -> Notice {
    let kinds = UnsoundValues.Kind.allCases.compactMap { kind in
      values[kind].map { "\($0) of \(kind.rawValue)" }
    }
    return Notice(
      .warning,
      unsoundPrefix + kinds.joined(separator: ", ")
        + "; the past is shown without them; counts, and what is recorded from now on, are whole"
    )
  }

  static let lossPrefix = "metrics.db was "

  package static func lost(_ loss: MetricStore.Loss) -> Notice {
    let words =
      switch loss {
      case .damaged(let path): "damaged; it was moved to \(path) and begun anew"
      case .missing: "missing at the start; it was begun anew, without what it held"
      case .empty: "empty at the start; it was begun anew, without what it held"
      case .removed: "removed while Vigia runs; it was begun anew, without what it held"
      case .logRemoved: "left without its log; what that held was written into the file"
      case .replaced: "replaced by another file while Vigia runs; that one is written on"
      }
    return Notice(.warning, lossPrefix + words)
  }
}
