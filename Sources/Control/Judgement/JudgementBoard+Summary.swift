import Domain
import Storage

/// What stands in snapshots.
extension JudgementBoard {
  /// Of the last finished drift window of each version.
  var lastFeatures: [ModelVersion: [FeatureVerdict]] {
    drift.compactMapValues { $0.memory.last?.features }
  }

  func summary(of deployment: Deployment, now: Int64) -> ModelJudgement {
    let serving = [deployment.answering, deployment.challenger?.version, deployment.shadow]
      .compactMap(\.self).map { ModelVersion(model: deployment.model, version: $0) }
    let model = models[deployment.model]
    return ModelJudgement(
      drift: serving.compactMap { drift[$0]?.summary },
      concept: serving.compactMap { concept[$0]?.summary },
      championAccuracy: serving.first.flatMap { champion in
        ChampionAccuracy(
          champion: (champion.version, concept[champion]?.settled ?? []),
          rivals: serving.dropFirst().map { ($0.version, concept[$0]?.settled ?? []) })
      },
      experiment: deployment.challenger.flatMap { challenger in
        model?.experiment?.summary(share: challenger.weight, pinned: deployment.pin?.version)
      },
      objectives: model.flatMap { $0.objectives?.summaries($0.history, now: now) } ?? [],
      business: model.map { business($0.history, now: now) })
  }

  private func business(_ history: MinuteHistory, now: Int64) -> BusinessFigures {
    BusinessFigures(
      BusinessPeriod(history.sum(86_400, before: now), price: price), currency: price?.currency)
  }
}
