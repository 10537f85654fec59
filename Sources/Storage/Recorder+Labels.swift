package import Domain
import Synchronization

extension Recorder {
  /// Joins late truth with its predictions: what it says counts at the prediction's second, with the next flush.
  ///
  /// Blocks the calling thread, which may wait for the disk; never `record`. A label with another number of values than the
  /// prediction had rows, or of another type, is refused. When the store cannot be read, what it would know is unknown.
  ///
  /// A label that finds its request in memory is joined there. For the rest the order matters: which labels have come is
  /// noted before the store is read, because a flush between the two would take the note away; batches go one at a
  /// time, so none adds to it meanwhile.
  package func join(model: String, _ batch: LabelBatch, now: Timestamp) -> LabelReceipt {
    joining.withLock { _ in
      var receipt = LabelReceipt(refusals: batch.refused)
      var left = joinInMemory(model, batch, now: now)
      let targets = left.labels.map(\.target)
      let stored =
        targets.isEmpty
        ? [] : (try? store?.predictions(of: targets, model: model)) ?? targets.map { _ in [] }
      let horizon = store?.status.labelHorizon
      withFolder { folder in
        for index in left.labels.indices {
          let entry = left.labels[index]
          for one in stored[index] where !entry.found.contains(one.key) {
            var prediction = one.prediction
            prediction.isLabelled = prediction.isLabelled || left.labelled.contains(one.key)
            let answer = folder.join(entry.label, stored: prediction, at: one.key, now: now)
            left.labels[index].answer = max(left.labels[index].answer, answer)
          }
        }
      }
      for entry in left.labels {
        switch entry.answer {
        case .joined(let unseen):
          receipt.joined += 1
          if unseen > 0 { receipt.unseenClass += 1 }
        case .duplicate: receipt.duplicate += 1
        case .unfit(let expected, let found):
          receipt.refused += 1
          receipt.refusals.append(
            LabelRefusal(index: entry.label.index, expected: expected, found: found))
        case .unknown:
          if case .request(let id) = entry.target, let horizon, id.time < horizon {
            receipt.late += 1
          } else {
            receipt.unknown += 1
          }
        }
      }
      receipt.refusals.sort { $0.index < $1.index }
      let whole = receipt
      withFolder { $0.note(whole, model: model) }
      if whole.joined > 0 { tellOfLabels() }
      return receipt
    }
  }

  private struct Joining: Sendable {
    /// As it was before the store was read.
    var labelled: LabelledPredictions
    var labels: [Entry] = []

    struct Entry: Sendable {
      var label: LabelBatch.Label
      var target: MetricStore.LabelTarget
      var answer = SecondFolder.LabelAnswer.unknown
      /// Predictions of the request that memory answered for.
      var found: Set<PredictionKey> = []
    }
  }

  /// The store is asked for every label all the same: a shadow's copy may be there and the answer's still here.
  private func joinInMemory(_ model: String, _ batch: LabelBatch, now: Timestamp) -> Joining {
    withFolder { folder in
      var joining = Joining(labelled: folder.labelled)
      for label in batch.labels {
        guard let id = folder.requestID(of: label.id, model: model) else {
          let name = SecondFolder.shortened(label.id)
          joining.labels.append(.init(label: label, target: .client(name)))
          continue
        }
        let (answer, found) = folder.join(label, id: id, model: model, now: now)
        joining.labels.append(
          .init(label: label, target: .request(id), answer: answer, found: found))
      }
      return joining
    }
  }
}
