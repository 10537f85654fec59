import Domain

extension ModelJudgement {
  static var full: ModelJudgement {
    let time = Timestamp(seconds: 1_700_000_000)
    return ModelJudgement(
      drift: DriftSummary.State.allCases.map { state in
        DriftSummary(
          version: "1", state: state, words: "w", openSince: time, worst: [.full], features: 3,
          drifted: 1, collected: 5, needed: 200,
          reference: .init(source: "live traffic", rows: 5_000, madeAt: time))
      },
      concept: ConceptSummary.State.allCases.map { state in
        ConceptSummary(
          version: "1", state: state, words: "w", openSince: time, evidence: 0.5,
          completeness: 0.9, last: .full)
      }, experiment: .full,
      objectives: ObjectiveSummary.Kind.allCases.map { kind in
        ObjectiveSummary(
          kind: kind, target: 0.99, attained: 0.98, budgetLeft: 0.5, emptyIn: 60, isProjected: true,
          windows: [
            .init(
              long: 3_600, short: 300, longBurn: 2, shortBurn: 3, threshold: 14.4, isFiring: false)
          ], words: "w")
      },
      business: BusinessFigures(
        predictions: 5, accuracy: 0.5, labelled: 4, costPerThousand: 0.1, fullCostPerThousand: 2,
        currency: "EUR", satisfaction: 4, satisfactionCount: 2))
  }
}

extension FeatureVerdict {
  static let full = FeatureVerdict(
    name: "price", subject: .feature, verdict: .major, reference: 5_000, current: 2_000, psi: 0.5,
    ks: 0.2, w1: 0.4, js: 0.1, p: 0.001, adjustedP: 0.002, words: "w")
}

extension QualityBlock {
  static let full = QualityBlock(
    from: 1_700_000_000, to: 1_700_003_600, rows: 100, labelled: 90, accuracy: 0.9, logLoss: 0.3,
    brier: 0.1, ece: 0.05, auc: 0.8, absoluteError: 2, noChange: 0.7, majority: 0.6,
    evidence: 0.1, isAlarm: false)
}

extension ExperimentSummary {
  static var full: ExperimentSummary {
    let difference = Difference(value: 0.1, low: 0, high: 0.2)
    return ExperimentSummary(
      champion: "1", challenger: "2", share: 0.1, since: Timestamp(seconds: 1_700_000_000),
      verdict: .rollBack, words: "w", dryRun: "would have", ratioP: 0.5,
      guardrails: [
        .init(
          name: "errors", champion: .init(events: 1, trials: 9),
          challenger: .init(events: 2, trials: 3), evidence: 80, needed: 60, difference: difference)
      ], latency: difference)
  }
}
