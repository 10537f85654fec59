import Domain
import Statistics
import Storage

/// What was concluded of a model last by a past moment, from the judgements in the store.
struct RecordedJudgement {
  private let metrics: MetricStore
  private let end: Int64
  /// Up to when rows are counted: judgements of a second are written after it.
  private let counted: Int64
  private let references: [ModelVersion: FrozenReference]

  /// - Parameter references: of which more is known than their cells.
  init(
    _ metrics: MetricStore, end: Int64, counted: Int64,
    references: [ModelVersion: FrozenReference] = [:]
  ) {
    self.metrics = metrics
    self.end = end
    self.counted = counted
    self.references = references
  }

  /// Older conclusions are not those of the end.
  private static let reach: Int64 = 86_400

  /// Of the versions that served, as the present tells them.
  ///
  /// - Returns: nil when nothing was judged within the last day, and nothing came that could be.
  func summary(of deployment: Deployment) throws(StorageError) -> ModelJudgement? {
    let model = deployment.model
    var judgement = ModelJudgement()
    for version in deployment.serving {
      let key = ModelVersion(model: model, version: version)
      if let drift = try drift(key) { judgement.drift.append(drift) }
      if let concept = try concept(key, deployment) { judgement.concept.append(concept) }
    }
    if let summary = try experiment(model), summary.challenger == deployment.challenger?.version {
      judgement.experiment = summary
    }
    return judgement == ModelJudgement() ? nil : judgement
  }

  /// As it stood last: when its verdict changed, or since.
  private func experiment(_ model: String) throws(StorageError) -> ExperimentSummary? {
    let verdict = try newest(.experiment, model, nil)
    let standing = try newest(.standing, model, nil)
    let last = [verdict, standing].compactMap(\.self).max { $0.time < $1.time }
    return switch last?.content {
    case .experiment(let summary), .standing(let summary): summary
    case .drift, .quality, .effects, .reference, nil: nil
    }
  }

  private func newest(
    _ kind: JudgementQuery.Kind, _ model: String, _ version: String?, from: Int64? = nil
  ) throws(StorageError) -> JudgementRecord? {
    try metrics.judgements(
      JudgementQuery(
        kind: kind, model: model, version: version, from: from ?? end - Self.reach,
        to: end + 1, limit: 1)
    ).last
  }

  // MARK: Drift

  private func drift(_ version: ModelVersion) throws(StorageError) -> DriftSummary? {
    let cells = try reference(of: version)
    if case .drift(let window) = try newest(.drift, version.model, version.version)?.content,
      // What was found against another reference says nothing any more.
      window.reference.map({ $0 >= cells?.id ?? .min }) ?? true
    {
      return try drift(version, window)
    }
    if let cells { return try collecting(version, cells) }
    guard try isAsked(version) else { return nil }
    return DriftSummary(
      version: version.version, state: .noReference, words: "no reference is known of that time",
      needed: Int(DriftWatch.referenceRows))
  }

  private func drift(
    _ version: ModelVersion, _ window: DriftWindow
  ) throws(StorageError) -> DriftSummary {
    var summary = DriftSummary(version.version, window)
    summary.collected = try rows(of: version, on: window.reference, from: window.to)
    summary.reference = window.reference.flatMap { origin(version, $0) }
    return summary
  }

  /// Its first window was being filled.
  private func collecting(
    _ version: ModelVersion, _ cells: ReferenceCells
  ) throws(StorageError) -> DriftSummary {
    let rows = try rows(of: version, on: cells.id, from: counted - Self.reach)
    return DriftSummary(
      version: version.version, state: .collecting, words: DriftWatch.progress(rows),
      features: cells.features.count { $0.subject == .feature }, collected: rows,
      needed: Int(FeatureReference.rowsMin), reference: origin(version, cells.id))
  }

  /// In force at the end: no age takes it from the store.
  private func reference(of version: ModelVersion) throws(StorageError) -> ReferenceCells? {
    let newest = try newest(.reference, version.model, version.version, from: .min)
    guard case .reference(let cells) = newest?.content else { return nil }
    return cells
  }

