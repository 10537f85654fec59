import Domain
import Foundation
import Inference
import Logging
import Statistics
import Storage

/// The loops that judge: drift, labels, experiments, objectives. What they conclude stands in snapshots, in the store, and
/// where somebody should know of it in the ledger.
extension ControlPlane {
  /// Brings back what was known before the restart.
  func startJudging() async {
    guard let judgement else { return }
    let store = ledger.store
    let remembered = await judging.run {
      (
        judges: (try? store.judges()) ?? [:], budgets: (try? store.budgets()) ?? [:],
        references: (try? store.references()) ?? [], newest: (try? store.newestReferenceID()) ?? 0,
        samples: (try? judgement.metrics.referenceSamples()) ?? [:]
      )
    }
    let now = settings.clock().seconds
    board = JudgementBoard(
      remembered: remembered.judges, collections: collections(saved: remembered.samples),
      nextReference: remembered.newest + 1,
      routingHeaders: judgement.routingHeaders, price: judgement.price)
    var ended: [JudgementBoard.Event] = []
    for reference in remembered.references {
      ended += board.use(reference) ?? []
      judgement.useReference(reference)
    }
    await perform(ended)
    await keepCells(of: remembered.references, judgement)
    for name in modelNames {
      if let objective = objective(of: name) {
        let days = (remembered.budgets[name] ?? [:]).values.compactMap { json in
          try? JSONDecoder().decode(ObjectiveWatch.Day.self, from: Data(json.utf8))
        }
        board.setObjective(objective, of: name, days: days)
      }
      await seed(name, judgement, to: now)
    }
    // A full disk kept it shut: the past is told when it can be read.
    seedDueTo = judgement.metrics.isOpen ? nil : now
    await forgetJudges(of: remembered.judges)
    // A long file must not hold up the start.
    Task { await lookForTrainingReferences() }
  }

  /// What was known of versions that are neither deployed nor in the repository any more goes: else it would stay for good.
  private func forgetJudges(of remembered: [String: String]) async {
    let gone = JudgementBoard.Memories.keys(in: remembered.keys, ofOthersThan: knownVersions)
    guard !gone.isEmpty else { return }
    let store = ledger.store
    await judging.run { try? store.removeJudges(gone) }
  }

  /// Those that are deployed, or in the repository.
  private var knownVersions: Set<ModelVersion> {
    var known: Set<ModelVersion> = []
    for name in modelNames {
      let deployed = deployments[name].map { [$0.answering] + $0.pinnedVersions } ?? []
      for version in dataPlane.versions(of: name) + deployed {
        known.insert(ModelVersion(model: name, version: version))
      }
    }
    return known
  }

  /// Brings back what the store has of the time before the start, once it is open: what came since is known.
  func seedWhenOpen() async {
    guard let end = seedDueTo, let judgement, judgement.metrics.isOpen else { return }
    seedDueTo = nil
    // First: what is collected now is to be written over it.
    let samples = await judging.run { (try? judgement.metrics.referenceSamples()) ?? [:] }
    board.resume(collections(saved: samples))
    for name in modelNames { await seed(name, judgement, to: end) }
    await seedCounters(Timestamp(seconds: end))
  }

  /// References in the making, of versions that there still are.
  private func collections(
    saved samples: [ModelVersion: Data]
  ) -> [ModelVersion: ReferenceCollection] {
    hasStoredCollections = !samples.isEmpty
    let now = settings.clock().seconds
    return samples.filter { knownVersions.contains($0.key) }
      .compactMapValues { ReferenceCollection(saved: $0, now: now) }
  }

