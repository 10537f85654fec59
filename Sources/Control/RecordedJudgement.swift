import Domain
import Statistics
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
      if case .drift(let window) = try newest(.drift, model, version)?.content,
        try isInForce(window.reference, model, version)
      {
        judgement.drift.append(Self.drift(version, window))
      }
      if case .quality(let block) = try newest(.quality, model, version)?.content {
        judgement.concept.append(Self.concept(version, block))
      }
    }
    if let summary = try experiment(model), summary.challenger == challenger {
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
    _ kind: JudgementQuery.Kind, _ model: String, _ version: String?
  ) throws(StorageError) -> JudgementRecord? {
    try metrics.judgements(
      JudgementQuery(
        kind: kind, model: model, version: version, from: end - Self.reach, to: end + 1, limit: 1)
    ).last
  }

  /// Whether no later reference had taken the place of that of a window: what was found against another says nothing any
  /// more.
  private func isInForce(
    _ reference: Int64?, _ model: String, _ version: String
  ) throws(StorageError) -> Bool {
    guard let reference,
      case .reference(let newest) = try newest(.reference, model, version)?.content
    else { return true }
    return newest.id <= reference
  }

  private static func drift(_ version: String, _ window: DriftWindow) -> DriftSummary {
    var summary = DriftSummary(
      version: version, state: DriftWatch.state(of: window.features, isOpen: window.isOpen),
      words: window.words ?? "", openSince: window.openSince, collected: window.rows,
      needed: Int(FeatureReference.rowsMin))
    summary.count(window.features)
    if window.words == nil { summary.words = words(summary) }
    return summary
  }

  /// Of a window that an older Vigia kept.
  private static func words(_ summary: DriftSummary) -> String {
    summary.worst.first { $0.verdict.isDrift }.map {
      "drift in \(summary.drifted) of \(summary.features) features, the worst: \($0.words)"
    } ?? "none of \(summary.features) features drifted in the last window"
  }

  private static func concept(_ version: String, _ block: QualityBlock) -> ConceptSummary {
    // An older Vigia kept the figures alone.
    let said =
      block.conclusion
      ?? QualityBlock.Conclusion(
        state: block.labelled == 0 ? .noLabels : block.isAlarm ? .drift : .ok,
        words: "\(block.labelled) of \(block.rows) rows of the last block were labelled")
    var last = block
    last.conclusion = nil
    return ConceptSummary(
      version: version, state: said.state, words: said.words, openSince: said.openSince,
      evidence: block.evidence,
      completeness: block.rows > 0 ? Double(block.labelled) / Double(block.rows) : nil, last: last)
  }
}
