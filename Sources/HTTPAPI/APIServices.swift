package import Domain
import HTTPTypes
package import Inference
package import InferenceProtocol
package import Logging

/// What the HTTP face stands on: everything it needs from the floors below, given once by the composition root.
package struct APIServices: Sendable {
  package var dataPlane: DataPlane
  /// Everything that is only read.
  package var source: any ConsoleSource
  /// Every change of state. The principal is the one that the boundary established.
  package var perform: @Sendable (Command, Principal) async -> CommandOutcome
  /// Who is about to act.
  package var announce:
    @Sendable (Intention.Notice, Principal) async throws(SourceError) -> [Intention]
  package var labels: @Sendable (String, LabelBatch) async throws(SourceError) -> LabelReceipt
  /// Alerts, silences and rules; nil where there are no rules.
  package var alerts: @Sendable () async -> AlertReport? = { nil }
  /// Answers a question in the rules' language.
  package var query: @Sendable (MetricQuery) async throws(MetricQueryFailure) -> MetricAnswer = {
    (_) throws(MetricQueryFailure) in
    throw MetricQueryFailure(isBadQuery: false, reason: "this server has no rules")
  }
  /// Reads the configuration and its rule files again; nil where nothing may be changed through this server.
  package var reload: (@Sendable (Principal) async -> ReloadReport)?
  /// The page for `/metrics`.
  package var metrics: @Sendable (ExpositionFormat) async -> String
  /// The page for `/metrics/triton`.
  package var tritonMetrics: @Sendable () async -> String
  /// Name of the header whose value routes a request to this model; nil routes by the request's id.
  package var routingKeyHeader: @Sendable (String) -> String?
  package var checks: RequestChecks
  package var identity: ServerIdentity
  package var limits: APILimits
  package var tally = HTTPTally()
  package var logger: Logger
  /// A line for each request, not only for failures.
  package var logsRequests: Bool
  package var now: @Sendable () -> Timestamp

  package init(
    dataPlane: DataPlane, source: any ConsoleSource,
    perform: @escaping @Sendable (Command, Principal) async -> CommandOutcome,
    announce:
      @escaping @Sendable (Intention.Notice, Principal) async throws(SourceError) ->
      [Intention],
    labels: @escaping @Sendable (String, LabelBatch) async throws(SourceError) -> LabelReceipt,
    metrics: @escaping @Sendable (ExpositionFormat) async -> String,
    tritonMetrics: @escaping @Sendable () async -> String,
    routingKeyHeader: @escaping @Sendable (String) -> String? = { _ in nil },
    checks: RequestChecks, identity: ServerIdentity, limits: APILimits = APILimits(),
    logger: Logger, logsRequests: Bool = false,
    now: @escaping @Sendable () -> Timestamp = { .systemNow }
  ) {
    self.dataPlane = dataPlane
    self.source = source
    self.perform = perform
    self.announce = announce
    self.labels = labels
    self.metrics = metrics
    self.tritonMetrics = tritonMetrics
    self.routingKeyHeader = routingKeyHeader
    self.checks = checks
    self.identity = identity
    self.limits = limits
    self.logger = logger
    self.logsRequests = logsRequests
    self.now = now
  }
}

/// What `GET /v2` says of the server.
package struct ServerIdentity: Sendable, Equatable {
  package var name: String
  package var version: String
  /// Only what works.
  package var extensions: [String]

  package init(
    name: String = "vigia", version: String,
    extensions: [String] = [
      "model_repository", "model_configuration", "binary_tensor_data", "parameters", "statistics",
    ]
  ) {
    self.name = name
    self.version = version
    self.extensions = extensions
  }
}

/// How much a client may ask for. Each bound has its refusal, and its test at the edge.
package struct APILimits: Sendable, Equatable {
  /// Bytes of an infer body; more is 413.
  package var inferBody = 64 << 20
  /// Bytes of the body that answers an infer request; more is refused with 400.
  package var answerBody = DataPlaneSettings.standardAnswerBytes
  /// Bytes of a command or a query.
  package var controlBody = 64 << 10
  /// Bytes of a body where none is taken: what is sent is read and dropped.
  package var unwantedBody = 1 << 10
  package var labelsBody = 16 << 20
  package var labelsPerBatch = 10_000
  /// Bytes that the bodies which have come in whole or in part may hold together, on all connections.
  package var receivingBytes = 512 << 20
  /// A body up to this size is not counted against `receivingBytes`: a command gets through whatever else comes in.
  package var uncountedBody = 65_536
  /// Bytes that the bodies which are being unpacked may hold together.
  package var unpackedBytes = 256 << 20
  /// Steps of one window.
  package var steps = 10_000
  /// Counts of one heatmap: its steps times its buckets.
  package var cells = 1_000_000
  /// Seconds of a step: a year.
  static let longestStep: Int64 = 31_622_400
  /// Seconds since 1970: the end of the year 9999.
  static let latestTime: Int64 = 253_402_300_799
  /// Microseconds since 1970 that are asked about: from March 1973 on. Less is a time in seconds or milliseconds.
  static let askedTimes = 100_000_000_000_000...latestTime * 1_000_000
  /// Buckets of a heatmap's column.
  package var buckets = 512
  /// Rows of one answer.
  package var rows = 1_000
  /// Characters of a command's reason.
  package var reason = 1_000
  /// Readers of the snapshot stream at one time.
  package var streams = 32
  package var tensors = WireLimits()

  package init() {}

  /// Bytes that the body of a request to this endpoint may have.
  func body(of endpoint: Endpoint) -> Int {
    switch endpoint {
    case .infer: inferBody
    case .labels: labelsBody
    default: endpoint.route.method == .post ? controlBody : unwantedBody
    }
  }
}
