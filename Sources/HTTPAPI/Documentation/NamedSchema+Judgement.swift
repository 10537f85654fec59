import Domain

/// What is concluded: drift, quality, experiments, objectives.
extension NamedSchema {
  var judgementSchema: Schema {
    let limits = APILimits()
    let share = Schema.number
    switch self {
    case .judgementQuery:
      let time = Schema.integer(0...APILimits.latestTime)
      return .object(
        .required(
          "kind", .word(JudgementQuery.Kind.self),
          "experiment: verdicts when they changed; standing: the figures about once a minute, of more than two days ago once an hour."
        ), .required("model", .string), .given("version", .string, "Absent: all."),
        .required("from", time, "Seconds since 1970."),
        .required("to", time, "Not included."),
        .required("limit", .integer(1...Int64(limits.rows)), "The newest so many."),
        .given("cells", .boolean, "Of drift: each feature's counts by cell as well."))
    case .judgementRecord:
      return .object(
        .required("time", .named(.time)), .required("version", .named(.modelVersion)),
        .required(
          "content",
          .tagged([
            "drift": .named(.driftWindow), "quality": .named(.qualityBlock),
            "experiment": .named(.experiment), "effects": Self.effectsShape,
            "standing": .named(.experiment), "reference": Self.referenceShape,
          ])))
    case .driftWindow:
      return .object(
        .required("from", .integer, "Seconds since 1970."), .required("to", .integer),
        .required("rows", .count), .required("features", .array(.named(.featureVerdict))),
        .required("isOpen", .boolean, "After hysteresis."),
        .optional("reference", .integer, "The reference's number."),
        .optional("words", .string, "What was said of the version then."),
        .optional("openSince", .named(.time)))
    case .featureVerdict: return Self.featureShape
    case .qualityBlock: return Self.qualityShape
    case .experiment: return Self.experimentShape
    case .difference:
      return .object(
        .required("value", .number), .required("low", .number), .required("high", .number))
    case .judgement:
      return .object(
        .required("drift", .array(.named(.drift))), .required("concept", .array(.named(.concept))),
        .optional("experiment", .named(.experiment), "Absent: no challenger."),
        .required("objectives", .array(.named(.objectiveState))),
        .optional("business", .named(.business)))
    case .drift: return Self.driftShape
    case .concept:
      return .object(
        .required("version", .string), .required("state", .word(ConceptSummary.State.self)),
        .required("words", .string), .optional("openSince", .named(.time)),
        .optional("evidence", .number, "The alarm is at 1."),
        .optional("completeness", share, "Labelled by predicted rows, 0 through 1."),
        .optional("last", .named(.qualityBlock)))
    case .objectiveState: return Self.objectiveShape
    case .business:
      return .object(
        .required("predictions", .count, "Of the last 24 hours."), .optional("accuracy", share),
        .required("labelled", .count), .optional("costPerThousand", .number),
        .optional("fullCostPerThousand", .number), .optional("currency", .string),
        .optional("satisfaction", .number), .required("satisfactionCount", .count))
    case .businessHistory: return Self.businessHistoryShape
    default: return .any
    }
  }

  static var businessQueryShape: Schema {
    .object(
      .required("model", .string), .required("window", .named(.askedWindow)),
      .given(
        "borders",
        .array(.integer(0...APILimits.latestTime), 1...APILimits().steps),
        "Where periods begin and the last one ends, in seconds since 1970 and any order: for days that are not equally long. With them the window's times count for nothing."
      ))
  }

  private static var businessHistoryShape: Schema {
    .object(
      .required(
        "window", .named(.window), "As it was answered; with borders from the first to the last."),
      .optional(
        "borders", .array(.integer),
        "In order; a period less than borders. Absent where none were asked for: periods are the window's steps."
      ),
      .optional("currency", .string, "Absent: the machine has no price."),
      .required(
        "periods",
        .array(
          .object(
            .required("predictions", .count, "Requests answered."),
            .required("failed", .count, "Requests that the server failed."),
            .required("slow", .count, "Answers above the latency objective."),
            .required("classified", .count, "Labelled predictions of a class."),
            .required("right", .count),
            .required("measured", .count, "Labelled predictions of a number."),
            .required("absoluteErrorSum", .number), .required("scores", .count),
            .required("scoreSum", .number),
            .optional("cost", .number, "Of the measured compute time."),
            .optional("fullCost", .number, "Of all the time that the server was up.")))))
  }

