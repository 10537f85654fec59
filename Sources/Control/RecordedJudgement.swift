import Domain
import Storage

/// What was concluded of a model last by a past moment, from the judgements in the store.
struct RecordedJudgement {
  private let metrics: MetricStore
  private let end: Int64

  init(_ metrics: MetricStore, end: Int64) {
    self.metrics = metrics
    self.end = end
  }

  /// Older conclusions are not those of the end.
  private static let reach: Int64 = 86_400

  /// - Returns: nil when nothing was judged within the last day.
  ///
  /// - Parameter challenger: of an experiment that goes on; nil: none does.
  func summary(
    of model: String, _ versions: Set<String>, challenger: String?
  ) throws(StorageError) -> ModelJudgement? {
    var judgement = ModelJudgement()
    for version in versions.sorted(by: ModelVersion.isOrdered) {
      if case .drift(let window) = try newest(.drift, model, version)?.content {
        judgement.drift.append(Self.drift(version, window))
      }
      if case .quality(let block) = try newest(.quality, model, version)?.content {
        judgement.concept.append(Self.concept(version, block))
      }
    }
    if case .experiment(let summary) = try newest(.experiment, model, nil)?.content,
      summary.challenger == challenger
    {
      judgement.experiment = summary
    }
    return judgement == ModelJudgement() ? nil : judgement
  }

  private func newest(
    _ kind: JudgementQuery.Kind, _ model: String, _ version: String?
  ) throws(StorageError) -> JudgementRecord? {
    try metrics.judgements(
      JudgementQuery(
        kind: kind, model: model, version: version, from: end - Self.reach, to: end + 1, limit: 1)
    ).last
  }

  private static func drift(_ version: String, _ window: DriftWindow) -> DriftSummary {
    let drifted = window.features.filter(\.verdict.isDrift)
    let isMajor = drifted.contains { $0.verdict == .major || $0.verdict == .missing }
    let words =
      drifted.first.map {
        "\(drifted.count) of \(window.features.count) drifted, the worst: \($0.words)"
      } ?? "none of \(window.features.count) features drifted in the last window"
    return DriftSummary(
      version: version, state: window.isOpen ? (isMajor ? .major : .drift) : .ok, words: words,
      openSince: nil, worst: Array(drifted.prefix(3)),
      features: window.features.count { $0.subject == .feature },
      drifted: drifted.count { $0.subject == .feature }, collected: window.rows,
      needed: window.rows)
  }

  private static func concept(_ version: String, _ block: QualityBlock) -> ConceptSummary {
    let state: ConceptSummary.State =
      block.labelled == 0 ? .noLabels : block.isAlarm ? .drift : .ok
    return ConceptSummary(
      version: version, state: state,
      words: "\(block.labelled) of \(block.rows) rows of the last block were labelled",
      evidence: block.evidence,
      completeness: block.rows > 0 ? Double(block.labelled) / Double(block.rows) : nil, last: block)
  }
}
