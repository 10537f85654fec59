import Domain

/// Changes of what serves.
extension NamedSchema {
  var commandSchema: Schema {
    switch self {
    case .preflightReport:
      .object(
        .required("version", .named(.modelVersion)), .required("sha256", .string),
        .required(
          "checks",
          .array(
            .object(
              .required("name", .string), .required("passed", .boolean),
              .required("detail", .string)))))
    case .commandID:
      .string(8...64, pattern: "^[A-Za-z0-9_-]{8,64}$")
        .note("Drawn by the sender at random. The same id sent twice is done once.")
    case .scope:
      .string(pattern: "^(all|each-client|client:[ -~]{1,128})$")
        .note("Whose requests are counted: all, each-client, or client:NAME.")
    case .action: Self.actionShape
    case .command:
      .object(
        .required("id", .named(.commandID)), .required("action", .named(.action)),
        .required(
          "reason", .string(1...APILimits().reason, pattern: VisibleText.pattern),
          "For whoever is next; it stands in the ledger."),
        .required("origin", .word(Command.Origin.self)),
        .given(
          "expected", Self.expectation, "What the sender saw; refused when it no longer holds."),
        .given(
          "takesOver", .boolean, "Of a console: acts although somebody else was about to."))
    case .intention:
      .object(
        .required("id", .named(.commandID)), .required("model", .string),
        .required("words", .string, "After \"is about to\"."), .required("by", .string),
        .required("since", .named(.time)))
    case .intentionNotice:
      .object(
        .required("id", .named(.commandID), "Of the command that would come of it."),
        .required("model", .string),
        .required("words", .string(0...Intention.Notice.wordsMax)),
        .required("isOver", .boolean))
    case .done:
      .object(
        .required("outcome", .word(["done"])),
        .required("sequence", .count, "Its row in the ledger."),
        .optional("revision", .count, "Of the model's deployment."),
        .required("summary", .string))
    case .refused:
      .object(
        .required("outcome", .word(["refused"])), .required("code", .word(Refusal.Code.self)),
        .required("message", .string))
    case .unknown: .object(.required("outcome", .word(["unknown"])), .required("reason", .string))
    case .commandOutcome: .either(.named(.done), .named(.refused), .named(.unknown))
    case .reloadReport:
      .object(
        .required("changes", .array(.string), "In force now, and not before."),
        .required(
          "problems", .array(.string),
          "`file:line:column: reason`. What was in force of that file before still is."),
        .required(
          "needsRestart", .array(.string),
          "Keys that have changed in the configuration and take a restart."))
    case .refusal:
      .object(
        .required("error", .string, "The reason, for a person."),
        .optional("outcome", .word(["refused", "unknown"])),
        .optional("code", .word(Refusal.Code.self)), .optional("message", .string),
        .optional("reason", .string))
    default: .any
    }
  }

  private static var expectation: Schema {
    let digits = Schema.string(pattern: "^[0-9a-f]{8,64}$")
    return .object(
      .given("revision", .count), .given("champion", .string),
      .given("championSHA256", digits, "Its beginning, of at least 8 digits."),
      .given("targetSHA256", digits, "Likewise of the version that would come in."))
  }

  private static var actionShape: Schema {
    let model = Schema.Property.required("model", .string)
    let version = Schema.Property.required("version", .string)
    let alert = Schema.Property.required("alert", .string(pattern: "^[0-9a-f]{16}$"))
    let verification = Schema.Property.given(
      "verification", .word(Command.Verification.self), "Absent: required.")
    return .tagged([
      "rollBack": .object(model, .required("breakGlass", .boolean)),
      "promote": .object(
        model, version, .required("verification", .word(Command.Verification.self))),
      "setWeight": .object(
        model, version, .required("weight", .number(0...1), "Share of the traffic."), verification),
      "setShadow": .object(model, .given("version", .string, "Absent: none.")),
      "freeze": .object(model, .required("until", .named(.time))),
      "unfreeze": .object(model),
      "release": .object(model, version),
      "load": .object(model, .given("version", .string, "Absent: all that the model has.")),
      "unload": .object(
        model, .given("version", .string), .required("pinned", .boolean, "Those that serve, too.")),
      "pin": .object(model, version, verification),
      "unpin": .object(model),
      "undo": .object(model, .required("row", .count, "Of the ledger.")),
      "limit": .object(
        model, .required("scope", .named(.scope)),
        .given("rate", .number(above: 0, through: 1e9), "Requests a second; absent: lifted."),
        .given("burst", .number(1...1e9))),
      "shed": .object(
        model, .required("scope", .named(.scope)), .required("share", .number(0...1))),
      "eject": .object(
        model, version, .required("upstream", .string),
        .required("seconds", .number(0...86_400), "0 brings it back.")),
      "acknowledge": .object(alert, .given("until", .named(.time), "Absent: until it is over.")),
      "unacknowledge": .object(alert),
      "silence": .object(
        .required(
          "matchers",
          .array(
            .object(
              .required("name", .string), .required("value", .string),
              .required("isRegex", .boolean), .required("isEqual", .boolean))),
          "All must fit."), .required("until", .named(.time))),
      "expireSilence": .object(.required("id", .string)),
      "testPage": .object(.optional("severity", .word(Alert.Severity.self))),
      "openIncident": .object(
        .given("model", .string, "Absent: not of one model."),
        .required("title", .string(1...200, pattern: VisibleText.pattern))),
      "closeIncident": .object(.required("incident", incidentID)),
      "note": .object(
        .given("incident", incidentID, "Absent: the model's open one, else the ledger alone."),
        .given("model", .string)
      ).note("The reason is what is noted."),
      "tickStep": .object(
        .required("incident", incidentID), .required("runbook", .string(1...200)),
        .required("step", .string(1...64)),
        .required("text", .string(0...1_000), "As the page has it."),
        .required("isDone", .boolean)),
      "stop": .object(),
    ]).note("One of these. `stop` needs the role admin, all others operate.")
  }
}
