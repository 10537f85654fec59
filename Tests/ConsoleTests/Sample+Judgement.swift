import Console
import Domain

/// Judgements of the same afternoon: electricity drifts and its challenger is worse, fraud collects, bikes has
/// no reference.
extension Sample {
  static func feature(
    _ name: String, _ verdict: FeatureVerdict.Verdict, psi: Double?, p: Double? = nil,
    subject: FeatureVerdict.Subject = .feature, words: String = "as in the reference"
  ) -> FeatureVerdict {
    FeatureVerdict(
      name: name, subject: subject, verdict: verdict, reference: 20_000,
      current: verdict == .collecting ? 41 : 2_014, psi: psi, ks: psi.map { $0 / 2.1 },
      w1: psi.map { $0 * 1.4 }, js: psi.map { $0 / 5 }, p: p.map { $0 / 20 }, adjustedP: p,
      words: words)
  }

  /// One feature of each verdict, in the order of a report.
  static func features(drifting: Bool) -> [FeatureVerdict] {
    let quiet = [
      feature("score", .ok, psi: 0.021, p: 0.41, subject: .score),
      feature("class", .ok, psi: 0.004, p: 0.88, subject: .predictedClass),
    ]
    let steady = [
      feature("nswdemand", .ok, psi: 0.031, p: 0.21), feature("day", .ok, psi: 0.000_2, p: 1),
      feature("holiday", .collecting, psi: nil, words: "collecting 41/200 rows"),
    ]
    guard drifting else {
      return quiet
        + ["nswprice", "vicprice", "transfer", "period"].map {
          feature($0, .ok, psi: 0.011, p: 0.64)
        } + steady
    }
    return quiet + [
      feature(
        "transfer", .missing, psi: nil,
        words: "no value in 2014 rows; in the reference 100 % had one"),
      feature(
        "nswprice", .major, psi: 0.612, p: 0.000_000_1,
        words: "31 % of 2014 values are above 0.81, 5 % in the reference"),
      feature(
        "period", .constantChanged, psi: 12.4, p: 0,
        words: "was always 7; now 44 % of 2014 values differ"),
      feature(
        "vicprice", .drift, psi: 0.241, p: 0.002_1,
        words: "22 % of 2014 values are at most 0.1, 10 % in the reference"),
    ] + steady
  }

  static let reference = DriftSummary.Reference(
    source: "training file reference.csv", rows: 20_000, madeAt: at(-3 * 86_400))

  static let provisional = DriftSummary.Reference(
    source: "14 min of live traffic", rows: 5_012, madeAt: at(-4_000))

  static func drift(_ state: DriftSummary.State, version: String = "7") -> DriftSummary {
    let isJudged = state != .noReference && state != .collecting
    let isOpen = state == .drift || state == .major
    let worst = features(drifting: state != .ok).filter { $0.subject == .feature }.prefix(3)
    let words =
      switch state {
      case .noReference: "reference: collecting 1204/5000 rows"
      case .collecting: "collecting 137/200"
      case .ok: "no drift in 7 features; 1 without a verdict: too few rows"
      case .suspected, .drift, .major:
        "drift in 4 of 7 features, the worst transfer (no value in 2014 rows; in the reference 100 % had "
          + "one); the reference is 14 min of live traffic: less than a day, so other hours may look like drift"
      }
    return DriftSummary(
      version: version, state: state, words: words, openSince: isOpen ? at(-1_300) : nil,
      worst: isJudged ? Array(worst) : [], features: isJudged ? 7 : 0,
      drifted: state == .ok || !isJudged ? 0 : 4,
      collected: state == .noReference ? 1_204 : 137, needed: state == .noReference ? 5_000 : 200,
      reference: state == .noReference ? nil : isOpen ? provisional : reference)
  }

  static func block(_ index: Int64, accuracy: Double, evidence: Double?) -> QualityBlock {
    let to = (now.seconds / 900 - index) * 900
    return QualityBlock(
      from: to - 900, to: to, rows: 900, labelled: 812, accuracy: accuracy, logLoss: 0.561,
      brier: 0.188, ece: 0.041, auc: 0.792, noChange: 0.853, majority: 0.575, evidence: evidence,
      isAlarm: (evidence ?? 0) >= 1)
  }

