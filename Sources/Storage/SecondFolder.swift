import Domain
import InferenceProtocol
import Statistics

/// Folds requests and labels into what the next flush writes. No clock, no thread, no store.
///
/// Bounded: clients past `clientsPerModel` count as `ClientCount.overflow`; a client's name and a request id of its own are
/// cut off at `longestName` bytes.
struct SecondFolder {
  static let longestName = 128

  private var pending = PendingBatch()
  private var openRollup: OpenRollup?
  /// The client that the last record counted for, apart from the others: the next one mostly counts there, too.
  private var openClient: (key: ClientKey, tally: ClientTally)?
  /// The predictions of the batch that is being written.
  private(set) var inFlight = PendingPredictions()
  private var labelledInFlight: Set<PredictionKey> = []
  private var clients: [String: Set<String>] = [:]
  private var features: FeatureFolder
  private var capture: RequestCapture
  private let clientsPerModel: Int
  private let objective: @Sendable (String) -> Double?
  private var slowLimits: [String: Double] = [:]

  init(
    clientsPerModel: Int, objective: @escaping @Sendable (String) -> Double?,
    policy: @escaping @Sendable (String) -> CapturePolicy = { _ in CapturePolicy() }
  ) {
    self.clientsPerModel = clientsPerModel
    self.objective = objective
    features = FeatureFolder(policy: policy)
    capture = RequestCapture(policy: policy)
  }

  /// From now on rows of its version are counted by its bins.
  mutating func setReference(_ reference: FrozenReference) { features.setReference(reference) }

  /// From now on a comparison counts answers above these as slow, by model, in microseconds.
  mutating func setSlowLimits(_ limits: [String: Double]) {
    for model in Set(limits.keys).union(slowLimits.keys) where limits[model] != slowLimits[model] {
      pending.slowLimits[model] = nil
    }
    slowLimits = limits
  }

  mutating func add(_ record: PredictionRecord, _ tensors: PredictionTensors? = nil) {
    guard let prediction = fold(record, tensors) else { return }
    pending.predictions.append(prediction, id: record.id, to: Self.series(of: record))
  }

  /// Takes in a request whose truth is known: its prediction waits for no label.
  mutating func add(
    _ record: PredictionRecord, _ tensors: PredictionTensors, truth: [PredictedValue],
    labelledAt: Timestamp
  ) {
    guard let prediction = fold(record, tensors) else { return }
    let series = Self.series(of: record)
    _ = count(
      LabelBatch.Label(id: "", values: truth), for: prediction,
      at: PredictionKey(id: record.id, series: series), now: labelledAt)
  }

