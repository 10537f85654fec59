package import Domain
package import InferenceProtocol

/// A request as it reaches the data plane.
package struct InferenceCall: Sendable {
  package var model: String
  /// Nil: the model's split decides.
  package var version: String?
  package var request: InferRequest
  /// What the split is decided on; nil: the request's own id.
  package var routingKey: String?
  package var client: String
  package var arrivedAt: Timestamp
  /// When the last byte of the request had come: the start of its total time.
  package var startedAt: MonotonicTime
  /// Instances of Vigia that the request has passed before this one.
  package var hops = 0
  /// Whether it may run on the caller's thread, where the model is cheap.
  package var mayRunInline = true
  /// Of the connection that the request came over; nil where nobody looks.
  package var presence: ClientPresence?
  /// Of the thread that it came to; nil where it does not gather what came together.
  package var turn: SharedTurn?
  /// The identity that the face has given it already; nil: the data plane gives one.
  package var id: RequestID?

  package init(
    model: String, version: String? = nil, request: InferRequest, routingKey: String? = nil,
    client: String, arrivedAt: Timestamp, startedAt: MonotonicTime = .now
  ) {
    self.model = model
    self.version = version
    self.request = request
    self.routingKey = routingKey
    self.client = client
    self.arrivedAt = arrivedAt
    self.startedAt = startedAt
  }
}

/// An answer with what the reply's headers tell of it.
package struct InferenceReply: Sendable {
  package var requestID: RequestID
  package var trace: InferenceTrace
  package var response: InferResponse
  /// Who has to be told how printing ended; nil where no printing can make it too long.
  package var unprinted: UnprintedReply?

  package var version: ModelVersion { trace.version }
  package var variant: Variant { trace.variant }
}

/// Where a request went, whether it was answered there or not.
package struct InferenceTrace: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  /// Nanoseconds in the queue, in the engine, and since the request's last byte.
  package var queueTime: Int64
  package var computeTime: Int64
  package var totalTime: Int64
}

/// What becomes of a request.
///
/// - Parameter trace: of a failure the version to which the request was given; nil where none was, and of a reply, which has its own.
package typealias InferenceAnswer =
  @Sendable (_ result: Result<InferenceReply, InferenceError>, _ trace: InferenceTrace?) -> Void