  static func concept(
    _ state: ConceptSummary.State, version: String = "7"
  ) -> ConceptSummary {
    let isJudged = state == .ok || state == .drift || state == .labelsMissing
    let words =
      switch state {
      case .noLabels: "no labels in the last 24 h"
      case .collecting: "collecting 3/8 blocks of 15 min for a reference"
      case .ok: "no rise in errors; on average at least 41.7 days between false alarms"
      case .drift:
        "wrong 41 % of the last 6 blocks against 15 % in the reference; "
          + "false alarms 41 days or more apart on average; ADWIN agrees"
      case .labelsMissing:
        "labels for 12 % of 2026-11-22T13:30:00Z to 2026-11-22T13:45:00Z"
      }
    return ConceptSummary(
      version: version, state: state, words: words, openSince: state == .drift ? at(-600) : nil,
      evidence: isJudged ? (state == .drift ? 1.4 : 0.31) : nil,
      completeness: state == .noLabels ? 0 : 0.9,
      last: isJudged ? block(0, accuracy: state == .drift ? 0.59 : 0.722, evidence: 0.31) : nil)
  }

  static func experiment(_ verdict: ExperimentSummary.Verdict) -> ExperimentSummary {
    let isWorse = verdict == .rollBack
    let isEarly = verdict == .collecting
    func difference(_ value: Double, _ low: Double, _ high: Double)
      -> ExperimentSummary.Difference?
    { isEarly ? nil : ExperimentSummary.Difference(value: value, low: low, high: high) }
    let words =
      switch verdict {
      case .collecting:
        "not enough data: 41 of 200 labelled predictions of the challenger, about 12 min left"
      case .keep:
        "keep: the challenger may still have up to 0.4 % more wrong predictions (25.9 % against 27.8 %); "
          + "promotion needs less than 0.2 %"
      case .promote: "no guardrail worse by more than 1 %: errors 0.02 % against 0.03 %"
      case .rollBack:
        "challenger fails more often: 4.2 % against 0.03 %, e-value 1200"
      case .ratioMismatch:
        "the split is not what it is said to be: challenger has 4012 of 25344 (15.8 %), expected 10 % (p "
          + "0.00001); find out why before comparing"
      case .withheld:
        "both fail: challenger 12 of its last 40 requests, champion 91 of 300; a rollback would not help"
      }
    return ExperimentSummary(
      champion: "7", challenger: "8", share: 0.1, since: at(-2_520), verdict: verdict, words: words,
      dryRun: isWorse ? "would have rolled back at 2026-11-22T13:58:02Z, because \(words)" : nil,
      ratioP: verdict == .ratioMismatch ? 0.000_01 : 0.43,
      guardrails: [
        .init(
          name: "errors", champion: .init(events: 312, trials: 960_120),
          challenger: .init(events: isWorse ? 4_480 : 21, trials: 106_680),
          evidence: isWorse ? 1_204 : 0.04, needed: 60,
          difference: isWorse
            ? difference(0.041_7, 0.031, 0.052) : difference(-0.000_13, -0.000_9, 0.000_6),
          margin: 0.005),
        .init(
          name: "slow_requests", champion: .init(events: 192, trials: 959_808),
          challenger: .init(events: 19, trials: 106_659), evidence: 6.2, needed: 60,
          difference: difference(0, -0.000_4, 0.000_4), margin: 0.01,
          limit: .init(microseconds: 50_000, source: .objective)),
        .init(
          name: "wrong_predictions", champion: .init(events: 39_210, trials: 141_000),
          challenger: .init(events: isEarly ? 11 : 4_061, trials: isEarly ? 41 : 15_680),
          evidence: 0.002, needed: 60, difference: difference(-0.019, -0.031, -0.007),
          margin: 0.02),
      ],
      latency: isEarly ? nil : .init(value: -100, low: -380, high: 210))
  }

  static let objectives = [
    ObjectiveSummary(
      kind: .availability, target: 0.999, attained: 0.99998, budgetLeft: 0.98, emptyIn: nil,
      windows: burns([0.1, 0.2, 0.1, nil]), words: "98 % of the error budget left"),
    ObjectiveSummary(
      kind: .latency, target: 0.99, attained: 0.9941, budgetLeft: 0.41, emptyIn: 9.2 * 86_400,
      windows: burns([1.2, 1.1, 0.8, nil]),
      words: "41 % of the error budget left, empty in 9 d at this rate"),
  ]

