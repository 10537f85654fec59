package import Domain
import Logging
import Storage

/// What happens to the files while the server runs, told as soon as it is known.
extension ControlPlane {
  /// Seconds between two walks of the whole chain; the first is after the start, which itself looks at the last two rows.
  private static let chainWalkSeconds = 86_400.0

  func lookAtStores(_ now: Timestamp) {
    tellPause(figures.store.paused)
    if judgement?.metrics.movedAside != movedAside {
      movedAside = judgement?.metrics.movedAside
      if let movedAside { Task { await tell(ofReplaced: movedAside) } }
    }
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

  /// A damaged `metrics.db` was replaced under way.
  private func tell(ofReplaced path: String) async {
    let words = Notice.replaced(path)
    notices.removeAll { $0.text.hasPrefix(Notice.replacedPrefix) }
    notices.append(words)
    logger.error("a store was damaged", metadata: ["notice": "\(words.text)"])
    await recordEvent("store-replaced", model: nil, summary: words.text)
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
    // What was found when it was opened stands already, maybe in other words.
    guard let problem = found.problem.map({ ledger.store.problem ?? $0 }),
      !notices.contains(where: { $0.text.hasSuffix(problem.description) })
    else { return }
    logger.error("the ledger is not sound", metadata: ["problem": "\(problem)"])
    notices.append(Notice(.critical, problem.description))
    publish()
  }
}

extension Notice {
  static let replacedPrefix = "metrics.db was damaged"

  /// - Parameter path: where the damaged file is now.
  package static func replaced(_ path: String) -> Notice {
    Notice(.warning, "\(replacedPrefix); it was moved to \(path) and begun anew")
  }
}