  private func origin(_ version: ModelVersion, _ id: Int64) -> DriftSummary.Reference? {
    guard let reference = references[version], reference.id == id else { return nil }
    return DriftSummary.Reference(
      source: reference.source, rows: Int(reference.rows), madeAt: reference.madeAt)
  }

  /// Counted in the window that was being filled. They are kept by the minute: of the one in which it begins they have the
  /// part that its answers had from then on.
  private func rows(
    of version: ModelVersion, on reference: Int64?, from: Int64
  ) throws(StorageError) -> Int {
    let first = from - (from % 60 + 60) % 60
    let minutes = try metrics.features(version, from: first, to: counted)
      .filter { $0.counts.reference == reference }
    func rows(_ isWanted: (Int64) -> Bool) -> Int64 {
      minutes.reduce(0) { $0 + (isWanted($1.minute) ? $1.counts.rows : 0) }
    }
    let part = first == from ? 1 : try partAnswered(version, from: from, of: first)
    return Int(rows { $0 > first }) + Int((Double(rows { $0 == first }) * part).rounded())
  }

  /// Of a minute's answers those that were given from then on, 0 through 1.
  private func partAnswered(
    _ version: ModelVersion, from: Int64, of minute: Int64
  ) throws(StorageError) -> Double {
    let end = min(minute + 60, counted)
    guard from < end else { return 0 }
    let all = try metrics.counted(version, from: minute, to: end).ok
    let late = try metrics.counted(version, from: from, to: end).ok
    return all > 0 ? min(1, Double(late) / Double(all)) : 0
  }

  /// Within the reach.
  private func isAsked(_ version: ModelVersion) throws(StorageError) -> Bool {
    try metrics.lastRequest(version, before: counted).map { $0 >= counted - Self.reach } ?? false
  }

  // MARK: Labels

  /// Before the first block was judged, what its minutes come to: labels as they are known now.
  private func concept(
    _ version: ModelVersion, _ deployment: Deployment
  ) throws(StorageError) -> ConceptSummary? {
    if case .quality(let block) = try newest(.quality, version.model, version.version)?.content {
      return ConceptSummary(version.version, block)
    }
    guard try isAsked(version) else { return nil }
    let part: Set<Variant> =
      deployment.shadow == version.version ? [.shadow] : [.champion, .challenger]
    var watch = ConceptWatch(version)
    let minutes = ControlPlane.minutes(
      of: version, part, from: counted - 2 * Self.reach, to: counted, metrics)
    _ = watch.step(
      minutes, now: Timestamp(seconds: counted), reference: references[version]?.errors)
    return watch.summary
  }
}

extension DriftSummary {
  /// What was said of a version once a window was judged; of what is being collected it knows nothing.
  init(_ version: String, _ window: DriftWindow) {
    self.init(
      version: version, state: DriftWatch.state(of: window.features, isOpen: window.isOpen),
      words: window.words ?? "", openSince: window.openSince,
      needed: Int(FeatureReference.rowsMin))
    count(window.features)
    guard window.words == nil else { return }
    // An older Vigia kept the figures alone.
    words =
      worst.first { $0.verdict.isDrift }.map {
        "drift in \(drifted) of \(features) features, the worst: \($0.words)"
      } ?? "none of \(features) features drifted in the last window"
  }
}

extension ConceptSummary {
  /// What was said of a version once a block was judged.
  init(_ version: String, _ block: QualityBlock) {
    // An older Vigia kept the figures alone.
    let said =
      block.conclusion
      ?? QualityBlock.Conclusion(
        state: block.labelled == 0 ? .noLabels : block.isAlarm ? .drift : .ok,
        words: "\(block.labelled) of \(block.rows) rows of the last block were labelled")
    var last = block
    last.conclusion = nil
    self.init(
      version: version, state: said.state, words: said.words, openSince: said.openSince,
      evidence: block.evidence,
      completeness: block.rows > 0 ? Double(block.labelled) / Double(block.rows) : nil, last: last)
  }
}

extension Deployment {
  /// What answers, what is compared with it, and what only listens.
  var serving: [String] {
    var versions: [String] = []
    for version in [answering, challenger?.version, shadow].compactMap(\.self)
    where !versions.contains(version) { versions.append(version) }
    return versions
  }
}