  static let burnt = [
    ObjectiveSummary(
      kind: .availability, target: 0.999, attained: 0.99888, budgetLeft: -0.12, emptyIn: 0,
      windows: burns([63, 12, 3.1, 1.1]),
      words: "-12 % of the error budget left, burning 63.0 times too fast over 1 h"),
    ObjectiveSummary(
      kind: .latency, target: 0.99, attained: 0.9912, budgetLeft: 0.12, emptyIn: 7_200,
      windows: burns([6.1, 1.2, 0.4, 0.2]),
      words: "12 % of the error budget left, empty in 2 h at this rate"),
  ]

  private static func burns(_ values: [Double?]) -> [ObjectiveSummary.Burn] {
    let rules: [(Int64, Int64, Double)] = [
      (3_600, 300, 14.4), (21_600, 1_800, 6), (86_400, 7_200, 3), (259_200, 21_600, 1),
    ]
    return zip(values, rules).map { value, rule in
      ObjectiveSummary.Burn(
        long: rule.0, short: rule.1, longBurn: value, shortBurn: value, threshold: rule.2,
        isFiring: (value ?? 0) >= rule.2)
    }
  }

  /// electricity with what is concluded of it.
  static func judged(
    _ drift: DriftSummary.State = .major, concept: ConceptSummary.State = .ok,
    experiment: ExperimentSummary.Verdict? = .keep
  ) -> ModelSnapshot {
    var model = electricity
    model.judgement = ModelJudgement(
      drift: [
        Sample.drift(drift), Sample.drift(.ok, version: "8"),
        Sample.drift(.collecting, version: "9"),
      ],
      concept: [Sample.concept(concept), Sample.concept(.ok, version: "8")],
      experiment: experiment.map(Sample.experiment), objectives: objectives,
      business: BusinessFigures(
        predictions: 36_547_200, accuracy: 0.722, labelled: 31_104_000, costPerThousand: 0.000_31,
        fullCostPerThousand: 0.004_2, currency: "EUR", satisfaction: 4.2, satisfactionCount: 812))
    return model
  }

  static func judgedModels(_ drift: DriftSummary.State) -> [ModelSnapshot] {
    var fraud = fraud()
    fraud.judgement = ModelJudgement(
      drift: [Sample.drift(.collecting, version: "31")],
      concept: [Sample.concept(.noLabels, version: "31")], objectives: burnt,
      business: BusinessFigures(predictions: 24_883_200))
    var bikes = bikes
    bikes.judgement = ModelJudgement(
      drift: [Sample.drift(.noReference, version: "1")],
      concept: [Sample.concept(.collecting, version: "1")],
      business: BusinessFigures(predictions: 1_987_200, labelled: 12_000, currency: "EUR"))
    return [judged(drift), fraud, bikes]
  }

  /// Eleven days of traffic with labels and scores, of which the last but two was bad.
  static func business(_ query: BusinessQuery) -> BusinessHistory {
    let steps = query.periodCount
    return BusinessHistory(
      window: query.window, borders: query.borders, currency: "EUR",
      periods: (0..<steps).map { step in
        let age = steps - 1 - step
        guard age < 11, query.model != "bikes" else { return BusinessPeriod() }
        let predictions: Int64 = age == 0 ? 21_400_000 : 36_000_000 + Int64(age) * 91_250
        return BusinessPeriod(
          predictions: predictions, failed: age == 3 ? 82_300 : 512, slow: predictions / 170,
          classified: predictions * 8 / 10,
          right: predictions * 8 / 10 * Int64(age == 3 ? 641 : 720 + age) / 1_000,
          scores: 100 + Int64(age) * 7, scoreSum: Double(100 + age * 7) * 4.2,
          cost: Double(predictions) / 1_000 * 0.000_31,
          fullCost: Double(predictions) / 1_000 * 0.004_2)
      })
  }

