import Domain

/// Incidents, their timelines, and what is remembered of earlier ones.
extension NamedSchema {
  static let incidentID = Schema.string(pattern: "^inc-[1-9][0-9]{0,17}$")
  static let alertID = Schema.string(pattern: "^[0-9a-f]{16}$")

  var incidentSchema: Schema {
    switch self {
    case .incident: Self.incidentShape
    case .incidentAlert:
      .object(
        .required("id", Self.alertID), .required("name", .string),
        .optional("model", .string, "Absent for a cause that models share."),
        .required("severity", .word(Alert.Severity.self)), .required("summary", .string),
        .required("activeAt", .named(.time), "When the rule was first true."),
        .required("firedAt", .named(.time)),
        .optional("resolvedAt", .named(.time), "Absent while it fires."),
        .required("times", .count, "How often it fired while the incident was open."),
        .optional("isConsequence", .boolean, "Another alert explained it: it paged nobody."))
    case .incidentSummary:
      .object(
        .required("incident", .named(.incident)),
        .required("steps", .array(.named(.tickedStep)), "Of runbooks, that are done."))
    case .tickedStep:
      .object(
        .required("runbook", .string), .required("step", .string),
        .required("text", .string, "As it read then."), .required("by", .string),
        .required("at", .named(.time)))
    case .incidentReport:
      .object(
        .required("incident", .named(.incident)),
        .required("steps", .array(.named(.tickedStep))),
        .required("entries", .array(.named(.incidentEntry)), "Oldest first."))
    case .incidentEntry:
      .object(
        .required("time", .named(.time)),
        .required("actor", .string, "vigia for what nobody did."), .required("text", .string),
        .required("kind", Self.entryKind))
    case .precedent:
      .object(
        .required("alert", .string), .required("count", .count, "Of closed incidents."),
        .required("last", Self.incidentID), .required("lastOpenedAt", .named(.time)),
        .optional("fix", .string, "The command that helped last."))
    default: .any
    }
  }

  private static var incidentShape: Schema {
    .object(
      .required("id", incidentID), .optional("model", .string, "Absent: not of one model."),
      .required("title", .string), .required("severity", .word(Alert.Severity.self)),
      .required("openedAt", .named(.time)),
      .required("openedBy", .string, "vigia where a page did."),
      .optional("detection", .named(.incidentAlert), "The page that opened it."),
      .required("alerts", .array(.named(.incidentAlert))),
      .optional("acknowledgedAt", .named(.time)), .optional("acknowledgedBy", .string),
      .optional(
        "mitigation",
        .object(
          .required("at", .named(.time)), .required("commandID", .named(.commandID)),
          .required("action", .string), .required("by", .string)),
        "The act after which requests were good again."),
      .required("freezesPromotions", .boolean),
      .optional("changedAt", .named(.time), "Of its model, within ten minutes before."),
      .optional("quietSince", .named(.time), "Absent while one of its alerts fires."),
      .optional("closedAt", .named(.time)), .optional("closedBy", .string),
      .optional("closeReason", .string))
  }

  private static var entryKind: Schema {
    let named = Schema.object(.required("id", alertID), .required("name", .string))
    return .tagged([
      "opened": .object(), "alertFired": named, "alertResolved": named,
      "acknowledged": .object(.required("id", alertID), .required("isTakenBack", .boolean)),
      "silenced": .object(.required("id", .string), .required("isEnded", .boolean)),
      "stepTicked": .object(
        .required("runbook", .string), .required("step", .string), .required("isDone", .boolean)),
      "action": .object(
        .required(
          "act",
          .object(
            .required("commandID", .named(.commandID)), .required("name", .string),
            .required("outcome", .word(AuditEntry.Outcome.self)), .optional("from", .string),
            .optional("to", .string),
            .required("evidence", .string, "JSON, or empty: what the decision stood on.")))),
      "recovery": .object(.required("proof", .named(.recovery))),
      "freeze": .object(.required("isOn", .boolean)), "note": .object(),
      "configuration": .object(),
      "clock": .object(.required("seconds", .number, "Back where it is negative.")),
      "closed": .object(),
    ])
  }
}
