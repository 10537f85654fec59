import Domain
import Inference
import Logging

extension ControlPlane {
  /// What was left out before this start stays so until its time is over.
  func keepEjections() async {
    let now = settings.clock()
    for model in dataPlane.models where hasUpstreams(model) {
      for ejection in Ejection.standing(in: await lastDay(of: model, until: now), at: now) {
        let left = ejection.until.secondsSince(now)
        dataPlane.leaveOut(
          ejection.upstream, of: ModelVersion(model: model, version: ejection.version),
          for: .milliseconds(Int64(left * 1_000)))
        logger.info(
          "an upstream stays left out, as somebody asked",
          metadata: [
            "model": "\(model)", "version": "\(ejection.version)",
            "upstream": "\(ejection.upstream)", "seconds": "\(Int(left))",
          ])
      }
    }
  }

  /// Only of such a model the ledger is asked: the start waits for it.
  private func hasUpstreams(_ model: String) -> Bool {
    dataPlane.versions(of: model).contains { version in
      dataPlane.status(of: ModelVersion(model: model, version: version)).upstreams != nil
    }
  }

  /// A model's rows in which an ejection can stand, the newest first; of a ledger that cannot be read none.
  private func lastDay(of model: String, until now: Timestamp) async -> [AuditEntry] {
    var entries: [AuditEntry] = []
    // A client that repeats what is refused may have filled many pages.
    for _ in 0..<40 {
      let page = try? await ledger.entries(
        AuditQuery(model: model, before: entries.last?.sequence, limit: 500))
      guard let page, let oldest = page.last else { break }
      entries += page
      guard page.count == 500, now.secondsSince(oldest.time) <= Ejection.longest else { break }
    }
    return entries
  }
}