  /// A window of two minutes after the other; the drift began 22 minutes ago.
  static func judgements(_ query: JudgementQuery) -> [JudgementRecord] {
    let version = ModelVersion(model: query.model, version: query.version ?? "8")
    var records: [JudgementRecord] = []
    switch query.kind {
    case .drift where query.model == "electricity":
      for index in stride(from: Int64(26), through: 0, by: -1) {
        let to = now.seconds - 40 - index * 120
        let isOpen = index <= 10 && query.version == "7"
        var window = DriftWindow(
          from: to - 120, to: to, rows: 2_014, features: features(drifting: isOpen),
          isOpen: isOpen, reference: 3)
        if query.cells == true {
          for index in window.features.indices {
            window.features[index].cells = cells(of: window.features[index])
          }
        }
        records.append(
          JudgementRecord(
            time: Timestamp(seconds: to), version: version, content: .drift(window)))
      }
    case .quality where query.model == "electricity":
      for index in stride(from: Int64(300), through: 0, by: -1) {
        let accuracy = 0.70 + 0.05 * noise(index)
        let block = block(index, accuracy: accuracy, evidence: 0.4 - 0.3 * noise(index / 2))
        records.append(
          JudgementRecord(
            time: Timestamp(seconds: block.to), version: version, content: .quality(block)))
      }
    case .reference:
      records.append(
        JudgementRecord(time: at(-80_000), version: version, content: .reference(referenceCells)))
    case .effects where query.model == "electricity":
      records.append(
        JudgementRecord(
          time: at(-15), version: version,
          content: .effects(effects(minutes: 42))))
    case .experiment:
      for (age, verdict) in [(2_500.0, ExperimentSummary.Verdict.collecting), (900, .keep)] {
        records.append(
          JudgementRecord(
            time: at(-age), version: version, content: .experiment(experiment(verdict))))
      }
    default: break
    }
    return records.filter { $0.time.seconds >= query.from && $0.time.seconds < query.to }
      .suffix(query.limit)
  }
}

/// Counts by cell of the same features.
extension Sample {
  /// Twenty bins for numbers, two levels for a name, and a constant.
  static let referenceCells = ReferenceCells(
    id: 3,
    features: features(drifting: true).map { feature in
      let even = [0, 0, 0, 0] + [Int](repeating: 1_000, count: 20)
      switch feature.name {
      case "class":
        return FeatureCells(
          name: feature.name, subject: feature.subject, levels: ["DOWN", "UP"],
          counts: [0, 0, 0, 0, 11_480, 8_520, 0])
      case "holiday":
        return FeatureCells(
          name: feature.name, subject: feature.subject, levels: ["no", "yes", "eve\u{1b}[2J"],
          counts: [40, 0, 0, 0, 18_800, 900, 230, 30])
      case "period":
        return FeatureCells(
          name: feature.name, subject: feature.subject, edges: [6.9, 7],
          counts: [0, 0, 0, 0, 0, 20_000, 0])
      default:
        return FeatureCells(
          name: feature.name, subject: feature.subject,
          edges: (1..<20).map { 0.02 + Double($0 * $0) * 0.002_1 }, counts: even)
      }
    })

  /// What a window has in them: all of `transfer` missing, `nswprice` moved up, `period` not constant any more.
  static func cells(of feature: FeatureVerdict) -> [Int]? {
    switch (feature.name, feature.verdict) {
    case ("class", _): return [0, 0, 0, 0, 1_151, 863, 0]
    case ("holiday", _): return [1, 0, 0, 0, 37, 2, 1, 0]
    case ("period", .constantChanged): return [0, 0, 0, 0, 402, 1_128, 484]
    case ("transfer", .missing): return [2_014, 0, 0, 0] + [Int](repeating: 0, count: 20)
    case ("nswprice", .major):
      return [14, 3, 0, 0] + (0..<20).map { $0 == 19 ? 608 : 30 + 5 * $0 - 2 * ($0 % 3) }
    case ("vicprice", .drift):
      return [0, 0, 0, 0] + (0..<20).map { $0 < 2 ? 222 : 86 + $0 % 4 }
    case ("period", _): return [0, 0, 0, 0, 0, 2_014, 0]
    default:
      let all = (0..<19).map { 96 + Int(10 * noise(Int64($0))) }
      return [0, 0, 0, 0] + all + [2_014 - all.reduce(0, +)]
    }
  }

  /// Each guardrail's interval, narrowing from minute to minute.
  static func effects(minutes: Int64) -> ExperimentEffects {
    func path(_ end: Double, _ half: Double) -> ExperimentEffects.Path {
      var path = ExperimentEffects.Path()
      for minute in 1...minutes {
        let part = Double(minute) / Double(minutes)
        let value = end * part + half * 0.2 * (noise(minute) - 0.5)
        let width = half / part.squareRoot()
        path.add(
          .init(
            time: now.seconds - 15 - 60 * (minutes - minute), value: value, low: value - width,
            high: value + width))
      }
      return path
    }
    return ExperimentEffects(
      champion: "7", challenger: "8", since: at(-2_520),
      paths: [
        "errors": path(-0.000_13, 0.000_7), "slow_requests": path(0, 0.000_4),
        "wrong_predictions": path(-0.019, 0.012),
      ])
  }
}
