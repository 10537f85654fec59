import Domain
import InferenceProtocol
import Statistics

/// Folds requests and labels into what the next flush writes. No clock, no thread, no store.
///
/// Bounded: clients past `clientsPerModel` count as `ClientCount.overflow`; a client's name and a request id of its own are
/// cut off at `longestName` bytes.
struct SecondFolder {
  static let longestName = 128

  var pending = PendingBatch()
  private var openRollup: OpenRollup?
  /// The client that the last record counted for, apart from the others: the next one mostly counts there, too.
  private var openClient: (key: ClientKey, tally: ClientTally)?
  /// The predictions of the batch that is being written.
  var inFlight = PendingPredictions()
  private(set) var labelledInFlight: Set<PredictionKey> = []
  private var clients: [String: Set<String>] = [:]
  private(set) var features: FeatureFolder
  private var capture: RequestCapture
  private let clientsPerModel: Int
  private let objective: @Sendable (String) -> Double?
  private var slowLimits: [String: Double] = [:]
  /// Of the model that the last request asked: the next one mostly asks it, too.
  private var openLimits: (model: String, limits: Limits)?

  /// Microseconds above which an answer is slow: by the model's objective, and where its versions are compared.
  private struct Limits {
    var objective: Double?
    var slow: Double?
  }

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
    openLimits = nil
  }

  mutating func add(_ record: PredictionRecord, _ tensors: PredictionTensors? = nil) {
    guard let prediction = fold(record, tensors) else { return }
    pending.predictions.append(prediction, id: record.id, of: record.version, record.variant)
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
    let isAnswered = record.outcome == .ok
    let limits = limits(of: record.version.model)
    let isSlow = isAnswered && limits.objective.map { total > $0 } ?? false
    let isAbove = limits.slow.map { isAnswered && total > $0 }

    var counters = RequestCounters()
    counters[record.outcome] = 1
    counters.rows = Int64(record.rows)
    counters.predicted = isAnswered ? Int64(record.predictions.count) : 0
    if isTimed {
      counters.timed = 1
      counters.slow = isSlow ? 1 : 0
      counters.queueSum = Double(record.queueTime) / 1_000
      counters.computeSum = Double(record.computeTime) / 1_000
      counters.totalSum = total
      counters.totalMax = total
    }
    let revision = countForSplit(
      record, second: second, isSlow: isSlow, isAbove: isAbove)
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
      times.above = isAbove == true ? 1 : 0
      times.sum = total
      times.queue = counters.queueSum
      times.compute = counters.computeSum
    }
    if isTimed || record.outcome == .cancelled { times.rows = Int64(record.rows) }
    count(record, minute: second - second % 60, times)
    // A closure that holds the record would copy all of it.
    let version = record.version
    defer { capture.add(record, tensors) { features.layout(of: version) } }
    guard isAnswered else { return nil }
    let scores = tensors.map { features.add(record, $0) } ?? []
    return PendingPrediction(
      second: second, clientRequestID: record.clientRequestID.map(Self.shortened),
      values: record.predictions, scores: scores,
      // Its label, too, may come after a restart, and is of no split.
      revision: record.isOutsideSplit ? 0 : record.revision,
      routingKey: record.routingKey, client: name(of: record))
  }

  private mutating func limits(of model: String) -> Limits {
    if let open = openLimits, open.model == model { return open.limits }
    let limits = Limits(objective: objective(model), slow: slowLimits[model])
    openLimits = (model, limits)
    return limits
  }

  static func series(of record: PredictionRecord) -> SeriesKey {
    SeriesKey(version: record.version, variant: record.variant)
  }

  private mutating func closeRollup() {
    guard let open = openRollup.take() else { return }
    pending.rollups[open.key] = open.closed()
  }

  private mutating func count(
    _ record: PredictionRecord, minute: Int64, _ times: ClientCount.Times
  ) {
    guard record.variant != .shadow else { return }
    if let open = openClient?.key, open.client == record.client,
      open.version.isSame(as: record.version),
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
  mutating func name(of record: PredictionRecord) -> String? {
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
    openLimits = nil
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

extension PredictionRecord {
  /// The point of time that per-second series and recent requests use.
  var answeredAt: Timestamp {
    Timestamp(microseconds: arrivedAt.microseconds + max(0, totalTime) / 1_000)
  }
}
