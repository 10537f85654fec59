import Domain
import HTTPTypes

/// The text of the documents, endpoint by endpoint: a new one does not compile without its own.
extension Endpoint {
  var document: EndpointDocument {
    switch self {
    case .infer, .labels: predictionDocument
    case .server, .live, .ready, .model, .modelReady, .modelConfig, .modelStatistics:
      healthDocument
    case .repositoryIndex, .repositoryLoad, .repositoryUnload: repositoryDocument
    case .status, .stream, .series, .heatmap, .judgements, .business, .audit, .runbooks, .past:
      consoleDocument
    case .requests, .request, .requestRun, .failures: requestDocument
    case .preflight, .command, .commandOutcome, .intention, .reload: changeDocument
    case .alerts, .alertPage, .prometheusAlerts, .prometheusRules, .prometheusQuery,
      .prometheusQueryRange, .prometheusQueryForm, .prometheusQueryRangeForm:
      alertDocument
    case .metrics, .tritonMetrics, .openAPI, .documentation: documentDocument
    case .incidents, .incident: incidentDocument
    }
  }

  private var predictionDocument: EndpointDocument {
    if self == .labels {
      return EndpointDocument(
        subject: .predictions, summary: "Tell the truth of earlier predictions",
        note: """
          A label is joined by the reply's Vigia-Request-Id, else to the newest request with that id. It counts at the \
          time of its prediction. A label that cannot be used takes nothing from the others: it is counted, and told by \
          its place. 400 only where none can be used, 404 where none of the others is known.
          """,
        body: .init(contents: [
          .json(.labelBatch, example: #"{"labels":[{"id":"order-7","label":1}]}"#)
        ]), answer: .json(.named(.labelReceipt), "How many labels found their prediction."),
        errors: [.init(status: 500, note: "The labels could not be joined.")])
    }
    let microseconds = Schema.string(pattern: "^[0-9]+$")
    return EndpointDocument(
      subject: .predictions, summary: "Predict",
      note: """
        The Open Inference Protocol V2, as JSON or with Triton's binary tensors after it. Without a version the model's \
        split decides between champion and challenger. The body's Content-Type is not looked at.
        """,
      parameters: [
        .init(
          name: HTTPField.Name.inferenceHeaderContentLength.rawName, schema: .count,
          note:
            "Bytes of the JSON, where binary tensors follow it; 0 for the bytes of one tensor alone."
        ),
        .init(
          name: ClientName.field.rawName, schema: .string,
          note: """
            Who asks, for counting and limits, where no token says so: 64 characters of A-Z a-z 0-9 . _ - @ : / and space; \
            what is longer is cut, and others count as _.
            """),
      ],
      body: .init(contents: [
        .json(
          .inferRequest,
          example:
            #"{"id":"order-7","inputs":[{"name":"X","datatype":"FP32","shape":[1,6],"data":[0.5,0.06,0.45,0.003,0.42,0.41]}]}"#
        ), .init(type: "application/octet-stream"),
      ]),
      answer: .init(
        note: "The outputs, and in the head which version answered and how long it took.",
        contents: [.json(.inferResponse), .init(type: "application/octet-stream")],
        fields: [
          .init(name: .vigiaModelVersion, schema: .string, note: "The version that answered."),
          .init(
            name: .vigiaVariant, schema: .word(["champion", "challenger", "direct"]),
            note: "direct: the request named the version."),
          .init(name: .vigiaQueueMicroseconds, schema: microseconds, note: "In the queue."),
          .init(name: .vigiaComputeMicroseconds, schema: microseconds, note: "In the engine."),
          .init(
            name: .vigiaTotalMicroseconds, schema: microseconds,
            note: "From the request's last byte."),
          .init(
            name: .inferenceHeaderContentLength, schema: microseconds,
            note: "Bytes of the JSON, where binary tensors follow it.", isRequired: false),
          .init(
            name: .vigiaNotFinite, schema: .string,
            note: """
              Elements that are null, since JSON has no word for them, by what they are: nan=1, inf=2, -inf=1. Binary \
              tensors (binary_data) have the values themselves.
              """, isRequired: false),
        ]),
      errors: [
        .init(
          status: 400,
          note: "No V2 request, or not one that the version takes: both shapes are named."),
        .init(status: 408, note: "The request came too slowly."),
        .init(status: 413, note: "The body, or what it asks for, is larger than is taken."),
        .init(status: 429, note: "More requests than a limit lets through; Retry-After."),
        .init(status: 500, note: "The engine failed while it ran."),
        .init(status: 501, note: "What it asks for is not supported."),
        .init(status: 502, note: "A remote version's server cannot be reached, or answered badly."),
        .init(
          status: 503,
          note: "Not run: queue full, deadline passed, not loaded, shed, or stopping; Retry-After."
        ),
        .init(
          status: 504, note: "Run, and not answered within its time: sent again, it runs again."),
        .init(status: 508, note: "The request has passed too many instances of Vigia."),
      ])
  }

  private var healthDocument: EndpointDocument {
    switch self {
    case .live:
      EndpointDocument(
        subject: .health, summary: "Whether the server runs",
        answer: .json(.named(.live), "It does."))
    case .ready:
      EndpointDocument(
        subject: .health, summary: "Whether requests should be sent here",
        note: """
          Not while a champion could not be loaded, nor once the server is about to end. One that was unloaded does not \
          count: its model's own readiness tells.
          """,
        answer: .json(.named(.ready), "They should."),
        errors: [.init(status: 503, note: "They should not.", schema: .named(.ready))])
    case .model:
      EndpointDocument(
        subject: .health, summary: "A model's inputs and outputs",
        note: "Of the champion where no version is named.",
        answer: .json(.named(.modelMetadata), "Its signature."), errors: [Self.notLoaded])
    case .modelReady:
      EndpointDocument(
        subject: .health, summary: "Whether a model, or a version of it, can answer",
        answer: .json(.named(.modelReady), "It can."),
        errors: [
          .init(
            status: 503, note: "It is known, and cannot answer: error says why.",
            schema: .named(.modelReady))
        ])
    case .modelConfig:
      EndpointDocument(
        subject: .health, summary: "A model as Triton's configuration would describe it",
        answer: .json(.named(.modelConfiguration), "Its configuration."),
        errors: [Self.notLoaded])
    case .modelStatistics:
      EndpointDocument(
        subject: .health, summary: "What loaded versions have done, as Triton counts it",
        answer: .json(.named(.modelStatistics), "An entry a version."), errors: [Self.notLoaded])
    default:
      EndpointDocument(
        subject: .health, summary: "Name, version and extensions of the server",
        answer: .json(.named(.serverMetadata), "Who is here."))
    }
  }

  private var repositoryDocument: EndpointDocument {
    let refusals = Self.refusals(.error)
    let done = EndpointDocument.Answer(note: "Done, or nothing to do.", contents: [])
    return switch self {
    case .repositoryLoad:
      EndpointDocument(
        subject: .repository, summary: "Bring a model's versions into memory",
        note: "Triton's word for the command load; traffic stays where it is.",
        body: .init(contents: [.json(.loadOrder)], isRequired: false), answer: done,
        errors: refusals)
    case .repositoryUnload:
      EndpointDocument(
        subject: .repository, summary: "Take a model out of memory, whatever it serves",
        note: "Its requests are refused until it is loaded again.",
        body: .init(contents: [.json(.unloadOrder)], isRequired: false), answer: done,
        errors: refusals)
    default:
      EndpointDocument(
        subject: .repository, summary: "All models and versions of the repository",
        body: .init(contents: [.json(.indexFilter)], isRequired: false),
        answer: .json(.named(.repositoryIndex), "A line a version."))
    }
  }

  private var consoleDocument: EndpointDocument {
    let failures: [EndpointDocument.Failure] = [
      .init(status: 500, note: "The store could not be read.")
    ]
    return switch self {
    case .status:
      EndpointDocument(
        subject: .present, summary: "The present in one answer",
        answer: .json(.named(.snapshot), "Models, versions and their figures."),
        errors: failures + [.init(status: 503, note: "There is no snapshot yet.")])
    case .stream:
      EndpointDocument(
        subject: .present, summary: "The present, and then what changes",
        note: """
          A line of JSON a second until the client goes. The first makes a whole snapshot; absent keys are unchanged. A \
          reader that stays behind is cut off.
          """,
        parameters: [
          .init(
            name: StreamLength.parameter, place: .query, schema: .integer(StreamLength.range),
            note: "Lines after which the stream ends; absent: it does not."),
          .init(
            name: StreamPace.parameter, place: .query, schema: .word(StreamPace.self),
            note: "calm: a line when something happened, else one in 30 s; absent: one a second."),
        ],
        answer: .init(
          note: "A SnapshotDelta a line.", contents: [.init(type: "application/x-ndjson")]),
        errors: [.init(status: 503, note: "As many consoles as may are attached; Retry-After.")])
    case .series:
      EndpointDocument(
        subject: .present, summary: "One measure over time",
        body: .init(contents: [
          .json(
            .seriesQuery,
            example:
              #"{"measure":"latency_p99","model":"electricity","window":{"from":1767225600,"to":1767229200,"step":60}}"#
          )
        ]), answer: .json(.named(.seriesResult), "A line a version, a value a step."),
        errors: failures + [.noModel])
    case .heatmap:
      EndpointDocument(
        subject: .present, summary: "Latency by time and size",
        body: .init(contents: [.json(.heatmapQuery)]),
        answer: .json(.named(.heatmap), "Counts by step and bucket."),
        errors: failures + [.noModel])
    case .judgements:
      EndpointDocument(
        subject: .present,
        summary: "What was concluded: drift windows, quality blocks, experiments",
        body: .init(contents: [
          .json(
            .judgementQuery,
            example:
              #"{"kind":"drift","model":"electricity","from":1767225600,"to":1767312000,"limit":100}"#
          )
        ]), answer: .json(.array(.named(.judgementRecord)), "The newest so many, oldest first."),
        errors: failures + [.noModel])
    case .business:
      EndpointDocument(
        subject: .present, summary: "What a model was worth: by day, or by any other step",
        note: """
          From the finest rows that are kept of the time: seconds for an hour, ten seconds for two days, minutes for 30 \
          days, then hours. What is counted counts once. Steps that are finer than the rows of the window's beginning are \
          lengthened to theirs, and begin with one: the answer's window says so. Otherwise a row that a border would cut \
          belongs to the later period, of several in one row to the last; one that the end would cut is counted whole.
          """,
        body: .init(contents: [
          .json(
            NamedSchema.businessQueryShape,
            example:
              #"{"model":"electricity","window":{"from":1767225600,"to":1767830400,"step":86400}}"#)
        ]),
        answer: .json(.named(.businessHistory), "Sums, a period a step, oldest first."),
        errors: failures + [.noModel])
    case .runbooks:
      EndpointDocument(
        subject: .present, summary: "Runbooks: the list, a page, or what a search finds",
        body: .init(contents: [
          .json(NamedSchema.runbookQueryShape, example: #"{"alert":"FeatureDrift","limit":20}"#)
        ]), answer: .json(NamedSchema.runbookAnswerShape, "What was asked for."),
        errors: failures + [.init(status: 404, note: "This server has no folder of runbooks.")])
    case .past:
      EndpointDocument(
        subject: .present, summary: "The world as it was then, as far as it was recorded",
        note: """
          From the ledger and the rollups, as fine as they still are of that time; an experiment's figures are at most a \
          minute old, an hour where more than two days have passed. Not recorded, and so absent: limits of the machine, \
          silences, alerts that were only pending, alerts of severity info (the Watchdog), state, memory and hashes of \
          versions, notices, championAccuracy, the rows of a reference in the making, and recent.sinceChange. Objectives \
          are those of now, and so are the versions that had no traffic, without those that were loaded since. Labels are \
          those known now, and count in recent when their prediction was made; in the present when they came.
          """,
        body: .init(contents: [.json(.pastQuery, example: #"{"at":1767225600000000}"#)]),
        answer: .json(.named(.snapshot), "As /vigia/v1/status answers."),
        errors: failures + [.init(status: 404, note: "That time has not come yet.")])
    default:
      EndpointDocument(
        subject: .present, summary: "The ledger: who did what, when and why, newest first",
        body: .init(contents: [.json(.auditQuery, example: #"{"limit":20}"#)]),
        answer: .json(.array(.named(.auditEntry)), "A page of it."), errors: failures)
    }
  }

  private var changeDocument: EndpointDocument {
    switch self {
    case .preflight:
      EndpointDocument(
        subject: .changes, summary: "Whether a promotion would pass",
        note:
          "Loaded, file unchanged, same signature, recent requests answered finitely; 2 s at most.",
        body: .init(contents: [
          .json(.modelVersion, example: #"{"model":"electricity","version":"2"}"#)
        ]), answer: .json(.named(.preflightReport), "What each check found."),
        errors: [.init(status: 500, note: "The check could not be made.")])
    case .intention:
      EndpointDocument(
        subject: .changes, summary: "Say that somebody is about to act",
        note: """
          Consoles show it to each other, and the first holds the model between them: another console's command is refused \
          unless it takes over. It stands for 15 s unless it is sent again.
          """,
        body: .init(contents: [
          .json(
            .intentionNotice,
            example:
              #"{"id":"console-4711","model":"electricity","words":"roll back to 1","isOver":false}"#
          )
        ]),
        answer: .json(
          .array(.named(.intention)), "All who are about to act on the model, the first first."),
        errors: [.init(status: 404, note: "No such model.")])
    case .reload:
      EndpointDocument(
        subject: .changes, summary: "Read the configuration and the rule files again",
        note: """
          Rules, receivers, sources and external_url are taken over; no traffic moves. A changed file and SIGHUP do the \
          same. What came of it stands in the ledger and in open incidents.
          """,
        body: .init(contents: [.json(.any, example: "{}")]),
        answer: .json(.named(.reloadReport), "What came of it."),
        errors: [.init(status: 403, note: "Not allowed to this role, or the server is read-only.")])
    case .commandOutcome:
      EndpointDocument(
        subject: .changes, summary: "What became of a command",
        note: "For a sender that lost the connection before the answer came.",
        answer: .json(.named(.commandOutcome), "Its outcome."),
        errors: [
          .init(status: 400, note: "No command id: 8 to 64 characters of A-Z a-z 0-9 - _."),
          .init(status: 404, note: "No such command ever arrived."),
          .init(status: 500, note: "The ledger could not be read."),
          .init(status: 503, note: "The ledger does not answer."),
        ])
    default:
      EndpointDocument(
        subject: .changes, summary: "Change what serves",
        note: """
          Promote, roll back, split, shadow, freeze, pin, limit and so on. The ledger's row is on the disk before the \
          change takes effect. The same id sent twice is done once.
          """,
        body: .init(contents: [
          .json(
            .command,
            example:
              #"{"id":"release-4711","origin":"api","reason":"release 4711","action":{"promote":{"model":"electricity","version":"2","verification":"required"}}}"#
          )
        ]), answer: .json(.named(.done), "In force, and in the ledger."),
        errors: Self.refusals(.refusal))
    }
  }

  private var documentDocument: EndpointDocument {
    switch self {
    case .metrics:
      EndpointDocument(
        subject: .documents, summary: "All series, for Prometheus",
        note: "In OpenMetrics 1.0.0 for a scraper whose Accept prefers it, else as text, 0.0.4.",
        answer: .init(
          note: "The series.",
          contents: [.init(type: "text/plain"), .init(type: "application/openmetrics-text")]))
    case .tritonMetrics:
      EndpointDocument(
        subject: .documents, summary: "What loaded versions have done, under Triton's names",
        note: "nv_inference_*, nv_cache_* and nv_cpu_*; what is not measured is left out.",
        answer: .init(note: "The series.", contents: [.init(type: "text/plain")]))
    case .openAPI:
      EndpointDocument(
        subject: .documents, summary: "This server's routes as OpenAPI 3.1",
        answer: .json(.any, "The document."))
    default:
      EndpointDocument(
        subject: .documents, summary: "The same for people",
        answer: .init(note: "The page.", contents: [.init(type: "text/html")]))
    }
  }

  private static let notLoaded = EndpointDocument.Failure(
    status: 503, note: "Known, and not in memory.")

  /// Of whatever is performed as a command.
  private static func refusals(_ schema: NamedSchema) -> [EndpointDocument.Failure] {
    let shape = Schema.named(schema)
    return [
      .init(
        status: 403, note: "Not allowed to this role, or the server is read-only.", schema: shape),
      .init(status: 404, note: "No such model or version.", schema: shape),
      .init(
        status: 409,
        note: "The state forbids it: moved, frozen, quarantined, pinned, not loaded ...",
        schema: shape),
      .init(status: 422, note: "It could not be done in any state.", schema: shape),
      .init(status: 503, note: "The ledger does not answer, or the server stops.", schema: shape),
      .init(status: 504, note: "The outcome is unknown: ask again by the id.", schema: shape),
    ]
  }
}
