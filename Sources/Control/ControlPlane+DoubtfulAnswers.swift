import Domain
import Inference
import Logging

/// Answers that were found, after they were given, to be perhaps wrong: whoever acts on them must learn of it.
extension ControlPlane {
  /// Tells the log and the ledger of what was found since the last look, once for each time that a version is loaded.
  func tellOfDoubts() async {
    let doubts = dataPlane.doubts
    let new = doubts.filter { !toldDoubts.contains($0.key) }
    toldDoubts = Set(doubts.keys)
    for (version, doubt) in new.sorted(by: { $0.key < $1.key }) {
      let summary = "\(version): \(doubt)"
      logger.error("answers may be wrong", metadata: ["found": "\(summary)"])
      await recordEvent("answers-doubtful", model: version.model, summary: summary)
    }
  }

  /// What is told at a model for as long as a version is loaded whose answers are doubtful.
  func doubtful(_ deployment: Deployment) -> [Notice] {
    dataPlane.doubts.filter { $0.key.model == deployment.model }.sorted { $0.key < $1.key }.map {
      Notice(.critical, "version \($0.key.version): \($0.value)")
    }
  }
}
