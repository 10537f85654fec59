package import Domain

extension Recovery {
  /// As the ledger and the timeline say it.
  package var sentence: String {
    switch status {
    case .watching: "\(model) is watched since the \(act)"
    case .recovered where heldFor != nil:
      "\(model) is still well \(minutes(heldFor)) after the \(act): "
        + (isProvenByLabels ? "\(labels(wrong)) since then were wrong; " : "")
        + "\(errors.count) of \(requests) requests failed, 95 % CI \(percent(errors.low)) to \(percent(errors.high))"
        + (refused.map { ", \($0) more were refused by a limit" } ?? "")
    case .recovered(let seconds) where isProvenByLabels:
      "\(model) recovered \(seconds) s after the \(act): \(labels(wrong)) since then were wrong, "
        + "\(labels(wrongBefore)) before; \(errors.count) of \(requests) requests failed"
    case .recovered where wasBad == false:
      "\(model) answers as well after the \(act) as before: \(errors.count) of \(requests) requests since then failed"
    case .recovered(let seconds):
      "\(model) recovered \(seconds) s after the \(act): "
        + "\(errors.count) of \(requests) requests since then failed"
        + (refused.map { ", \($0) more were refused by a limit" } ?? "")
    case .notRecovering(let reason) where isUnjudged:
      "whether the \(act) helped \(model) is not known: \(reason)"
    case .relapsed(let seconds, let reason):
      "\(model) had recovered and is bad again \(minutes(seconds)) after the \(act): \(reason)"
    case .notRecovering(let reason):
      "\(model) did not recover after the \(act): \(reason)"
    }
  }

  private func minutes(_ seconds: Double?) -> String {
    "\(Int(((seconds ?? 0) / 60).rounded())) min"
  }

  private func labels(_ share: Proportion?) -> String {
    "\(share?.count ?? 0) of \(share?.total ?? 0) labelled predictions"
  }
}
