package import Domain
package import InferenceProtocol

/// One loaded version that can run: in this process, or behind another server.
package protocol Engine: Sendable {
  var signature: ModelSignature { get }
  /// V2's word for what runs the model: `onnx_onnxv1`.
  var platform: String { get }
  /// Hexadecimal SHA-256 of the very bytes that run; empty where they are not ours.
  var sha256: String { get }
  /// What a person should know of it although it runs: a line each.
  var warnings: [String] { get }
  /// Why answers that it gave may be wrong; nil: nothing was found.
  var doubt: String? { get }
  /// Bytes that it takes of this process' memory, as measured or estimated at load; nil where nobody knows.
  var memoryBytes: Int64? { get }
  /// How it is run, as measured: "inline, 6 us a row", "2 lanes, 9.1 ms a row".
  var execution: String { get }
  /// The measurement behind `execution`; nil where there is none.
  var executionFigures: ExecutionFigures? { get }
  /// Jobs that wait and have not started.
  var queueDepth: Int { get }
  /// How its requests wait, where somebody has said; nil: as all do.
  var queuePolicy: QueuePolicy? { get }
  /// Its threads at present; nil where it has none of its own.
  var laneFigures: Saturation.Lanes? { get }
  /// What it has done since it was loaded.
  var statistics: EngineStatistics { get }

  /// Runs a job whose inputs were checked against `signature`.
  ///
  /// Never blocks for longer than an inline run. `answer` is called exactly once: before this returns, or later on
  /// any thread.
  func submit(_ job: EngineJob, answer: @escaping @Sendable (EngineAnswer) -> Void)

  /// The servers behind it, at present; empty where it runs in this process.
  var upstreams: [UpstreamStatus] { get }

  /// How long a request may take where it says nothing itself; nil: as long as any may here.
  var timeLimit: Duration? { get }

  /// Why no request can be answered at present, where that is known without asking; nil: it may be.
  var outage: String? { get }

  /// Why one of the servers behind it cannot be left out for so long; nil: it can.
  func obstacle(toEjecting upstream: String, for duration: Duration) -> InferenceError?

  /// Leaves out one of the servers behind it; zero or less brings it back.
  func eject(upstream: String, for duration: Duration) throws(InferenceError)

  /// Whether that which runs is still what was loaded, where no file of ours can tell; nil where one can.
  func sourceUnchanged(within limit: Duration) async -> PreflightReport.Check?

  /// Answers `.withdrawn` to all jobs that wait, have not started, and may be moved.
  func withdrawQueued()

  /// Gives back threads and memory once no job is left; jobs that wait are run before.
  func close() async
}

extension Engine {
  package var doubt: String? { nil }
  package var memoryBytes: Int64? { nil }
  package var queuePolicy: QueuePolicy? { nil }
  package var laneFigures: Saturation.Lanes? { nil }
  package var upstreams: [UpstreamStatus] { [] }
  package var timeLimit: Duration? { nil }
  package var outage: String? { nil }

  package func obstacle(toEjecting upstream: String, for duration: Duration) -> InferenceError? {
    .unsupported(
      "ejecting \"\(upstream)\": the version runs in this process and has no upstreams; that")
  }

  package func eject(upstream: String, for duration: Duration) throws(InferenceError) {
    if let obstacle = obstacle(toEjecting: upstream, for: duration) { throw obstacle }
  }

  package func sourceUnchanged(within limit: Duration) async -> PreflightReport.Check? { nil }
  package var executionFigures: ExecutionFigures? { nil }
}

/// What an engine is asked to do.
package struct EngineJob: Sendable {
  package var inputs: [Tensor]
  /// Names of the outputs to compute, in the order of the answer; empty: all.
  package var outputs: [String]
  package var rows: Int
  package var priority: Priority
  /// As V2's request parameter: 1 is the highest; 0, or one that the engine does not have, is its default.
  package var priorityLevel: Int
  /// On `MonotonicClock`: past it the job is answered `timedOut`, and not started.
  package var deadline: MonotonicTime
  /// Since the request was admitted, for the text of `timedOut`.
  package var timeout: Duration
  /// What the deadline would be without the request's own `timeout`: where the queue's policy is to delay what is late,
  /// a request waits until then.
  package var lastDeadline: MonotonicTime
  /// Whether `submit` may run it on the caller's thread.
  package var mayRunInline: Bool
  /// Whether another version may answer it when this one stops serving.
  package var isMovable: Bool
  /// It was admitted once, to a version that no longer serves: no queue turns it away.
  package var wasAdmitted: Bool
  /// Of the request, where it has one: another server is told it.
  package var requestID: RequestID?
  /// Instances of Vigia that the request has passed before this one.
  package var hops = 0
  /// The request's parameters, and those of outputs by their names: another server is told them.
  package var parameters: [String: ParameterValue] = [:]
  package var outputParameters: [String: [String: ParameterValue]] = [:]
  /// Of the client that waits for the answer; nil where nobody looks.
  package var presence: ClientPresence?
  /// Of the thread that it came to; nil where it does not gather what came together.
  package var turn: SharedTurn?
  /// A question of ours, not of a client: counted nowhere, and never answered out of a cache.
  package var isProbe: Bool

  package enum Priority: Sendable { case normal, shadow }

  package init(
    inputs: [Tensor], outputs: [String] = [], rows: Int, priority: Priority = .normal,
    priorityLevel: Int = 0, deadline: MonotonicTime, timeout: Duration,
    lastDeadline: MonotonicTime? = nil, mayRunInline: Bool = true, isMovable: Bool = false,
    wasAdmitted: Bool = false, isProbe: Bool = false
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.rows = rows
    self.priority = priority
    self.priorityLevel = priorityLevel
    self.deadline = deadline
    self.timeout = timeout
    self.lastDeadline = lastDeadline ?? deadline
    self.mayRunInline = mayRunInline
    self.isMovable = isMovable
    self.wasAdmitted = wasAdmitted
    self.isProbe = isProbe
  }
}

extension EngineJob {
  mutating func takeParameters(of request: InferRequest) {
    parameters = request.parameters
    for output in request.outputs where !output.parameters.isEmpty {
      outputParameters[output.name] = output.parameters
    }
  }

  /// Likewise for a request that nobody waits for: it is neither urgent nor late.
  mutating func takeLastingParameters(of request: InferRequest) {
    guard !request.parameters.isEmpty else { return }
    parameters = request.parameters.filter { $0.key != "priority" && $0.key != "timeout" }
  }

  /// Bytes of memory that it holds while it waits. - Complexity: O(elements of BYTES tensors).
  package var inputBytes: Int { inputs.reduce(0) { $0 + $1.memoryBytes } }
}

extension InferRequest {
  /// Likewise.
  var inputBytes: Int { inputs.reduce(0) { $0 + $1.memoryBytes } }
}

/// What became of a job.
package enum EngineAnswer: Sendable {
  /// Outputs in the order asked for; times in nanoseconds.
  case done(outputs: [Tensor], queueTime: Int64, computeTime: Int64)
  case failed(InferenceError, queueTime: Int64, computeTime: Int64)
  /// Taken out of the queue before it started: it may be submitted elsewhere.
  case withdrawn
}