  private static var featureShape: Schema {
    .object(
      .required("name", .string), .required("subject", .word(FeatureVerdict.Subject.self)),
      .required("verdict", .word(FeatureVerdict.Verdict.self)),
      .required("reference", .count, "Rows."), .required("current", .count, "Rows."),
      .optional("psi", .number), .optional("ks", .number), .optional("w1", .number),
      .optional("js", .number), .optional("p", .number), .optional("adjustedP", .number),
      .required("words", .string),
      .optional("cells", .array(.count), "Rows by the reference's cells, where asked for."))
  }

  private static var referenceShape: Schema {
    .object(
      .required("id", .integer),
      .required(
        "features",
        .array(
          .object(
            .required("name", .string), .required("subject", .word(FeatureVerdict.Subject.self)),
            .optional("edges", .array(.number), "Numeric: between the bins."),
            .optional("levels", .array(.string), "Categorical: bins, but for the last."),
            .required(
              "counts", .array(.count),
              "Missing, not finite, unseen, of a wrong type, then a bin each.")))))
  }

  private static var effectsShape: Schema {
    let point = Schema.object(
      .required("time", .integer, "Seconds since 1970."), .required("value", .number, "Shares."),
      .required("low", .number), .required("high", .number))
    return .object(
      .required("champion", .string), .required("challenger", .string),
      .required("since", .named(.time)),
      .required(
        "paths",
        .map(
          of: .object(
            .required("points", .array(point), "Oldest first."),
            .required("step", .integer, "Seconds."))), "By guardrail."))
  }

  private static var qualityShape: Schema {
    .object(
      .required("from", .integer, "Seconds since 1970, of the predictions."),
      .required("to", .integer), .required("rows", .count), .required("labelled", .count),
      .optional("accuracy", .number), .optional("logLoss", .number), .optional("brier", .number),
      .optional("ece", .number), .optional("auc", .number), .optional("absoluteError", .number),
      .optional("noChange", .number), .optional("majority", .number),
      .optional("evidence", .number), .required("isAlarm", .boolean),
      .optional(
        "conclusion",
        .object(
          .required("state", .word(ConceptSummary.State.self)), .required("words", .string),
          .optional("openSince", .named(.time))),
        "What was said of the version once the block was judged."))
  }

  private static var experimentShape: Schema {
    let arm = Schema.object(
      .required("events", .count), .required("trials", .count),
      .optional(
        "rate", .number, "By which the arms are compared: weighted over the splits."))
    return .object(
      .required("champion", .string), .required("challenger", .string),
      .required("share", .number), .required("since", .named(.time)),
      .required("verdict", .word(ExperimentSummary.Verdict.self)), .required("words", .string),
      .optional("dryRun", .string), .optional("ratioP", .number),
      .optional(
        "unit", .word(ExperimentSummary.Unit.self), "Of events and trials, and of ratioP."),
      .required(
        "guardrails",
        .array(
          .object(
            .required("name", .string), .required("champion", arm), .required("challenger", arm),
            .required("evidence", .number), .required("needed", .number),
            .optional("difference", .named(.difference), "Shares."),
            .optional("margin", .number, "Of the difference."),
            .optional(
              "limit",
              .object(
                .required("microseconds", .number),
                .required("source", .word(ExperimentSummary.Limit.Source.self))),
              "Above what a request is slow.")))),
      .optional("latency", .named(.difference), "Microseconds at the 99th percentile."))
  }

  private static var driftShape: Schema {
    .object(
      .required("version", .string), .required("state", .word(DriftSummary.State.self)),
      .required("words", .string), .optional("openSince", .named(.time)),
      .required("worst", .array(.named(.featureVerdict)), "At most three."),
      .required("features", .count), .required("drifted", .count),
      .required("collected", .count), .required("needed", .count),
      .optional(
        "reference",
        .object(
          .required("source", .string), .required("rows", .count),
          .required("madeAt", .named(.time)))))
  }

  private static var objectiveShape: Schema {
    .object(
      .required("kind", .word(ObjectiveSummary.Kind.self)), .required("target", .number),
      .optional("attained", .number, "Share of 30 days' requests, as far as known."),
      .optional("budgetLeft", .number), .optional("emptyIn", .number, "Seconds."),
      .optional(
        "isProjected", .boolean,
        "Whether fewer than 30 days were observed: budgetLeft takes their traffic to go on."),
      .required(
        "windows",
        .array(
          .object(
            .required("long", .count, "Seconds."), .required("short", .count),
            .optional("longBurn", .number), .optional("shortBurn", .number),
            .required("threshold", .number), .required("isFiring", .boolean)))),
      .required("words", .string))
  }
}
