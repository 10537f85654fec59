import Domain

/// Questions about what was, and their answers.
extension NamedSchema {
  static var askedTime: Schema {
    .integer(APILimits.askedTimes).note("Microseconds since 1970-01-01T00:00:00Z.")
  }

  var pastSchema: Schema {
    let limits = APILimits()
    switch self {
    case .time:
      return .integer(0...APILimits.latestTime * 1_000_000)
        .note("Microseconds since 1970-01-01T00:00:00Z.")
    case .measured:
      return .either(.number, .word(["NaN", "+Inf", "-Inf"]))
        .note("A number; as text where it is not finite.")
    case .modelVersion:
      return .object(.required("model", .string), .required("version", .string))
    case .variant:
      return .word(Variant.self).note("The part that the version played for its model.")
    case .outcome: return .word(Outcome.self).note("What serving did with the request.")
    case .window:
      return .object(
        .required("from", .integer), .required("to", .integer),
        .required("step", .integer(1...Int64.max), "Seconds."))
    case .askedWindow: return Self.askedWindowShape
    case .seriesQuery:
      return .object(
        .required("measure", .word(SeriesQuery.Measure.self)),
        .given("model", .string, "Absent: all models together."),
        .given("version", .string, "Absent: each version has its own line."),
        .required("window", .named(.askedWindow)))
    case .seriesResult:
      return .object(
        .required("window", .named(.window), "As it was answered."),
        .required(
          "lines",
          .array(
            .object(
              .optional("version", .named(.modelVersion), "Absent: several added up."),
              .optional("part", .string, "Of the machine: a core, a loop, a version."),
              .required(
                "values", .array(.named(.measured).orNull),
                "One a step, oldest first; null where nothing was measured.")))))
    case .heatmapQuery:
      let edge = Schema.number(0.001...1e12)
      return .object(
        .required("model", .string),
        .given("version", .string, "Absent: all that clients waited for."),
        .required("window", .named(.askedWindow)),
        .required("bucketCount", .integer(1...Int64(limits.buckets))),
        .required("lowest", edge, "Microseconds: the smallest upper edge."),
        .required("highest", edge, "The largest; of the two the smaller counts as the lowest."))
    case .heatmap:
      return .object(
        .required("window", .named(.window), "As it was answered."),
        .required(
          "edges", .array(.number),
          "Upper edges in microseconds, within 1 % of even in the logarithm; the counts are exactly of them."
        ),
        .required("counts", .array(.array(.count)), "By step, then by bucket."),
        .required("maxima", .array(.named(.measured).orNull), "Of each step, in microseconds."))
    case .pastQuery:
      return .object(.required("at", Self.askedTime, "Not after now."))
    case .auditQuery:
      return .object(
        .given("model", .string),
        .given("before", .integer, "Only rows below this sequence number."),
        .required("limit", .integer(1...Int64(limits.rows)), "Newest first."))
    case .auditEntry: return Self.auditEntryShape
    case .principal:
      return .object(
        .required("name", .string), .required("role", .word(Principal.Role.self)),
        .required("proof", .string, "How that was established: token, socket uid 1000."))
    default: return .any
    }
  }

  private static var askedWindowShape: Schema {
    let limits = APILimits()
    let time = Schema.integer(0...APILimits.latestTime)
    return .object(
      .required("from", time, "Seconds since 1970."),
      .required("to", time, "Not included; before `from`: the window is empty."),
      .required(
        "step", .integer(1...APILimits.longestStep),
        "Seconds. Where it makes more than \(limits.steps) steps, or with its buckets more than \(limits.cells) counts, it is lengthened: the answer's window says to what."
      ))
  }

  private static var auditEntryShape: Schema {
    .object(
      .required("sequence", .count, "From 1, without a gap."), .required("time", .named(.time)),
      .required("principal", .named(.principal)),
      .required("origin", .word(Command.Origin.self)),
      .optional("commandID", .named(.commandID)),
      .required("action", .string, "A command's, or an event: seed, start, recovered ..."),
      .optional("model", .string), .optional("fromVersion", .string),
      .optional("fromSHA256", .string), .optional("toVersion", .string),
      .optional("toSHA256", .string), .required("reason", .string),
      .required("outcome", .word(AuditEntry.Outcome.self)), .required("summary", .string),
      .required("evidence", .string, "JSON, or empty: what the decision stood on."),
      .required(
        "hash", .string, "SHA-256 over the previous row's and this row's fields, in hexadecimal."))
  }
}
