import Domain
import Foundation
import Statistics
import Storage

/// What is concluded of every model: takes in a batch a second, steps the watches, and says what has to be done about it.
///
/// A value without a clock, a store or a thread: the control plane performs what the events ask for.
struct JudgementBoard: Sendable {
  /// What has to be done, or be told.
  enum Event: Sendable {
    /// To be stored, and counted by from now on.
    case reference(FrozenReference)
    case judgement(JudgementRecord)
    /// For the ledger and the timeline: what, of which version, in words.
    case told(action: String, ModelVersion, words: String)
  }

  struct Model: Sendable {
    var history = MinuteHistory()
    var objectives: ObjectiveWatch?
    var experiment: ExperimentWatch?
    /// Of the experiment, as it was last stored.
    var standing: Standing?
  }

  private(set) var nextReference: Int64
  private let routingHeaders: [String: String]
  let price: MachinePrice?
  private(set) var models: [String: Model] = [:]
  private(set) var drift: [ModelVersion: DriftWatch] = [:]
  private(set) var concept: [ModelVersion: ConceptWatch] = [:]
  /// What was remembered when the server started, until its watch exists.
  private(set) var remembered: [String: String]
  private(set) var collections: [ModelVersion: ReferenceCollection]
  private var summaries: [String: ModelJudgement] = [:]
  private var summarisedAt: Int64 = 0

  /// - Parameters:
  ///   - remembered: what `memory` gave before the restart.
  ///   - collections: likewise what `collections` gave.
  ///   - nextReference: the number of the next reference.
  ///   - routingHeaders: by model, the header that carries the key to which its routing sticks.
  init(
    remembered: [String: String] = [:], collections: [ModelVersion: ReferenceCollection] = [:],
    nextReference: Int64 = 1, routingHeaders: [String: String] = [:], price: MachinePrice? = nil
  ) {
    self.remembered = remembered
    self.collections = collections
    self.nextReference = nextReference
    self.routingHeaders = routingHeaders
    self.price = price
  }

  // MARK: Making ready

  mutating func setObjective(
    _ objective: Domain.ServiceObjective, of model: String, days: [ObjectiveWatch.Day]
  ) {
    models[model, default: Model()].objectives = ObjectiveWatch(objective, days: days)
  }

  /// What the store knows of the last three days: windows and budgets look back on it. No judge concludes from it.
  ///
  /// - Parameter backfilled: what of it nobody served: neither the day's figures nor burn rates and the budget have it.
  mutating func seed(
    _ minutes: [MinuteCounts], of model: String, backfilled: [Range<Int64>] = []
  ) {
    for minute in minutes { models[model, default: Model()].history.add(minute) }
    models[model]?.history.unserved = backfilled
  }

  /// - Returns: what is to be told of it; nil: a newer one of its version is in force, and stays.
  @discardableResult
  mutating func use(_ reference: FrozenReference) -> [Event]? {
    nextReference = max(nextReference, reference.id + 1)
    if drift[reference.version] == nil {
      drift[reference.version] = makeDrift(reference.version)
    }
    return drift[reference.version]?.use(reference)?.flatMap {
      translated($0, reference.version, reference.madeAt)
    }
  }

  /// Goes on with references in the making that could not be read at the start: of what came since and of what was stored the
  /// longer stretch stays.
  mutating func resume(_ stored: [ModelVersion: ReferenceCollection]) {
    for (version, collection) in stored {
      collections[version] = collection
      drift[version]?.resume(collection)
    }
  }

  func reference(of version: ModelVersion) -> FrozenReference? { drift[version]?.reference }

  var references: [ModelVersion: FrozenReference] { drift.compactMapValues(\.reference) }

  mutating func setSeasonal(_ counts: FeatureCounts?, of version: ModelVersion, hour: Int64) {
    drift[version]?.setSeasonal(counts, hour: hour)
  }

  func driftOpenSince(_ version: ModelVersion) -> Timestamp? { drift[version]?.memory.openSince }

  private func makeDrift(_ version: ModelVersion) -> DriftWatch {
    DriftWatch(
      version, memory: recall("drift:\(version)") ?? DriftWatch.Memory(),
      collection: collections[version])
  }

  private func recall<Memory: Decodable>(_ key: String) -> Memory? {
    remembered[key].flatMap { try? JSONDecoder().decode(Memory.self, from: Data($0.utf8)) }
  }

  // MARK: Each second

