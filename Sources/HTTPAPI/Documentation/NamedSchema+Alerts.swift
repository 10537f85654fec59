import Domain

/// Alerts, silences and rules.
extension NamedSchema {
  static var alertShape: Schema {
    let id = Schema.string(pattern: "^[0-9a-f]{16}$")
    return .object(
      .required("id", id, "Prometheus' fingerprint of the labels."),
      .required("labels", .map(of: .string)), .required("annotations", .map(of: .string)),
      .required("group", .string), .required("state", .word(Alert.State.self)),
      .optional("value", .number), .optional("bound", .string, "What it is held against: > 0.95."),
      .optional("measure", .string, "What its value is a value of, in PromQL."),
      .optional("unit", .word(Alert.Unit.self), "Of value and bound, by the series' names."),
      .required("activeAt", .named(.time)), .optional("firedAt", .named(.time)),
      .optional("resolvedAt", .named(.time)),
      .optional(
        "endsAt", .named(.time),
        "Held by keep_firing_for alone: over then, unless its expression is true before."),
      .optional(
        "unseen", .word(Alert.Unseen.self),
        "Why nobody can see whether it still is so: it is held as it was."),
      .optional(
        "acknowledgement",
        .object(
          .required("by", .string), .required("at", .named(.time)),
          .optional("until", .named(.time)), .required("note", .string))),
      .required("silencedBy", .array(.string)),
      .optional("silences", .array(silenceShape), "The same: who, until when and why."),
      .optional("inhibitedBy", id, "The alert whose consequence it is."),
      .optional("owner", .string, "Who answers for it, as its runbook or its labels have it."))
  }

  static var alertReportShape: Schema {
    .object(
      .required("alerts", .array(alertShape)), .required("silences", .array(silenceShape)),
      .required("rules", .array(ruleShape)), .required("receivers", .array(receiverShape)))
  }

  private static var silenceShape: Schema {
    let matcher = Schema.object(
      .required("name", .string), .required("value", .string), .required("isRegex", .boolean),
      .required("isEqual", .boolean))
    return .object(
      .required("id", .string), .required("matchers", .array(matcher)),
      .required("startsAt", .named(.time)), .required("endsAt", .named(.time)),
      .required("createdBy", .string), .required("comment", .string))
  }

  private static var ruleShape: Schema {
    .object(
      .required("group", .string), .required("file", .string), .required("name", .string),
      .required("isRecording", .boolean), .required("expression", .string),
      .required("hold", .number, "Seconds."), .required("keepFiring", .number),
      .required("interval", .number), .required("labels", .map(of: .string)),
      .required("annotations", .map(of: .string)),
      .required("state", .word(RuleStatus.State.self)), .optional("failure", .string),
      .optional("lastEvaluation", .named(.time)), .required("evaluationTime", .number),
      .optional("lastFired", .named(.time)), .optional("isTested", .boolean),
      .optional("source", .string, "Over whose series; absent: over what is measured here."))
  }

  static var sourceShape: Schema {
    .object(
      .required("name", .string), .required("address", .string),
      .required("state", .word(SourceStatus.State.self)),
      .required("interval", .number, "Seconds."), .required("since", .named(.time)),
      .optional("lastAnswer", .named(.time)), .optional("lastFailure", .string),
      .required("rules", .count),
      .required(
        "panels",
        .array(
          .object(
            .required("title", .string), .optional("at", .named(.time)),
            .optional("failure", .string), .required("more", .count, "Series beside the lines."),
            .required(
              "lines",
              .array(
                .object(
                  .required("labels", .string),
                  .required("values", .array(.any), "Numbers, oldest first; null for none."))))))))
  }

  private static var receiverShape: Schema {
    .object(
      .required("name", .string), .required("kind", .word(ReceiverStatus.Kind.self)),
      .required("target", .string), .required("sent", .count), .required("failed", .count),
      .required("lost", .count, "Given up: refused for good, or waited for too long."),
      .required("waiting", .count), .optional("lastSuccess", .named(.time)),
      .optional("lastFailure", .string))
  }
}