  /// Counts a request.
  ///
  /// - Returns: what a label would be joined with; nil where there was no answer.
  private mutating func fold(
    _ record: PredictionRecord, _ tensors: PredictionTensors?
  ) -> PendingPrediction? {
    let second = record.answeredAt.seconds
    let total = Double(record.totalTime) / 1_000
    let isTimed = record.outcome.isTimed
    // What failed late is a failure, and counted as one.
    let isSlow =
      record.outcome == .ok && objective(record.version.model).map { total > $0 } ?? false
    let limit = slowLimits[record.version.model]
    let isAbove = record.outcome == .ok && limit.map { total > $0 } ?? false

    var counters = RequestCounters()
    counters[record.outcome] = 1
    counters.rows = Int64(record.rows)
    counters.predicted = record.outcome == .ok ? Int64(record.predictions.count) : 0
    if isTimed {
      counters.timed = 1
      counters.slow = isSlow ? 1 : 0
      counters.queueSum = Double(record.queueTime) / 1_000
      counters.computeSum = Double(record.computeTime) / 1_000
      counters.totalSum = total
      counters.totalMax = total
    }
    var revision = RevisionCounts()
    revision.requests = 1
    let isRefusedByWord = record.outcome == .limited || record.isShedByOperator
    revision.serverErrors = record.outcome.isServerError && !isRefusedByWord ? 1 : 0
    revision.limited = isRefusedByWord ? 1 : 0
    revision.timed = counters.timed
    revision.slow = counters.slow
    revision.above = isAbove ? 1 : 0
    // What was refused before its version was known has no rows.
    let isRouted =
      record.rows > 0 && (isTimed || record.outcome == .shed) && !record.isOutsideSplit
    revision.outside = record.isOutsideSplit ? 1 : 0
    if isRouted {
      revision.routed = 1
      revision.routedErrors = revision.serverErrors
      revision.keyless = record.routingKey == nil ? 1 : 0
    }
    if isRouted || record.wasDrawn {
      revision.drawn = 1
      revision.drawnEarlier = record.arrivedAt.seconds < second ? 1 : 0
    }
    noteDraw(of: record, isEarlier: revision.drawnEarlier > 0)
    if isRouted, let key = record.routingKey {
      note(
        KeyedEvents.Request(
          key: key, second: record.arrivedAt.seconds, isError: record.outcome.isServerError,
          isRefused: record.outcome.isRefusal,
          isSlow: limit == nil ? isSlow : isAbove, client: name(of: record)),
        at: RevisionKey(series: Self.series(of: record), revision: record.revision))
    }

    pending.requests += 1
    if openRollup?.takes(record, second: second) != true {
      closeRollup()
      let key = SecondKey(series: Self.series(of: record), second: second)
      openRollup = OpenRollup(key, pending.rollups.removeValue(forKey: key))
    }
    openRollup?.add(counters, revision, of: record.revision, latency: isTimed ? total : nil)
    var times = ClientCount.Times()
    if isTimed {
      times.timed = 1
      times.slow = isSlow ? 1 : 0
      times.above = isAbove ? 1 : 0
      times.sum = total
      times.queue = counters.queueSum
      times.compute = counters.computeSum
    }
    if isTimed || record.outcome == .cancelled { times.rows = Int64(record.rows) }
    count(record, minute: second - second % 60, times)
    defer { capture.add(record, tensors) { features.layout(of: record.version) } }
    guard record.outcome == .ok else { return nil }
    let scores = tensors.map { features.add(record, $0) } ?? []
    return PendingPrediction(
      second: second, clientRequestID: record.clientRequestID.map(Self.shortened),
      values: record.predictions, scores: scores,
      // Its label, too, may come after a restart, and is of no split.
      revision: record.isOutsideSplit ? 0 : record.revision,
      routingKey: record.routingKey, client: name(of: record))
  }

  /// Notes when a request came, where the second of its answer does not say it.
  private mutating func noteDraw(of record: PredictionRecord, isEarlier: Bool) {
    guard isEarlier || record.isOutsideSplit,
      record.variant == .champion || record.variant == .challenger
    else { return }
    let revision = RevisionKey(series: Self.series(of: record), revision: record.revision)
    let key = DrawKey(revision: revision, second: record.arrivedAt.seconds)
    if isEarlier {
      pending.draws[key, default: DrawCounts()].earlier += 1
    } else {
      pending.draws[key, default: DrawCounts()].outside += 1
    }
  }

  private static func series(of record: PredictionRecord) -> SeriesKey {
    SeriesKey(version: record.version, variant: record.variant)
  }

  private mutating func note(_ request: KeyedEvents.Request, at key: RevisionKey) {
    guard pending.keyed[key]?.requests.count ?? 0 < KeyedEvents.limit else { return }
    pending.keyed[key, default: KeyedEvents()].requests.append(request)
  }

  private mutating func closeRollup() {
    guard let open = openRollup.take() else { return }
    pending.rollups[open.key] = open.closed()
  }

