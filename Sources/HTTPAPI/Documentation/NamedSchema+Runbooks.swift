import Domain

/// Pages that say what to do.
extension NamedSchema {
  var runbookSchema: Schema {
    let inlines = Schema.array(.named(.runbookInline))
    let blocks = Schema.array(.named(.runbookBlock))
    switch self {
    case .runbookInline:
      return .tagged([
        "run": .object(
          .required(
            "_0",
            .object(
              .required("text", .string),
              .required(
                "marks", .integer(0...15), "A sum: 1 code, 2 strong, 4 emphasis, 8 struck."),
              .optional("link", .string)))), "lineBreak": .object(),
      ])
    case .runbookBlock:
      let step = Schema.object(
        .required("id", .string), .required("text", .string), .required("isDone", .boolean))
      return .tagged([
        "heading": .object(.required("level", .integer(1...6)), .required("text", inlines)),
        "paragraph": .object(.required("_0", inlines)),
        "list": .object(
          .required(
            "_0",
            .object(
              .optional("start", .integer, "Absent: bullets."), .required("isTight", .boolean),
              .required(
                "items",
                .array(
                  .object(
                    .optional("step", step, "What can be ticked."), .required("blocks", blocks))))
            ))), "quote": .object(.required("_0", blocks)),
        "code": .object(.required("_0", .string), .required("language", .string)),
        "table": .object(
          .required(
            "_0",
            .object(
              .required("alignments", .array(.word(RunbookTable.Alignment.self))),
              .required("header", .array(inlines)), .required("rows", .array(.array(inlines)))))),
        "details": .object(.required("summary", .string), .required("_1", blocks)),
        "thematicBreak": .object(),
      ])
    default: return .any
    }
  }

  static var runbookQueryShape: Schema {
    .object(
      .given("id", .string, "The page of this id."),
      .given("alert", .string, "The page for this alert."),
      .given("model", .string, "With alert: where there are pages for some models only."),
      .given(
        "search", .string, "Pages with these words; the last one may be the beginning of a word."),
      .required("limit", .integer(1...Int64(APILimits().rows)), "Hits of a search."))
  }

  static var runbookAnswerShape: Schema {
    let part = Schema.array(
      .object(.required("text", .string), .required("isMatch", .boolean)))
    return .object(
      .required("entries", .array(runbookEntryShape), "Where no page and no words are asked for."),
      .optional("page", runbookShape),
      .required(
        "hits",
        .array(
          .object(
            .required("id", .string), .required("title", part), .required("snippet", part),
            .required("score", .number, "Larger is better.")))),
      .required("problems", .array(.string), "Of files that are no page."))
  }

  private static var runbookEntryShape: Schema {
    .object(
      .required("id", .string), .required("alert", .string), .required("title", .string),
      .optional("severity", .word(Alert.Severity.self)), .optional("owner", .string),
      .optional("lastTested", .string(format: "date")), .optional("firstAction", .string),
      .required("appliesTo", .array(.string)), .required("problems", .count))
  }

  private static var runbookShape: Schema {
    let word = Schema.object(.required("text", .string), .required("line", .count))
    return .object(
      .required("id", .string), .required("file", .string), .required("title", .string),
      .required(
        "frontMatter",
        .object(
          .optional("alert", word), .optional("severity", .word(Alert.Severity.self)),
          .optional("owner", .string), .optional("lastTested", .string(format: "date")),
          .optional("lastTestedLine", .count), .required("appliesTo", .array(.string)),
          .required("panels", .array(word)),
          .required(
            "checks",
            .array(
              .object(
                .required("name", .string), .required("query", .string, "PromQL."),
                .required("line", .count)))), .required("actions", .array(word)),
          .optional("firstAction", .string))),
      .required("blocks", .array(.named(.runbookBlock))),
      .required(
        "diagnostics",
        .array(
          .object(
            .required("file", .string), .optional("line", .count),
            .required("gravity", .word(RunbookDiagnostic.Gravity.self)),
            .required("reason", .string)))))
  }
}
