package import Domain

extension Recovery {
  /// As the ledger and the timeline say it.
  package var sentence: String {
    switch status {
    case .watching: "\(model) is watched since the \(act)"
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
    case .notRecovering(let reason):
      "\(model) did not recover after the \(act): \(reason)"
    }
  }

  private func labels(_ share: Proportion?) -> String {
    "\(share?.count ?? 0) of \(share?.total ?? 0) labelled predictions"
  }
}