  private mutating func count(
    _ record: PredictionRecord, minute: Int64, _ times: ClientCount.Times
  ) {
    guard record.variant != .shadow else { return }
    if let open = openClient?.key, open.client == record.client, open.version == record.version,
      open.variant == record.variant, open.outcome == record.outcome, open.minute == minute
    {
      openClient?.tally.count += 1
      openClient?.tally.times += times
      return
    }
    closeClient()
    let key = ClientKey(
      version: record.version, variant: record.variant, client: counted(record),
      outcome: record.outcome, minute: minute)
    openClient = (key, ClientTally(count: 1, times: times))
  }

  private mutating func closeClient() {
    if let (key, tally) = openClient {
      pending.clients[key, default: ClientTally()].count += tally.count
      pending.clients[key]?.times += tally.times
    }
    openClient = nil
  }

  /// The client whose label a label of this record's will be; a shadow's and a direct request's are no evidence.
  private mutating func name(of record: PredictionRecord) -> String? {
    guard record.client != PredictionRecord.anonymousClient,
      record.variant == .champion || record.variant == .challenger
    else { return nil }
    return counted(record)
  }

  /// The name under which a record's client is counted.
  private mutating func counted(_ record: PredictionRecord) -> String {
    let client = Self.shortened(record.client)
    let known = clients[record.version.model]
    if known?.contains(client) == true { return client }
    guard known?.count ?? 0 < clientsPerModel else { return ClientCount.overflow }
    clients[record.version.model, default: []].insert(client)
    return client
  }

  static func shortened(_ name: String) -> String {
    name.utf8.count <= longestName
      ? name : String(decoding: name.utf8.prefix(longestName), as: UTF8.self)
  }

  // MARK: Labels

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
  private mutating func count(
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

  // MARK: Flush

  /// Whether there is something that the store would have to know after a crash.
  var hasRows: Bool { pending.requests > 0 || !pending.labels.isEmpty }

  /// Hands over what is to be written, before the second is over. What only a `SecondBatch` tells stays for `take`, as do the
  /// bounds of what is kept until then.
  mutating func takeRows() -> PendingBatch {
    closeRollup()
    closeClient()
    var rows = PendingBatch()
    swap(&rows.rollups, &pending.rollups)
    swap(&rows.labels, &pending.labels)
    swap(&rows.clients, &pending.clients)
    swap(&rows.predictions, &pending.predictions)
    swap(&rows.quality, &pending.quality)
    swap(&rows.labelled, &pending.labelled)
    swap(&rows.requests, &pending.requests)
    rows.features = features.takeCounts()
    rows.requestsKept = capture.takeKept()
    inFlight = rows.predictions
    labelledInFlight = rows.labelled
    return rows
  }

  /// Hands over what is to be written. Its predictions stay findable until `written`.
  mutating func take() -> PendingBatch {
    closeRollup()
    closeClient()
    (pending.features, pending.samples) = features.take()
    pending.redactions = capture.redactions
    pending.requestsKept = capture.take()
    let batch = pending
    inFlight = batch.predictions
    labelledInFlight = batch.labelled
    pending = PendingBatch()
    pending.slowLimits = slowLimits
    return batch
  }

  /// The batch is in the store, or lost.
  mutating func written() {
    inFlight = PendingPredictions()
    labelledInFlight = []
  }
}

struct LabelledPredictions {
  let pending: Set<PredictionKey>
  let inFlight: Set<PredictionKey>

  func contains(_ key: PredictionKey) -> Bool { pending.contains(key) || inFlight.contains(key) }
}

extension PredictionRecord {
  /// The point of time that per-second series and recent requests use.
  var answeredAt: Timestamp {
    Timestamp(microseconds: arrivedAt.microseconds + max(0, totalTime) / 1_000)
  }
}

extension PredictionRecord {
  /// Whether the split drew the version for it, though no guardrail counts it: its client went away, or the reply could not
  /// be sent. What was refused before its version was known has no rows.
  fileprivate var wasDrawn: Bool {
    rows > 0 && (outcome == .cancelled || outcome == .invalid) && !isOutsideSplit
  }
}
