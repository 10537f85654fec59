import Domain

/// Alerts, queries in the rules' language, and incidents.
extension Endpoint {
  var alertDocument: EndpointDocument {
    func parameter(_ name: String, _ note: String) -> EndpointDocument.Parameter {
      .init(name: name, place: .query, schema: .string, note: note)
    }
    func needed(_ name: String, _ note: String) -> EndpointDocument.Parameter {
      .init(
        name: name, place: .query, schema: .string(1...Int.max), note: note, isRequired: true)
    }
    let source = parameter(
      "source", "Of the configuration, to ask it; absent: what is measured here.")
    let failures: [EndpointDocument.Failure] = [
      .init(status: 400, note: "It cannot be read: line and column.", schema: .any),
      .init(status: 422, note: "It could not be evaluated.", schema: .any),
    ]
    switch self {
    case .alerts:
      return EndpointDocument(
        subject: .alerts, summary: "Alerts, silences, rules, and how whoever is told was reached",
        answer: .json(NamedSchema.alertReportShape, "All of it."),
        errors: [.init(status: 404, note: "This server has no rules.")])
    case .alertPage:
      return EndpointDocument(
        subject: .alerts,
        summary: "An alert for people: how it stands, its runbook, how to open it",
        note:
          "Where `generatorURL` leads in what is sent of it, under the configuration's `external_url`.",
        answer: .init(note: "The page.", contents: [.init(type: "text/html")]),
        errors: [.init(status: 404, note: "A page that says what to do instead.", isPage: true)])
    case .prometheusAlerts:
      return EndpointDocument(
        subject: .alerts, summary: "Alerts as Prometheus has them",
        answer: .json(.any, "Pending and firing ones."))
    case .prometheusRules:
      return EndpointDocument(
        subject: .alerts, summary: "Rules as Prometheus has them",
        parameters: [
          .init(
            name: "type", place: .query, schema: .word(["alert", "record", ""]),
            note: "Absent or empty: both.")
        ],
        answer: .json(.any, "By group, with their alerts."),
        errors: [.init(status: 400, note: "The type is neither.", schema: .any)])
    case .prometheusQuery:
      return EndpointDocument(
        subject: .alerts, summary: "The value of an expression, as Prometheus answers",
        parameters: [
          needed("query", "In the rules' language."),
          .init(
            name: "time", place: .query, schema: Self.moment,
            note: "Seconds since 1970, or RFC 3339; absent or empty: now."), source,
        ], answer: .json(.any, "The value."), errors: failures)
    case .prometheusQueryForm, .prometheusQueryRangeForm:
      let isRange = self == .prometheusQueryRangeForm
      let words = isRange ? "An expression over time" : "The value of an expression"
      return EndpointDocument(
        subject: .alerts, summary: "\(words), asked as a form",
        note: "As with GET, the parameters in the body: how Grafana asks.",
        body: .init(contents: [
          .init(
            type: "application/x-www-form-urlencoded", schema: isRange ? Self.rangeForm : Self.form,
            example: isRange ? "query=up&start=0&end=60&step=15" : "query=up")
        ]), answer: .json(.any, isRange ? "A value a step." : "The value."), errors: failures)
    default:
      return EndpointDocument(
        subject: .alerts, summary: "An expression over time, as Prometheus answers",
        parameters: [
          needed("query", "In the rules' language."),
          needed("start", "Seconds since 1970, or RFC 3339."),
          needed("end", "Likewise."),
          .init(
            name: "step", place: .query, schema: Self.step,
            note: "Seconds, or a duration like 30s.", isRequired: true), source,
        ], answer: .json(.any, "A value a step."), errors: failures)
    }
  }

  private static let moment = Schema.either(
    .number(-QueryForm.timeMax...QueryForm.timeMax), .string(format: "date-time"), .string(0...0))
  /// From a millisecond on.
  private static let step = Schema.string(
    1...Int.max,
    pattern: #"^(0\.[0-9]{0,2}[1-9]|[1-9][0-9]{0,8}(\.[0-9]{1,3})?|([1-9][0-9]{0,3}[smhdwy])+)$"#)

  private static let form = Schema.object(
    .required("query", .string(1...Int.max)), .given("time", moment))
  private static let rangeForm = Schema.object(
    .required("query", .string(1...Int.max)), .required("start", .string),
    .required("end", .string), .required("step", step))

  var incidentDocument: EndpointDocument {
    guard self == .incidents else {
      return EndpointDocument(
        subject: .alerts, summary: "An incident with its timeline",
        answer: .json(.named(.incidentReport), "All of it."),
        errors: [
          .init(status: 400, note: "No incident's name: inc-12."),
          .init(status: 404, note: "There is no such incident."),
          .init(status: 500, note: "The timeline could not be read."),
        ])
    }
    return EndpointDocument(
      subject: .alerts, summary: "Incidents, open and past, newest first",
      note: "The first page of a model opens one, half an hour without a firing alert ends it.",
      parameters: [
        .init(name: "model", place: .query, schema: .string, note: "Absent: all."),
        .init(
          name: "open", place: .query, schema: .word(["true", "false"]),
          note: "Absent: open ones and closed ones."),
        .init(
          name: "before", place: .query, schema: NamedSchema.incidentID,
          note: "Only those with a lower number: the next page."),
        .init(
          name: "limit", place: .query, schema: .integer(1...Int64(APILimits().rows)),
          note: "Absent: 50."),
      ], answer: .json(.array(.named(.incident)), "A page of them."),
      errors: [.init(status: 400, note: "A parameter that is none of these.")])
  }
}
