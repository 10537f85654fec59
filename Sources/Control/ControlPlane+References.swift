import Domain
import Foundation
import Inference
import InferenceProtocol
import Logging
import Statistics
import Storage

/// What versions are compared with: read from a training file, or made of live traffic.
extension ControlPlane {
  /// Puts the cells of references beside the windows that are judged by them, where they are not there: an older Vigia made
  /// them, or the store was begun anew.
  func keepCells(of references: [FrozenReference], _ judgement: JudgementServices) async {
    await judging.run {
      let missing = references.filter { reference in
        let at = reference.madeAt.seconds
        let query = JudgementQuery(
          kind: .reference, model: reference.version.model, version: reference.version.version,
          from: at, to: at + 1)
        let kept = (try? judgement.metrics.judgements(query)) ?? []
        return !kept.contains(JudgementRecord(reference))
      }
      try? judgement.metrics.write(missing.map(JudgementRecord.init))
    }
  }

  /// References that were made at training win over those of live traffic, and are read once.
  func lookForTrainingReferences() async {
    guard let judgement else { return }
    let now = settings.clock()
    for name in modelNames {
      guard let deployment = deployments[name] else { continue }
      for version in Set([deployment.answering] + deployment.pinnedVersions).sorted() {
        let key = ModelVersion(model: name, version: version)
        guard let inputs = dataPlane.signature(of: key)?.inputs,
          trainingReferencesRead.insert(key).inserted
        else { continue }
        await leaveOutRedacted(key, inputs, judgement, now)
        let found = await judging.run { judgement.trainingReference(key, inputs, 0, now) }
        switch found {
        case .success(nil): continue
        case .success(var reference?):
          if let unwatched = reference.unwatched {
            modelNotices[name, default: []].append(.unwatched(unwatched, by: version))
          }
          // Numbered only now: others may have been made while the file was read.
          reference.id = board.nextReference
          guard board.reference(of: key)?.isSame(as: reference) != true else { continue }
          await perform([.reference(reference)])
          await recordEvent("reference", model: name, summary: reference.readingWords)
        case .failure(let failure):
          modelNotices[name, default: []].append(
            Notice(.warning, "no reference for \(version): \(failure.reason)"))
        }
      }
    }
  }

  /// A feature may have been redacted since its version's reference was made: it would seem to have vanished, and its
  /// values would stay.
  private func leaveOutRedacted(
    _ version: ModelVersion, _ inputs: [TensorMetadata], _ judgement: JudgementServices,
    _ now: Timestamp
  ) async {
    guard let reference = board.reference(of: version),
      var kept = judgement.withoutRedacted(reference, inputs)
    else { return }
    kept.id = board.nextReference
    kept.madeAt = now
    await perform([.reference(kept)])
    let gone = Set(reference.features.map(\.name)).subtracting(kept.features.map(\.name))
    await recordEvent(
      "reference", model: version.model,
      summary: "\(gone.sorted().joined(separator: ", ")) taken out of the reference of "
        + "\(version.version): redacted")
  }

  /// Seconds between two writes of what a reference is being made of: so much of its day is lost by a restart.
  static let betweenCollections: Int64 = 600

  func keepCollections() async {
    // What is stored was not read yet.
    guard let judgement, seedDueTo == nil else { return }
    let collected = board.collected.filter { judgement.mayKeepValues($0.key.model) }
    guard !collected.isEmpty || hasStoredCollections else { return }
    hasStoredCollections = !collected.isEmpty
    let stored = await judging.run {
      Result { () throws(StorageError) in
        try judgement.metrics.store(referenceSamples: collected.compactMapValues(\.saved))
      }
    }
    switch stored {
    case .success(let leftOut) where leftOut.isEmpty: break
    case .success(let leftOut):
      logger.warning(
        "there is no room for some references in the making: a restart begins them anew",
        metadata: ["versions": "\(leftOut.map(\.description).joined(separator: ", "))"])
    case .failure(let error):
      logger.warning(
        "references in the making could not be stored", metadata: ["error": "\(error)"])
    }
  }
}

extension Notice {
  /// - Parameter features: of which a version's training file has no column.
  fileprivate static func unwatched(_ features: [String], by version: String) -> Notice {
    let some = features.prefix(4).joined(separator: ", ")
    let more = features.count > 4 ? " and \(features.count - 4) more" : ""
    return Notice(
      .warning,
      "the reference.csv of \(version) has no column \(some)\(more): not watched for drift; add it, or take the file away "
        + "to compare with live traffic")
  }
}

extension JudgementRecord {
  init(_ reference: FrozenReference) {
    self.init(
      time: reference.madeAt, version: reference.version,
      content: .reference(ReferenceCells(reference)))
  }
}

extension FrozenReference {
  /// Of one that was made at training, for the ledger.
  package var readingWords: String {
    "reference of \(version.version) read from its \(source), \(rows) rows"
  }

  /// Whether it holds what another holds, but for its number and when it was made.
  func isSame(as other: FrozenReference) -> Bool {
    version == other.version && source == other.source && rows == other.rows
      && errors == other.errors && features == other.features
  }
}