  private func seed(_ name: String, _ judgement: JudgementServices, to now: Int64) async {
    let versions = dataPlane.versions(of: name).map { ModelVersion(model: name, version: $0) }
    let minutes = await judging.run {
      versions.flatMap { version in
        (try? judgement.metrics.minutes(version, from: now - 3 * 86_400, to: now)) ?? []
      }
    }
    var sums: [Int64: MinuteCounts] = [:]
    for minute in minutes {
      sums[minute.minute, default: MinuteCounts(minute: minute.minute)] += minute
    }
    let alive = await judging.run {
      (try? judgement.metrics.secondsAlive(from: now - 3 * 86_400, to: now)) ?? [:]
    }
    for (minute, seconds) in alive {
      sums[minute, default: MinuteCounts(minute: minute)].filled = seconds
    }
    let backfilled = await judging.run { (try? judgement.metrics.backfilled()) ?? [] }
    board.seed(sums.values.sorted { $0.minute < $1.minute }, of: name, backfilled: backfilled)
  }

  /// Takes in a second. The ledger is told apart: a disk that hangs must not stop the measuring.
  func judge(_ batch: SecondBatch) {
    guard let judgement else { return }
    let events = board.add(
      batch, deployments: deployments,
      longestAnswer: { [dataPlane] in dataPlane.longestTimeout(of: $0).components.seconds + 1 },
      fault: { [dataPlane] version in
        guard case .failed(let reason) = dataPlane.status(of: version).state else { return nil }
        return reason
      })
    let limits = board.slowLimits
    if limits != slowLimitsUsed {
      slowLimitsUsed = limits
      judgement.useSlowLimits(limits)
    }
    board.refresh(deployments, now: batch.time.seconds, isDue: !events.isEmpty)
    if !events.isEmpty {
      let former = concluding
      concluding = Task {
        await former?.value
        await perform(events)
      }
    }
    let minute = MinuteHistory.floor(batch.time.seconds)
    guard minute != judgedMinute else { return }
    judgedMinute = minute
    guard minuteLook == nil else { return }
    minuteLook = Task { await judgeMinute(batch.time) }
  }

  /// When the last batch was taken in: what it brought is told, and what the judges know is stored.
  package func endJudging() async {
    guard judgement != nil else { return }
    let (minuteLook, concluding) = (minuteLook, concluding)
    // Not for ever: they may wait for the reading of a long training file.
    _ = await FirstAnswer.of(within: .seconds(5), late: false) { answer in
      Task {
        await minuteLook?.value
        await concluding?.value
        _ = answer.give(true)
      }
    }
    board.settleDraws()
    await remember()
  }

  /// Once a minute: labels, what the same hour was like in other weeks, and what must outlive a restart.
  private func judgeMinute(_ now: Timestamp) async {
    defer { minuteLook = nil }
    guard let judgement else { return }
    await lookForTrainingReferences()
    for (version, from) in board.wanted(deployments, now: now.seconds) {
      if let from {
        let isShadow = deployments[version.model]?.shadow == version.version
        let minutes = await judging.run {
          Self.minutes(
            of: version, isShadow ? [.shadow] : [.champion, .challenger], from: from,
            to: now.seconds, judgement.metrics)
        }
        await perform(board.add(minutes, of: version, now: now))
      }
      await compareSeason(version, now: now.seconds, judgement)
    }
    await remember()
    if now.seconds - collectionsStored >= Self.betweenCollections {
      collectionsStored = now.seconds
      await keepCollections()
    }
  }

  /// Writes what has changed of what the judges know. Encoding is not this thread's work: a judge of many keys has a
  /// megabyte.
  ///
  /// - Parameter events: of those alone that concluded these, before anybody is told: what was said once is not forgotten.
  ///   Nil: of all, with the budgets.
  private func remember(beforeTelling events: [JudgementBoard.Event]? = nil) async {
    guard events?.contains(where: { $0.concluded != nil }) ?? true else { return }
    // An older copy must not be written over a newer one.
    await withCheckedContinuation { rememberingTurns.enqueue($0) }
    defer { rememberingTurns.give() }
    let memories = events.map { board.memories(after: $0) } ?? board.memories
    let budgets = events == nil ? board.budgets() : [:]
    let written = judgesWritten
    let oldest = settings.clock().seconds - Int64(ObjectiveWatch.daysKept + 1) * 86_400
    let store = ledger.store
    let result: Result<[String: String], StorageError> = await remembering.run {
      let judges = memories.encoded()
      return Result { () throws(StorageError) in
        try store.store(
          judges: judges.filter { written[$0.key] != $0.value }, budgets: budgets,
          oldestDay: oldest)
        return judges
      }
    }
    switch result {
    case .success(let judges): judgesWritten.merge(judges) { $1 }
    case .failure(let error):
      logger.warning(
        "what the judges remember could not be stored", metadata: ["error": "\(error)"])
    }
  }