  /// - Parameters:
  ///   - deployments: in force, by model.
  ///   - longestAnswer: seconds that a version may take for a request.
  ///   - fault: why a version cannot serve, as far as it is known.
  mutating func add(
    _ batch: SecondBatch, deployments: [String: Deployment],
    longestAnswer: (ModelVersion) -> Int64, fault: (ModelVersion) -> String?
  ) -> [Event] {
    var events: [Event] = []
    if let jump = batch.clockJump { clockMoved(by: jump, to: batch.time.seconds) }
    count(batch)
    for sample in batch.samples {
      if drift[sample.version] == nil { drift[sample.version] = makeDrift(sample.version) }
      let made = drift[sample.version]?.add(sample, now: batch.time, nextID: nextReference) ?? []
      if !made.isEmpty { nextReference += 1 }
      events += made.flatMap { translated($0, sample.version, batch.time) }
    }
    for rollup in batch.features where rollup.variant != .direct {
      drift[rollup.version]?.add(rollup.counts, at: batch.from)
    }
    for rollup in batch.quality {
      concept[rollup.version]?.noteLabels(
        rollup.row.sketch?.rows ?? 0, of: rollup.minute, now: batch.time.seconds)
    }
    for version in drift.keys.sorted() {
      let stepped = drift[version]?.step(now: batch.time) ?? []
      events += stepped.flatMap { translated($0, version, batch.time) }
    }
    for (name, deployment) in deployments {
      let compared = [deployment.champion, deployment.challenger?.version].compactMap(\.self)
      let longest = compared.map { longestAnswer(ModelVersion(model: name, version: $0)) }.max()
      events += stepExperiment(name, deployment, batch, longestAnswer: longest ?? 0, fault: fault)
    }
    return events
  }

  /// What watches measure from moves with the clock: a window is not older for it, and no arm was silent.
  private mutating func clockMoved(by seconds: Double, to now: Int64) {
    let whole = Int64(seconds.rounded())
    for version in drift.keys { drift[version]?.clockMoved(by: whole) }
    for version in concept.keys { concept[version]?.clockMoved(by: whole) }
    for name in models.keys {
      models[name]?.experiment?.clockMoved(by: seconds, to: now)
      models[name]?.standing?.clockMoved(by: whole)
      models[name]?.history.clockSet(to: now)
      guard seconds < 0 else { continue }
      models[name]?.objectives?.clockSetBack(to: now)
    }
  }

  private mutating func count(_ batch: SecondBatch) {
    var counts: [String: [Int64: MinuteCounts]] = [:]
    func with(_ model: String, _ second: Int64, _ change: (inout MinuteCounts) -> Void) {
      let minute = MinuteHistory.floor(second)
      change(&counts[model, default: [:]][minute, default: MinuteCounts(minute: minute)])
    }
    for rollup in batch.rollups
    where rollup.variant == .champion || rollup.variant == .challenger {
      with(rollup.version.model, rollup.second) {
        $0 += MinuteCounts(rollup.counters, at: rollup.second)
      }
    }
    for label in batch.labels where label.variant == .champion || label.variant == .challenger {
      with(label.version.model, label.second) { $0.labels += label.counts }
    }
    // Every known model was at work in these seconds, asked or not.
    for model in models.keys {
      for second in batch.from..<batch.to { with(model, second) { $0.filled += 1 } }
    }
    for (model, minutes) in counts {
      for minute in minutes.values.sorted(by: { $0.minute < $1.minute }) {
        models[model, default: Model()].history.add(minute)
        models[model]?.objectives?.add(minute)
      }
    }
  }

  private mutating func stepExperiment(
    _ name: String, _ deployment: Deployment, _ batch: SecondBatch, longestAnswer: Int64,
    fault: (ModelVersion) -> String?
  ) -> [Event] {
    guard let challenger = deployment.challenger else {
      models[name]?.experiment = nil
      models[name]?.standing = nil
      remembered["experiment:\(name)"] = nil
      return []
    }
    var model = models[name] ?? Model()
    defer { models[name] = model }
    if model.experiment?.isOf(deployment) != true {
      let memory: ExperimentWatch.Memory? = recall("experiment:\(name)")
      let old = memory.map(ExperimentWatch.init)
      // What was counted in another unit cannot be gone on with.
      let isSame = old?.isOf(deployment) == true && old?.isSticky == (routingHeaders[name] != nil)
      model.experiment = isSame ? old : nil
      remembered["experiment:\(name)"] = nil
    }
    let latency = model.objectives?.objective.latency
    let version = ModelVersion(model: name, version: challenger.version)
    func standing(_ summary: ExperimentSummary) -> Event {
      .judgement(JudgementRecord(time: batch.time, version: version, content: .standing(summary)))
    }
    if let pin = deployment.pin {
      model.experiment?.pause(batch, model: name, objective: latency)
      model.experiment?.settleDraws(at: batch.to, longest: longestAnswer)
      return model.noteStanding(
        now: batch.time.seconds, share: challenger.weight, pinned: pin.version
      ).map { [standing($0)] } ?? []
    }
    if model.experiment == nil {
      model.experiment = ExperimentWatch(
        champion: deployment.champion, challenger: challenger.version, since: batch.time,
        isSticky: routingHeaders[name] != nil)
    }
    model.experiment?.noteShare(challenger.weight, revision: deployment.revision)
    model.experiment?.observe(batch, model: name, objective: latency)
    model.experiment?.settleDraws(at: batch.to, longest: longestAnswer)
    let faults = ByArm(
      champion: fault(ModelVersion(model: name, version: deployment.champion)),
      challenger: fault(ModelVersion(model: name, version: challenger.version)))
    let changed = model.experiment?.step(
      now: batch.time, objective: model.objectives?.objective, faults: faults,
      keyHeader: routingHeaders[name])
    var events: [Event] = []
    if let effects = model.experiment?.noteEffects(now: batch.time.seconds) {
      events.append(
        .judgement(JudgementRecord(time: batch.time, version: version, content: .effects(effects))))
    }
    if changed != nil, let summary = model.experiment?.summary(share: challenger.weight) {
      model.noteVerdict(summary, now: batch.time.seconds, share: challenger.weight)
      events.append(
        .judgement(
          JudgementRecord(time: batch.time, version: version, content: .experiment(summary))))
    } else if let noted = model.noteStanding(now: batch.time.seconds, share: challenger.weight) {
      events.append(standing(noted))
    }
    if model.experiment?.recordsVerdict(now: batch.time.seconds) == true,
      let summary = model.experiment?.summary(share: challenger.weight)
    {
      events.append(told(summary, of: version))
    }
    return events
  }

