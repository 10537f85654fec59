import Domain
import Statistics

/// Joins late truth with predictions, and counts it at their second.
extension SecondFolder {
  /// In ascending order of what is told when a request's copies differ.
  enum LabelAnswer: Comparable {
    case unknown
    /// The request is known, and the label can be none of it.
    case unfit(expected: String, found: String)
    case duplicate
    /// - Parameter unseen: wrong rows whose class the version's reference has not.
    case joined(unseen: Int)

    var isJoined: Bool {
      if case .joined = self { true } else { false }
    }
  }

  /// Predictions whose label has come, though the store may not show it yet.
  var labelled: LabelledPredictions {
    LabelledPredictions(pending: pending.labelled, inFlight: labelledInFlight)
  }

  /// The request that a label means: its own id, or the newest with the client's id. Nil when it is not in memory.
  mutating func requestID(of text: String, model: String) -> RequestID? {
    if let id = RequestID(text) { return id }
    let text = Self.shortened(text)
    return pending.predictions.newestID(of: text, model: model)
      ?? inFlight.newestID(of: text, model: model)
  }

  /// Joins a label with the predictions of request `id` that are in memory, and says which these are.
  mutating func join(
    _ label: LabelBatch.Label, id: RequestID, model: String, now: Timestamp
  ) -> (answer: LabelAnswer, found: Set<PredictionKey>) {
    var answer = LabelAnswer.unknown
    var found: Set<PredictionKey> = []
    for (key, prediction) in pending.predictions.copies(of: id, model: model) {
      found.insert(key)
      let one = count(label, for: prediction, at: key, now: now)
      if one.isJoined { pending.predictions.markLabelled(key) }
      answer = max(answer, one)
    }
    let labelled = labelled
    for (key, stored) in inFlight.copies(of: id, model: model) {
      var prediction = stored
      found.insert(key)
      prediction.isLabelled = prediction.isLabelled || labelled.contains(key)
      let one = count(label, for: prediction, at: key, now: now)
      if one.isJoined { pending.labelled.insert(key) }
      answer = max(answer, one)
    }
    return (answer, found)
  }

  mutating func note(_ receipt: LabelReceipt, model: String) {
    pending.receipts[model, default: LabelReceipt()] += receipt
  }

  /// Joins a label with a prediction that the store has.
  mutating func join(
    _ label: LabelBatch.Label, stored prediction: PendingPrediction, at key: PredictionKey,
    now: Timestamp
  ) -> LabelAnswer {
    var prediction = prediction
    prediction.isLabelled = prediction.isLabelled || labelled.contains(key)
    let answer = count(label, for: prediction, at: key, now: now)
    if answer.isJoined { pending.labelled.insert(key) }
    return answer
  }

  /// A label with another number of rows than the prediction, or of what it cannot be, is none of it.
  mutating func count(
    _ label: LabelBatch.Label, for prediction: PendingPrediction, at key: PredictionKey,
    now: Timestamp
  ) -> LabelAnswer {
    guard prediction.values.isEmpty || prediction.values.count == label.values.count else {
      return .unfit(
        expected: "as many values as the request had rows, \(prediction.values.count)",
        found: "\(label.values.count)")
    }
    var truths: [PredictedValue] = []
    for (predicted, value) in zip(prediction.values, label.values) {
      guard let truth = predicted.truth(value) else {
        return .unfit(expected: "a number, as was predicted", found: value.inWords)
      }
      truths.append(truth)
    }
    guard !prediction.isLabelled else { return .duplicate }
    var counts = LabelCounts()
    for (predicted, truth) in zip(prediction.values, truths) {
      counts.add(predicted.error(against: truth))
    }
    if let score = label.score, score.magnitude <= LabelBatch.largest {
      counts.scores += 1
      counts.scoreSum += score
    }
    let second = SecondKey(series: key.series, second: prediction.second)
    pending.labels[second, default: LabelCounts()] += counts
    let revision = RevisionKey(series: key.series, revision: prediction.revision)
    // A request's rows were routed together: its first stands for it where versions are compared.
    var unit = LabelCounts()
    if let predicted = prediction.values.first, let truth = truths.first {
      unit.add(predicted.error(against: truth))
    }
    pending.revisionLabels[revision, default: ClientLabelCounts()].counts += unit
    if let client = prediction.client {
      pending.revisionLabels[revision]?.clients[client, default: LabelCounts()] += unit
    }
    if let routingKey = prediction.routingKey, unit.correct + unit.wrong > 0,
      pending.keyed[revision]?.labels.count ?? 0 < KeyedEvents.limit
    {
      pending.keyed[revision, default: KeyedEvents()].labels.append(
        KeyedEvents.Label(
          key: routingKey, isWrong: unit.wrong > 0, client: prediction.client))
    }
    judge(truths, prediction, at: key, now: now)
    guard let classes = features.predictedClasses(of: key.series.version) else {
      return .joined(unseen: 0)
    }
    let unseen = zip(prediction.values, truths).count { predicted, truth in
      truth.isUnseen(by: classes) && predicted.error(against: truth) == .wrong
    }
    return .joined(unseen: unseen)
  }

  private mutating func judge(
    _ truths: [PredictedValue], _ prediction: PendingPrediction, at key: PredictionKey,
    now: Timestamp
  ) {
    let minute = SecondKey(
      series: key.series, second: Tier.minute.floor(prediction.second))
    var row = pending.quality.removeValue(forKey: minute) ?? QualityRow()
    let rows = prediction.values.count
    let width = rows > 0 && prediction.scores.count % rows == 0 ? prediction.scores.count / rows : 0
    for (index, (predicted, truth)) in zip(prediction.values, truths).enumerated() {
      row.add(
        predicted: predicted, truth: truth,
        scores: prediction.scores[(index * width)..<((index + 1) * width)])
    }
    row.delay.add(max(0, Double(now.seconds - prediction.second)))
    pending.quality[minute] = row
  }
}

struct LabelledPredictions {
  let pending: Set<PredictionKey>
  let inFlight: Set<PredictionKey>

  func contains(_ key: PredictionKey) -> Bool { pending.contains(key) || inFlight.contains(key) }
}
