import Domain

extension MetricsText {
  /// - Parameter features: of the last finished drift window of each version.
  mutating func addJudgement(
    of snapshot: SystemSnapshot, features: [ModelVersion: [FeatureVerdict]]
  ) {
    let models = snapshot.models.compactMap { model in model.judgement.map { (model.name, $0) } }
    addDrift(models, features)
    addConcept(models)
    addChampionAccuracy(models)
    addExperiments(models)
    addObjectives(models)
    family(SeriesCatalogue.costPerThousand) { page in
      for (name, judgement) in models {
        guard let business = judgement.business, let cost = business.costPerThousand else {
          continue
        }
        page.sample([("model", name), ("currency", business.currency ?? "")], cost)
      }
    }
    family(SeriesCatalogue.satisfaction) { page in
      for (name, judgement) in models {
        if let mean = judgement.business?.satisfaction { page.sample([("model", name)], mean) }
      }
    }
  }

  mutating func addDrift(
    _ models: [(String, ModelJudgement)], _ features: [ModelVersion: [FeatureVerdict]]
  ) {
    let drifts = models.flatMap { name, judgement in
      judgement.drift.map { ([("model", name), ("version", $0.version)], $0) }
    }
    family(SeriesCatalogue.driftOpen) { page in
      for (names, drift) in drifts { page.sample(names, drift.openSince == nil ? 0 : 1) }
    }
    family(SeriesCatalogue.driftedFeatures) { page in
      // Of a window that is not over nothing is known, and that is not nothing.
      for (names, drift) in drifts where drift.hasWindow {
        page.sample(names, Double(drift.drifted))
      }
    }
    let rows = features.sorted { $0.key < $1.key }.flatMap { version, features in
      features.map { feature in
        (
          [("model", version.model), ("version", version.version), ("feature", feature.name)],
          feature
        )
      }
    }
    family(SeriesCatalogue.driftPSI) { page in
      for (names, feature) in rows { feature.psi.map { page.sample(names, $0) } }
    }
    family(SeriesCatalogue.driftP) { page in
      for (names, feature) in rows { feature.adjustedP.map { page.sample(names, $0) } }
    }
    family(SeriesCatalogue.featureDrifted) { page in
      for (names, feature) in rows where feature.verdict.isJudged {
        page.sample(names, feature.verdict.isDrift ? 1 : 0)
      }
    }
    family(SeriesCatalogue.featureVanished) { page in
      for (names, feature) in rows where feature.verdict.isJudged {
        page.sample(names, feature.verdict == .missing ? 1 : 0)
      }
    }
  }

  mutating func addConcept(_ models: [(String, ModelJudgement)]) {
    let rows = models.flatMap { name, judgement in
      judgement.concept.map { ([("model", name), ("version", $0.version)], $0) }
    }
    family(SeriesCatalogue.conceptOpen) { page in
      for (names, concept) in rows { page.sample(names, concept.openSince == nil ? 0 : 1) }
    }
    let figures: [(SeriesDefinition, (ConceptSummary) -> Double?)] = [
      (SeriesCatalogue.conceptEvidence, \.evidence),
      (SeriesCatalogue.labelCompleteness, \.completeness),
      (SeriesCatalogue.accuracy, { $0.last?.accuracy }),
      (SeriesCatalogue.noChange, { $0.last?.noChange }),
      (SeriesCatalogue.majority, { $0.last?.majority }),
      (SeriesCatalogue.logLoss, { $0.last?.logLoss }),
      (SeriesCatalogue.brier, { $0.last?.brier }),
      (SeriesCatalogue.calibration, { $0.last?.ece }),
      (SeriesCatalogue.areaUnderCurve, { $0.last?.auc }),
    ]
    for (series, figure) in figures {
      family(series) { page in
        for (names, concept) in rows { figure(concept).map { page.sample(names, $0) } }
      }
    }
  }

  private mutating func addChampionAccuracy(_ models: [(String, ModelJudgement)]) {
    let rows = models.compactMap { name, judgement in
      judgement.championAccuracy.map { ([("model", name), ("version", $0.champion.version)], $0) }
    }
    family(SeriesCatalogue.championAccuracy) { page in
      for (names, compared) in rows { page.sample(names, compared.champion.accuracy) }
    }
    family(SeriesCatalogue.championMajority) { page in
      for (names, compared) in rows { page.sample(names, compared.majority) }
    }
    family(SeriesCatalogue.rivalAccuracy) { page in
      for (names, compared) in rows {
        guard let rival = compared.rival else { continue }
        page.sample(names + [("rival", rival.version)], rival.accuracy)
      }
    }
    family(SeriesCatalogue.championBelow) { page in
      for (names, compared) in rows {
        page.sample(names + [("than", "majority")], compared.isBelowMajority ? 1 : 0)
        page.sample(names + [("than", "rival")], compared.isBelowRival ? 1 : 0)
      }
    }
  }

  mutating func addExperiments(_ models: [(String, ModelJudgement)]) {
    let rows = models.compactMap { name, judgement in
      judgement.experiment.map { ([("model", name), ("version", $0.challenger)], $0) }
    }
    family(SeriesCatalogue.experimentEvidence) { page in
      for (names, experiment) in rows {
        for guardrail in experiment.guardrails {
          page.sample(
            names + [("guardrail", guardrail.name)], guardrail.evidence / guardrail.needed)
        }
      }
    }
    family(SeriesCatalogue.experimentEvents) { page in
      for (names, experiment) in rows {
        for guardrail in experiment.guardrails {
          for (arm, counts) in [
            ("champion", guardrail.champion), ("challenger", guardrail.challenger),
          ] {
            guard let rate = counts.shownRate else { continue }
            page.sample(names + [("guardrail", guardrail.name), ("arm", arm)], rate)
          }
        }
      }
    }
    family(SeriesCatalogue.experimentVerdict) { page in
      for (names, experiment) in rows {
        for verdict in ExperimentSummary.Verdict.allCases {
          page.sample(
            names + [("verdict", verdict.rawValue)], verdict == experiment.verdict ? 1 : 0)
        }
      }
    }
    family(SeriesCatalogue.sampleRatioP) { page in
      for (names, experiment) in rows { experiment.ratioP.map { page.sample(names, $0) } }
    }
  }

  private mutating func addObjectives(_ models: [(String, ModelJudgement)]) {
    let rows = models.flatMap { name, judgement in
      judgement.objectives.map { ([("model", name), ("objective", $0.kind.rawValue)], $0) }
    }
    family(SeriesCatalogue.objective) { page in
      for (names, objective) in rows { page.sample(names, objective.target) }
    }
    family(SeriesCatalogue.budgetLeft) { page in
      for (names, objective) in rows { objective.budgetLeft.map { page.sample(names, $0) } }
    }
    family(SeriesCatalogue.burnRate) { page in
      for (names, objective) in rows {
        var told: Set<Int64> = []
        for burn in objective.windows {
          for (seconds, rate) in [(burn.long, burn.longBurn), (burn.short, burn.shortBurn)] {
            guard let rate, told.insert(seconds).inserted else { continue }
            page.sample(names + [("window", Self.window(seconds))], rate)
          }
        }
      }
    }
  }

  /// As Prometheus writes a duration: `5m`, `6h`, `3d`.
  private static func window(_ seconds: Int64) -> String {
    if seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
    return seconds % 3_600 == 0 ? "\(seconds / 3_600)h" : "\(seconds / 60)m"
  }
}

extension DriftSummary {
  /// Whether a window was finished, in which features were counted.
  fileprivate var hasWindow: Bool { !worst.isEmpty || openSince != nil }
}
