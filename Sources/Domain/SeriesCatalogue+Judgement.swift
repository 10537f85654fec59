/// What is concluded, as series like any other: rules know nothing of statistics.
extension SeriesCatalogue {
  private static func gauge(
    _ name: String, _ labels: [String], unit: String = "", _ help: String
  ) -> SeriesDefinition {
    SeriesDefinition(name: name, kind: .gauge, unit: unit, labels: labels, help: help)
  }

  package static let driftOpen = gauge(
    "vigia_drift_open", ["model", "version"],
    "1 while the version's inputs or answers have drifted from its reference, after hysteresis.")
  package static let driftedFeatures = gauge(
    "vigia_drift_features", ["model", "version"],
    "Features that drifted in the last finished window, score and predicted class not counted; absent before the first."
  )
  package static let driftPSI = gauge(
    "vigia_drift_psi", ["model", "version", "feature"],
    "Population stability index of the last finished window against the version's reference.")
  package static let driftP = gauge(
    "vigia_drift_adjusted_p", ["model", "version", "feature"],
    "Two-sample chi-squared p of the last finished window, adjusted over the model's features.")
  package static let featureDrifted = gauge(
    "vigia_drift_feature", ["model", "version", "feature"],
    "1 when the feature drifted in the last finished window.")
  package static let featureVanished = gauge(
    "vigia_feature_vanished", ["model", "version", "feature"],
    "1 when no value of the feature, or none of its type, came in the last finished window.")
  package static let conceptEvidence = gauge(
    "vigia_concept_evidence_ratio", ["model", "version"], unit: "ratio",
    "Evidence that errors have risen by what raises the alarm, 0 through 1.")
  package static let conceptOpen = gauge(
    "vigia_concept_drift_open", ["model", "version"],
    "1 while the version is wrong more often than its reference, after the alarm.")
  package static let labelCompleteness = gauge(
    "vigia_label_completeness_ratio", ["model", "version"], unit: "ratio",
    "Share of the rows not yet judged whose label has come, 0 through 1.")
  package static let accuracy = gauge(
    "vigia_block_accuracy_ratio", ["model", "version"], unit: "ratio",
    "Share of the last judged block's labelled rows that were predicted right.")
  package static let noChange = gauge(
    "vigia_block_no_change_accuracy_ratio", ["model", "version"], unit: "ratio",
    "What predicting the last truth again would have scored on the same block.")
  package static let majority = gauge(
    "vigia_block_majority_accuracy_ratio", ["model", "version"], unit: "ratio",
    "What always predicting the commonest class would have scored on the same block.")
  package static let championAccuracy = gauge(
    "vigia_champion_accuracy_ratio", ["model", "version"], unit: "ratio",
    "Share predicted right of the champion's newest labelled rows, a quarter of an hour at least.")
  package static let championMajority = gauge(
    "vigia_champion_majority_accuracy_ratio", ["model", "version"], unit: "ratio",
    "What always predicting the commonest class would have scored on the same rows.")
  package static let rivalAccuracy = gauge(
    "vigia_champion_rival_accuracy_ratio", ["model", "version", "rival"], unit: "ratio",
    "What the best of the other versions scored on its labelled rows of the same time.")
  package static let championBelow = gauge(
    "vigia_champion_accuracy_below", ["model", "version", "than"],
    "1 while the 95 % interval lies wholly below the commonest class or the other version.")
  package static let logLoss = gauge(
    "vigia_block_log_loss", ["model", "version"], "Log-loss of the last judged block, in nats.")
  package static let brier = gauge(
    "vigia_block_brier_score", ["model", "version"], "Brier score of the last judged block.")
  package static let calibration = gauge(
    "vigia_block_calibration_error_ratio", ["model", "version"], unit: "ratio",
    "Expected calibration error of the last judged block over 15 bins.")
  package static let areaUnderCurve = gauge(
    "vigia_block_auc_ratio", ["model", "version"], unit: "ratio",
    "Area under the ROC curve of the last judged block, on frozen score bins.")
  package static let experimentEvidence = gauge(
    "vigia_experiment_evidence_ratio", ["model", "version", "guardrail"], unit: "ratio",
    "Evidence that the challenger is worse than the guardrail's margin, by what rolls back: 1.")
  package static let experimentEvents = gauge(
    "vigia_experiment_event_ratio", ["model", "version", "guardrail", "arm"], unit: "ratio",
    "Share of an arm's requests, or of its keys where routing sticks to one, that the guardrail counts against it."
  )
  package static let experimentVerdict = gauge(
    "vigia_experiment_verdict", ["model", "version", "verdict"],
    "1 for the present verdict on the challenger.")
  package static let sampleRatioP = gauge(
    "vigia_sample_ratio_p", ["model", "version"],
    "Sequential p of the split's sample ratio; a mismatch is told below 0.001.")
  package static let burnRate = gauge(
    "vigia_slo_burn_rate", ["model", "objective", "window"],
    "Multiples of the rate at which the error budget would just last; absent until the window is half filled."
  )
  package static let budgetLeft = gauge(
    "vigia_slo_error_budget_left_ratio", ["model", "objective"], unit: "ratio",
    "Share of 30 days' error budget that is left; below 0 when it is overspent.")
  package static let objective = gauge(
    "vigia_slo_objective_ratio", ["model", "objective"], unit: "ratio",
    "Share of requests that must be good.")
  package static let costPerThousand = gauge(
    "vigia_compute_cost_per_thousand_predictions", ["model", "currency"],
    "Measured compute time of a thousand predictions of the last day, at the machine's price.")
  package static let satisfaction = gauge(
    "vigia_user_satisfaction_mean", ["model"],
    "Mean of the scores that were sent with labels of the last day's predictions.")

  package static let judgement = [
    driftOpen, driftedFeatures, driftPSI, driftP, featureDrifted, featureVanished,
    conceptEvidence, conceptOpen, labelCompleteness, accuracy, noChange, majority,
    championAccuracy, championMajority, rivalAccuracy, championBelow, logLoss, brier, calibration,
    areaUnderCurve, experimentEvidence, experimentEvents, experimentVerdict,
    sampleRatioP, burnRate, budgetLeft, objective, costPerThousand, satisfaction,
  ]
}
