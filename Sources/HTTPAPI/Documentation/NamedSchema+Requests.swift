import Domain

/// What was asked lately, and what came of it.
extension NamedSchema {
  var requestSchema: Schema {
    let limits = APILimits()
    let time = Schema.integer(0...APILimits.latestTime)
    return switch self {
    case .requestQuery:
      .object(
        .given("model", .string), .given("version", .string), .required("onlyErrors", .boolean),
        .given("onlyNotOK", .boolean, "Also what was not the server's fault."),
        .given("outcome", .named(.outcome)), .given("client", .string),
        .given("above", .number, "Microseconds: the total time lies above it."),
        .given("upTo", .number, "Microseconds: the total time does not lie above it."),
        .given("onlyTimed", .boolean, "What the latencies are made of: nothing refused unrun."),
        .given("withoutShadows", .boolean, "Without the copies that a shadow answered."),
        .given("from", Self.askedTime), .given("to", Self.askedTime, "Not included."),
        .required("limit", .integer(1...Int64(limits.rows)), "Slowest first, at most this many."))
    case .requestSummary:
      .object(
        .required("id", .string(format: "uuid")), .required("version", .named(.modelVersion)),
        .required("variant", .named(.variant)), .required("client", .string),
        .required("outcome", .named(.outcome)), .required("time", .named(.time)),
        .required("queue", .number, "Microseconds."), .required("compute", .number),
        .required("total", .number), .required("rows", .count),
        .optional("isKept", .boolean, "Whether inputs were kept; absent: not known yet."),
        .optional("error", .string, "What the client was told instead of an answer."))
    case .requestDetail:
      .object(
        .required("summary", .named(.requestSummary)),
        .optional("clientRequestID", .string, "The id of the body."),
        .required("revision", .count, "Of the model's deployment at its admission."),
        .required("inputs", .named(.tensorTable)), .required("outputs", .named(.tensorTable)),
        .optional(
          "obstacle", .word(RequestDetail.Obstacle.self), "Why it cannot be run again."))
    case .tensorTable:
      .object(
        .required(
          "columns",
          .array(
            .object(
              .required("name", .string), .required("isRedacted", .boolean),
              .required("cells", .array(.string), "The first rows, as text.")))),
        .required("rows", .count, "Of the request."),
        .required("omitted", .array(.string), "Tensors that are no columns: too wide, or too deep.")
      )
    case .rerunQuery:
      .object(
        .required("variant", .named(.variant), "Which of the request's answers."),
        .required("version", .string, "Of its model; it must be loaded."))
    case .rerun:
      .object(
        .required("version", .named(.modelVersion)), .required("sha256", .string),
        .required("outputs", .named(.tensorTable)),
        .optional("isSame", .boolean, "Whether each number is what was answered then."),
        .optional("failure", .string, "Why there is no answer."),
        .required("queue", .number, "Microseconds."), .required("compute", .number))
    case .failureQuery:
      .object(
        .required("model", .string), .required("from", time, "Seconds since 1970."),
        .required("to", time, "Not included."))
    case .failureReport:
      .object(
        .required("requests", .count, "That clients waited for."),
        .required(
          "reasons",
          .array(
            .object(.required("outcome", .named(.outcome)), .required("requests", .count)))),
        .required(
          "clients",
          .array(
            .object(
              .required("client", .string), .required("requests", .count),
              .required("failed", .count), .required("commonest", .named(.outcome)))),
          "By the minutes that the window touches; at most \(FailureReport.clientLimit)."),
        .required("otherClients", .count, "Further clients with a failure."),
        .optional(
          "clientRequests", .count,
          "Requests of all clients in the minutes that the window touches: what their shares are of."
        ))
    default: .any
    }
  }
}
