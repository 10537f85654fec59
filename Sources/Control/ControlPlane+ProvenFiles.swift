import Domain
import Inference
import Logging
import Storage

extension ControlPlane {
  /// Whether a version came into memory with other bytes than those that its command put in force: while the server runs a file
  /// that traffic depends on is not changed in place, while it does not run nobody can hinder it.
  ///
  /// It serves all the same: to have none is worse. It is said in the log, in the ledger and at the model.
  func tellIfReplaced(_ version: ModelVersion) async {
    let status = dataPlane.status(of: version)
    // Of servers elsewhere there is only an address.
    guard status.upstreams == nil, status.state == .ready,
      let entries = try? await ledger.entries(AuditQuery(model: version.model, limit: 500)),
      let (entry, proven) = entries.lazy.compactMap({ entry in
        entry.proven(version.version).map { (entry, $0) }
      }).first, proven != status.sha256
    else { return }
    let serves =
      deployments[version.model]?.champion == version.version ? "the champion's" : "its"
    let summary =
      "\(version): \(serves) file was replaced while the server did not run: sha256 \(proven.prefix(12)) with "
      + "\(entry.action) by \(entry.principal.name), \(status.sha256.prefix(12)) now"
    logger.error("a version's file was replaced", metadata: ["found": "\(summary)"])
    modelNotices[version.model, default: []].append(
      Notice(
        .critical,
        "\(summary); put the file back and start again, or promote what is there under a new number"
      ))
    let isTold = entries.contains {
      $0.action == Self.replacedAction && $0.sequence > entry.sequence
        && $0.toVersion == version.version && $0.toSHA256 == status.sha256
    }
    guard !isTold else { return }
    await record(
      AuditEntry(
        time: settings.clock(), principal: .vigia, origin: .job, action: Self.replacedAction,
        model: version.model, fromVersion: version.version, fromSHA256: proven,
        toVersion: version.version, toSHA256: status.sha256, reason: "", outcome: .event,
        summary: summary))
  }

  static let replacedAction = "file-replaced"
}

extension AuditEntry {
  /// The SHA-256 that a version's file had when this row was performed; nil where the row does not tell.
  fileprivate func proven(_ version: String) -> String? {
    guard outcome == .done || outcome == .breakGlass else { return nil }
    let known = toVersion == version ? toSHA256 : fromVersion == version ? fromSHA256 : nil
    return known.flatMap { $0.isEmpty ? nil : $0 }
  }
}