  /// For the ledger: what a comparison says.
  private func told(_ summary: ExperimentSummary, of challenger: ModelVersion) -> Event {
    let words = summary.dryRun ?? summary.words
    let verdict = summary.verdict.rawValue.replacing("_", with: " ") + ": "
    return .told(
      action: "experiment", challenger,
      words: "\(summary.challenger) against \(summary.champion): "
        // Some sentences begin with their verdict.
        + (words.hasPrefix(verdict) ? "" : verdict) + words)
  }

  /// What the recorder has to count slow answers by, in microseconds, by model.
  var slowLimits: [String: Double] { models.compactMapValues { $0.experiment?.memory.slowLimit } }

  private func translated(
    _ event: DriftWatch.Event, _ version: ModelVersion, _ now: Timestamp
  ) -> [Event] {
    switch event {
    case .reference(let reference):
      return [
        .reference(reference),
        .told(
          action: "reference", version,
          words: "reference of \(version.version) made of \(reference.source), "
            + "\(reference.rows) rows"),
      ]
    case .window(let window):
      return [
        .judgement(JudgementRecord(time: now, version: version, content: .drift(window)))
      ]
    case .opened(let words):
      return [.told(action: "drift", version, words: "drift of \(version.version): \(words)")]
    case .closed(let words):
      return [
        .told(
          action: "drift-over", version, words: "no drift of \(version.version) any more: \(words)")
      ]
    }
  }

  // MARK: Each minute

  /// The versions whose labels are looked at, each with the time from which on; nil: not in this minute.
  func wanted(
    _ deployments: [String: Deployment], now: Int64
  ) -> [(ModelVersion, from: Int64?)] {
    deployments.values.flatMap { deployment in
      // What was champion until lately, too: its last labels are still to come, and date a fall.
      let isNew = deployment.championSince.seconds > now - LabelledMinute.kept
      let former = isNew ? deployment.formerChampions.last?.version : nil
      let versions = [
        deployment.answering, deployment.challenger?.version, deployment.shadow, former,
      ]
      return Set(versions.compactMap(\.self)).map {
        ModelVersion(model: deployment.model, version: $0)
      }
    }.sorted().map { version in
      let watch = concept[version] ?? makeConcept(version)
      return (version, watch.wanted(now: now))
    }
  }

  private func makeConcept(_ version: ModelVersion) -> ConceptWatch {
    ConceptWatch(version, memory: recall("concept:\(version)") ?? ConceptWatch.Memory())
  }

  mutating func add(
    _ minutes: [ConceptWatch.Minute], of version: ModelVersion, now: Timestamp
  ) -> [Event] {
    var watch = concept[version] ?? makeConcept(version)
    let stepped = watch.step(
      minutes, now: now, reference: drift[version]?.reference?.errors,
      classes: drift[version]?.reference?.predictedClasses)
    concept[version] = watch
    return stepped.map { event in
      switch event {
      case .block(let block):
        .judgement(JudgementRecord(time: now, version: version, content: .quality(block)))
      case .opened(let words):
        .told(action: "concept-drift", version, words: "\(version.version): \(words)")
      case .closed(let words):
        .told(action: "concept-drift-over", version, words: "\(version.version): \(words)")
      }
    }
  }

  /// The server ends, and has answered all that came.
  mutating func settleDraws() {
    for name in models.keys { models[name]?.experiment?.settleDraws() }
  }

  // MARK: Summary

  /// Made anew each ten seconds, and when something was concluded: burn rates are sums over thousands of minutes, and what
  /// changes each second goes to every console.
  mutating func refresh(_ deployments: [String: Deployment], now: Int64, isDue: Bool) {
    guard isDue || now - summarisedAt >= 10 || now < summarisedAt else { return }
    summarisedAt = now
    summaries = deployments.mapValues { summary(of: $0, now: now) }
  }

  /// As of the last refresh.
  func summary(of model: String) -> ModelJudgement? { summaries[model] }
}
