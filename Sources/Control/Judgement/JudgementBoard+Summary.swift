import Domain
import Storage

/// What stands in snapshots.
extension JudgementBoard {
  /// Of the last finished drift window of each version.
  var lastFeatures: [ModelVersion: [FeatureVerdict]] {
    drift.compactMapValues { $0.memory.last?.features }
  }

  func summary(of deployment: Deployment, now: Int64) -> ModelJudgement {
    let serving = deployment.serving.map { ModelVersion(model: deployment.model, version: $0) }
    let model = models[deployment.model]
    return ModelJudgement(
      drift: serving.compactMap { drift[$0]?.summary },
      concept: serving.compactMap { concept[$0]?.summary },
      championAccuracy: championAccuracy(of: deployment, serving: serving),
      experiment: deployment.challenger.flatMap { challenger in
        model?.experiment?.summary(share: challenger.weight, pinned: deployment.pin?.version)
      },
      objectives: model.flatMap { $0.objectives?.summaries($0.history, now: now) } ?? [],
      business: model.map { business($0.history, now: now) })
  }

  /// - Parameter serving: what answers, then what else is asked.
  private func championAccuracy(
    of deployment: Deployment, serving: [ModelVersion]
  ) -> ChampionAccuracy? {
    func minutes(_ version: ModelVersion) -> (String, [LabelledMinute]) {
      (version.version, concept[version]?.settled ?? [])
    }
    guard let champion = serving.first,
      var compared = ChampionAccuracy(
        champion: minutes(champion), rivals: serving.dropFirst().map(minutes))
    else { return nil }
    // Under a pin it is not the champion that answers.
    if deployment.pin == nil {
      let former = deployment.formerChampions.last.map {
        ModelVersion(model: deployment.model, version: $0.version)
      }
      compared.fall = compared.fall(
        of: minutes(champion).1, championSince: deployment.championSince.seconds,
        former: former.map(minutes))
    }
    return compared
  }

  private func business(_ history: MinuteHistory, now: Int64) -> BusinessFigures {
    BusinessFigures(
      BusinessPeriod(history.sum(86_400, before: now, servedOnly: true), price: price),
      currency: price?.currency)
  }
}