  /// What was served of a version's labels: rows that were scored after the event judge nobody.
  static func minutes(
    of version: ModelVersion, _ variants: Set<Variant>, from: Int64, to: Int64,
    _ store: MetricStore
  ) -> [ConceptWatch.Minute] {
    var minutes: [Int64: ConceptWatch.Minute] = [:]
    let counted = try? store.minutes(
      version, variants: variants, from: from, to: to, servedOnly: true)
    for counts in counted ?? [] {
      minutes[counts.minute, default: .init(minute: counts.minute)].predicted += counts.predicted
    }
    let labelled = try? store.quality(
      version, variants: variants, from: from, to: to, servedOnly: true)
    for (minute, row) in labelled ?? [] {
      minutes[minute, default: .init(minute: minute)].row.merge(row)
    }
    return minutes.values.sorted { $0.minute < $1.minute }
  }

  private func compareSeason(
    _ version: ModelVersion, now: Int64, _ judgement: JudgementServices
  ) async {
    let hour = now - now % 3_600
    guard seasonLooked[version] != hour else { return }
    seasonLooked[version] = hour
    let driftOpen = board.driftOpenSince(version)
    let counts = await judging.run {
      Self.season(of: version, hour: hour, driftOpen: driftOpen, judgement.metrics)
    }
    board.setSeasonal(counts, of: version, hour: hour)
  }

  /// Weeks of which an hour is known before it is a season: what was so once may have been wrong.
  private static let seasonWeeks = 2

  /// The counts of the same hour in the four weeks before; nil: too few of them are known.
  ///
  /// - Parameter driftOpen: since when a drift has been open. Hours in which it was are left out, else what has been wrong for a week
  ///   would be as usual.
  static func season(
    of version: ModelVersion, hour: Int64, driftOpen: Timestamp?, _ store: MetricStore
  ) -> FeatureCounts? {
    var sum: FeatureCounts?
    var weeks = 0
    for week in 1...4 {
      let start = hour - Int64(week) * 7 * 86_400
      guard start + 3_600 <= driftOpen?.seconds ?? .max else { continue }
      let hours =
        (try? store.featureHours(version, from: start, to: start + 3_600, servedOnly: true)) ?? []
      if !hours.isEmpty { weeks += 1 }
      for (_, counts) in hours {
        if sum == nil { sum = counts } else { sum?.merge(counts) }
      }
    }
    return weeks >= seasonWeeks ? sum : nil
  }

  func perform(_ events: [JudgementBoard.Event]) async {
    guard let judgement else { return }
    await remember(beforeTelling: events)
    var judgements: [JudgementRecord] = []
    var ended: [JudgementBoard.Event] = []
    for event in events {
      switch event {
      case .reference(let reference):
        let former = board.reference(of: reference.version)
        guard let told = board.use(reference) else { continue }
        ended += told
        judgement.useReference(reference)
        let store = ledger.store
        let failure = await judging.run { () -> StorageError? in
          do throws(StorageError) {
            try store.store(reference, forgetsEarlier: former?.hasMore(than: reference) ?? false)
            return nil
          } catch {
            return error
          }
        }
        if let failure {
          logger.warning("a reference could not be stored", metadata: ["error": "\(failure)"])
        }
        judgements.append(JudgementRecord(reference))
      case .judgement(let record): judgements.append(record)
      case .told(let action, let version, let words):
        await recordEvent(action, model: version.model, summary: words)
      }
    }
    let records = judgements
    await judging.run { try? judgement.metrics.write(records) }
    await remember(beforeTelling: ended)
    for case .told(let action, let version, let words) in ended {
      await recordEvent(action, model: version.model, summary: words)
    }
  }
}
