import Domain
import Foundation
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
      experiment: deployment.challenger.flatMap { challenger in
        model?.experiment?.summary(share: challenger.weight)
      },
      objectives: model.flatMap { $0.objectives?.summaries($0.history, now: now) } ?? [],
      business: model.map { business($0.history, now: now) })
  }

  private func business(_ history: MinuteHistory, now: Int64) -> BusinessFigures {
    let day = history.sum(86_400, before: now)
    var figures = BusinessFigures(
      predictions: day.ok, labelled: day.labels.rows, currency: price?.currency,
      satisfactionCount: day.labels.scores)
    let classes = day.labels.correct + day.labels.wrong
    if classes > 0 { figures.accuracy = Double(day.labels.correct) / Double(classes) }
    if day.labels.scores > 0 {
      figures.satisfaction = day.labels.scoreSum / Double(day.labels.scores)
    }
    if let price, day.ok > 0 {
      let hours = day.computeSum / 1e6 / 3_600
      let cores = Double(max(1, ProcessInfo.processInfo.activeProcessorCount))
      figures.costPerThousand = price.perHour * hours / cores / Double(day.ok) * 1_000
      figures.fullCostPerThousand =
        price.perHour * Double(day.filled) / 3_600 / Double(day.ok) * 1_000
    }
    return figures
  }
}
