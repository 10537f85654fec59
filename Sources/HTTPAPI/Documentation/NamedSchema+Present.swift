import Domain

/// The snapshot: all that a console shows of the present.
extension NamedSchema {
  var presentSchema: Schema {
    switch self {
    case .snapshot:
      .object(
        .required("server", .named(.serverInfo)), .required("sequence", .count),
        .required("time", .named(.time)), .required("engine", .named(.engineStatus)),
        .required("store", .named(.storeStatus)),
        .required("models", .array(.named(.modelSnapshot))),
        .required("recoveries", .array(.named(.recovery)), "Newest first."),
        .required("notices", .array(.named(.notice))),
        .required("auditHead", .count, "Sequence of the ledger's newest row."),
        .optional("saturation", .any, "How near the machine's limits are."),
        .required("alerts", .array(Self.alertShape), "The first of them, as they are shown."),
        .required("incidents", .array(.named(.incidentSummary)), "That are open, newest first."),
        .required("precedents", .array(.named(.precedent)), "Of the alerts above."),
        .required("sources", .array(Self.sourceShape), "Other servers whose series are asked for."),
        .required("intentions", .array(.named(.intention)), "Who is about to act."),
        .optional("alertRules", .count, "Rules that alert: with 0 nobody is alerted."))
    case .delta:
      .object(
        .optional("server", .named(.serverInfo)), .required("sequence", .count),
        .required("time", .named(.time)), .optional("engine", .named(.engineStatus)),
        .optional("store", .named(.storeStatus)),
        .optional("modelNames", .array(.string), "All, when one came or went."),
        .required("models", .array(.named(.modelSnapshot)), "Those that changed."),
        .required(
          "figures", .map(of: .array(.named(.figures))),
          "By model, in the order of its versions, where it is not among those above."),
        .optional("moving", .map(of: Self.movingShape), "Likewise, what else moved of them."),
        .optional("recoveries", .array(.named(.recovery))),
        .optional("notices", .array(.named(.notice))), .required("auditHead", .count),
        .optional("saturation", .any), .optional("alerts", .array(Self.alertShape)),
        .optional("incidents", .array(.named(.incidentSummary))),
        .optional("precedents", .array(.named(.precedent))),
        .optional("sources", .array(Self.sourceShape)),
        .optional("intentions", .array(.named(.intention))),
        .optional("alertRules", .count))
    case .serverInfo:
      .object(
        .required("protocolNumber", .count, "This one and the one before are spoken."),
        .required("version", .string), .required("environment", .string),
        .required("host", .string), .required("listen", .string), .required("pid", .count),
        .required("startedAt", .named(.time)), .required("isReadOnly", .boolean),
        .required("isDemo", .boolean), .required("isStopping", .boolean))
    case .engineStatus:
      .tagged([
        "starting": .object(), "ready": .object(.required("version", .string)),
        "unavailable": .object(.required("reason", .string)),
      ])
    case .storeStatus:
      .object(
        .optional("paused", .string, "Why telemetry is not written."),
        .required("dropped", .count), .required("metricsBytes", .count),
        .required("stateBytes", .count), .required("writeMilliseconds", .number),
        .optional("stateWriteMilliseconds", .number),
        .optional("labelHorizon", .named(.time)),
        .optional("committedAt", .named(.time), "Up to when telemetry is on the disk."))
    case .notice:
      .object(
        .required("severity", .word(Notice.Severity.self)), .required("text", .string))
    case .proportion:
      .object(
        .required("count", .count), .required("total", .count),
        .required("low", .number, "Of the interval at 95 % (Wilson)."),
        .required("high", .number))
    case .recovery: Self.recoveryShape
    case .modelSnapshot, .deployment, .trafficLimit, .objective, .client: modelSchema
    default: versionSchema
    }
  }

  private var modelSchema: Schema {
    switch self {
    case .modelSnapshot:
      .object(
        .required("name", .string), .required("deployment", .named(.deployment)),
        .optional("objective", .named(.objective)),
        .required("versions", .array(.named(.versionSnapshot))),
        .optional("lastChange", .named(.auditEntry)),
        .required("notices", .array(.named(.notice))),
        .optional("hurtClients", .array(.named(.client)), "At most three."),
        .optional("judgement", .named(.judgement), "What is concluded; absent: nothing is judged."))
    case .deployment: Self.deploymentShape
    case .trafficLimit:
      .object(
        .required("scope", .named(.scope)),
        .required(
          "measure",
          .tagged([
            "rate": .object(.required("perSecond", .number), .required("burst", .number)),
            "shed": .object(.required("share", .number)),
          ])), .required("since", .named(.time)), .required("by", .string),
        .required("reason", .string))
    case .objective:
      .object(
        .required("availability", .number), .required("latency", .number, "Microseconds."),
        .required("latencyObjective", .number, "Share that must be answered within it."))
    case .client:
      .object(
        .required("client", .string), .required("requests", .count, "Of 15 minutes."),
        .required("errors", .count), .required("slow", .count), .required("limited", .count),
        .optional("meanLatency", .number, "Microseconds."))
    default: .any
    }
  }

  private static var deploymentShape: Schema {
    let freeze = Schema.object(
      .required("until", .named(.time)), .required("by", .string), .required("reason", .string),
      .optional("incident", incidentID, "It ends with this one."))
    return .object(
      .required("model", .string), .required("revision", .count), .required("champion", .string),
      .required("championSince", .named(.time)),
      .optional(
        "challenger", .object(.required("version", .string), .required("weight", .number))),
      .optional("shadow", .string),
      .required(
        "formerChampions",
        .array(
          .object(
            .required("version", .string), .required("since", .named(.time)),
            .required("until", .named(.time)),
            .required("ending", .word(Deployment.ChampionTerm.Ending.self)))), "Oldest first."),
      .required("quarantine", .map(of: .named(.quarantine)), "By version."),
      .optional("freeze", freeze),
      .optional(
        "pin",
        .object(
          .required("version", .string), .required("since", .named(.time)),
          .required("by", .string), .required("reason", .string))),
      .optional("limits", .array(.named(.trafficLimit))))
  }

  private static var recoveryShape: Schema {
    .object(
      .required("commandID", .named(.commandID)), .required("model", .string),
      .required("from", .string), .required("to", .string),
      .optional("limit", .named(.scope), "Absent: traffic went from one version to another."),
      .required("switchedAt", .named(.time)),
      .required(
        "status",
        .tagged([
          "watching": .object(), "recovered": .object(.required("seconds", .number)),
          "notRecovering": .object(.required("reason", .string)),
          "relapsed": .object(.required("seconds", .number), .required("reason", .string)),
        ])), .required("requests", .count, "Admitted since then."),
      .optional("refused", .count, "By a limit, beside those."),
      .required("errors", .named(.proportion)), .optional("slow", .named(.proportion)),
      .required("errorsBefore", .named(.proportion)),
      .optional("slowBefore", .named(.proportion)),
      .optional(
        "wrong", .named(.proportion),
        "Of predictions since then whose label has come; absent where labels have nothing to say."),
      .optional("wrongBefore", .named(.proportion), "Of labels that came in the minute before."),
      .optional(
        "wasBad", .boolean,
        "Whether that was beyond the objective, or wrong more often; else nothing had to recover."),
      .optional(
        "heldFor", .number,
        "Seconds since the switch after which it was still well, and was watched no longer."))
  }
}
