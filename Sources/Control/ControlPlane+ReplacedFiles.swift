import Domain
import Inference
import Logging
import Storage

/// Files that became others while the server did not run: while it runs what traffic depends on is not changed in place.
extension ControlPlane {
  /// Compares the file of a version that came into memory with that which the ledger knows of it.
  ///
  /// It serves all the same: to have none is worse. It is said in the log, in the ledger once, and at the model as long as its
  /// deployment needs the version.
  func tellIfReplaced(_ version: ModelVersion) async {
    let status = dataPlane.status(of: version)
    // Of servers elsewhere there is only an address. What cannot be read of the ledger says nothing.
    guard status.upstreams == nil, status.state == .ready else { return }
    let known: AuditEntry?
    do throws(StorageError) {
      known = try await ledger.fileHash(of: version)
    } catch {
      return
    }
    guard let row = known else { return await noteFile(of: version, status.sha256) }
    let isTold = row.action == Self.replacedAction
    let told = isTold || row.toVersion != version.version ? row.fromSHA256 : row.toSHA256
    guard let known = told, known != status.sha256,
      await !wasPutBack(version, status.sha256)
    else { return }
    let file = deployments[version.model]?.champion == version.version ? "the champion's" : "its"
    let summary =
      "\(version): \(file) file was replaced while the server did not run: sha256 \(known.prefix(12)) "
      + "was put in force, \(status.sha256.prefix(12)) is there now"
    logger.error("a version's file was replaced", metadata: ["found": "\(summary)"])
    replacedFiles[version] = summary
    guard !isTold || row.toSHA256 != status.sha256 else { return }
    await record(
      AuditEntry(
        time: settings.clock(), principal: .vigia, origin: .job, action: Self.replacedAction,
        model: version.model, fromVersion: version.version, fromSHA256: known,
        toVersion: version.version, toSHA256: status.sha256, reason: "", outcome: .event,
        summary: summary))
  }

  /// The first row that tells a file's hash, of a version that the configuration put in force: acts tell it by themselves.
  private func noteFile(of version: ModelVersion, _ hash: String) async {
    await record(
      AuditEntry(
        time: settings.clock(), principal: .vigia, origin: .job,
        action: AuditEntry.fileNotedAction, model: version.model, toVersion: version.version,
        toSHA256: hash, reason: "", outcome: .event,
        summary: "\(version): its file has sha256 \(hash.prefix(12))"))
  }

  /// Whether these are the bytes that were replaced before: acts of that time told the others' hash.
  private func wasPutBack(_ version: ModelVersion, _ hash: String) async -> Bool {
    let row = try? await ledger.fileHash(of: version, action: Self.replacedAction)
    return row?.fromSHA256 == hash
  }

  private static let replacedAction = "file-replaced"

  /// What is told at a model of its files.
  func replaced(_ deployment: Deployment) -> [Notice] {
    deployment.pinnedVersions.sorted(by: ModelVersion.isOrdered).compactMap { version in
      replacedFiles[ModelVersion(model: deployment.model, version: version)].map {
        Notice(
          .critical,
          "\($0); put the file back and start again, or promote what is there under a new number")
      }
    }
  }
}
