import Domain
import Inference
import Logging

/// Answers that were found, after they were given, to be perhaps wrong: whoever acts on them must learn of it.
extension ControlPlane {
  /// Tells the log and the ledger of what was found since the last look, once for each load of a version, also of those that
  /// have left meanwhile.
  func tellOfDoubts() async {
    let found = dataPlane.doubts() + dataPlane.takeDoubtsOfGone()
    for doubt in found where toldDoubts.insert(doubt).inserted {
      let summary = "\(doubt.version): \(doubt.reason)"
      logger.error("answers may be wrong", metadata: ["found": "\(summary)"])
      await recordEvent(AuditEntry.doubtAction, model: doubt.version.model, summary: summary)
    }
  }

  /// What is told at a model for as long as a version is loaded whose answers are doubtful.
  func doubtful(_ deployment: Deployment) -> [Notice] {
    dataPlane.doubts(of: deployment.model).map {
      Notice(.warning, "version \($0.version.version): \($0.reason)")
    }
  }
}
