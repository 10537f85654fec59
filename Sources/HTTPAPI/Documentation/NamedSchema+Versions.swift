/// One version of a model at present.
extension NamedSchema {
  var versionSchema: Schema {
    switch self {
    case .versionSnapshot:
      .object(
        .required("version", .string), .optional("variant", .named(.variant)),
        .required(
          "state",
          .tagged([
            "unloaded": .object(), "loading": .object(), "ready": .object(),
            "failed": .object(.required("reason", .string)),
          ])), .required("sha256", .string, "Of the model file."),
        .required("fileBytes", .count), .required("share", .number, "Of the model's traffic."),
        .optional("loadedAt", .named(.time)), .required("queueDepth", .count),
        .required("shadowDropped", .count), .required("execution", .string),
        .optional("executionFigures", .named(.executionFigures)),
        .required("recent", .named(.figures)), .required("isRollbackTarget", .boolean),
        .optional("quarantine", .named(.quarantine)), .optional("memoryBytes", .count),
        .optional("warnings", .array(.string)),
        .optional("upstreams", .array(.named(.upstream))))
    case .quarantine:
      .object(
        .required("since", .named(.time)), .required("by", .string),
        .required("reason", .string))
    case .figures: Self.figuresShape
    case .executionFigures: Self.executionFiguresShape
    case .upstream:
      .object(
        .required("name", .string, "Its address."),
        .required(
          "state",
          .tagged([
            "healthy": .object(), "unhealthy": .object(.required("reason", .string)),
            "ejected": .object(
              .required("until", .named(.time)), .required("reason", .string)),
          ])), .required("inFlight", .count), .required("requests", .count),
        .required("failures", .map(of: .count), "By reason."),
        .optional("p50", .number, "Microseconds."))
    default: .any
    }
  }

  /// What of a model moves from second to second.
  static var movingShape: Schema {
    .object(
      .optional(
        "versions",
        .map(
          of: .object(
            .required("queueDepth", .count), .required("shadowDropped", .count),
            .required("execution", .string),
            .optional("executionFigures", .named(.executionFigures)))),
        "Those that changed, by name."),
      .optional("hurtClients", .array(.named(.client))),
      .optional("judgement", .named(.judgement)))
  }

  private static var figuresShape: Schema {
    .object(
      .required("requestRate", .number, "Requests a second over 10 s."),
      .required("requests", .count, "Of 60 s."), .required("errors", .count),
      .optional("p50", .number, "Microseconds over 60 s."), .optional("p99", .number),
      .optional("slowShare", .number, "Above the latency objective."),
      .required("labels", .count, "Rows of 15 min whose label came."),
      .optional("accuracy", .number), .optional("absoluteError", .number),
      .optional("lastRequest", .named(.time)),
      .optional(
        "sinceChange",
        .object(
          .required("revision", .count), .required("requests", .count),
          .required("errors", .count), .required("slow", .count))))
  }

  private static var executionFiguresShape: Schema {
    .object(
      .required(
        "curve",
        .array(.object(.required("rows", .count), .required("microseconds", .number))),
        "As measured at load."), .required("reason", .string),
      .optional("rowsPerRun", .number), .required("lanes", .count),
      .optional(
        "batching",
        .object(
          .required("maxRows", .count), .required("delayMicroseconds", .count),
          .required("preferred", .array(.count)))),
      .required(
        "cache",
        .tagged([
          "off": .object(), "refused": .object(.required("reason", .string)),
          "on": .object(
            .required("bytes", .count), .required("limit", .count), .required("hits", .count),
            .required("misses", .count)),
        ])),
      .optional(
        "queue",
        .object(
          .required("rows", .count, "Of all priority levels together."),
          .optional("rowsPerLevel", .count), .optional("waitMicroseconds", .count)),
        "What may wait at present."))
  }
}
