import Domain

extension InferenceError {
  /// What went wrong at, or on the way to, another server.
  package enum UpstreamProblem: Error, Sendable, Equatable {
    /// Nothing was sent.
    case unreachable(reason: String)
    /// It was sent, and no answer will come: it may have been performed.
    case lost(reason: String)
    /// Its own refusal, in its own words.
    ///
    /// - Parameter retryAfter: seconds by its `Retry-After`; with 503 that says that nothing was done.
    case answered(status: Int, text: String, retryAfter: Int? = nil)
    /// It said that all is well, with something that is no answer.
    case badAnswer(reason: String)
    /// It was sent, and its client left: its connection was given up. It may still run there.
    case clientLeft
    /// It was sent, and may still run there. The limit is the request's own `timeout`, or that of all requests.
    case noAnswer(within: Duration, isRequestsLimit: Bool = false)
    /// It was performed; the replies that are being read hold as many bytes as they may.
    case noRoom(bytes: Int)
    /// The request has passed this many instances of Vigia.
    case loop(hops: Int)
    /// There is none of this name to eject.
    case unknown(known: [String])
    /// Ejecting it would leave nobody.
    case lastOne
  }
}

extension InferenceError.UpstreamProblem {
  /// The status of V2's answer: a refusal of the request as such is the client's, the rest a gateway's.
  var status: Int {
    switch self {
    case .answered(let status, _, _) where Self.blamesRequest(status): 400
    case .unknown, .lastOne: 400
    case .answered(429, _, _), .answered(503, _, _): 503
    case .clientLeft: 503
    case .noAnswer, .answered(504, _, _): 504
    case .loop: 508
    case .unreachable, .lost, .answered, .badAnswer, .noRoom: 502
    }
  }

  /// Nil where the request was performed, or may have been.
  var retryAfterSeconds: Int? {
    switch self {
    case .answered(429, _, let seconds): seconds ?? 1
    case .answered(503, _, let seconds): seconds
    default: nil
    }
  }

  var outcome: Outcome {
    switch self {
    case .answered(let status, _, _) where Self.blamesRequest(status): .invalid
    case .unknown, .lastOne: .invalid
    case .answered(429, _, _), .answered(503, _, _): .shed
    case .clientLeft: .cancelled
    case .noAnswer, .answered(504, _, _): .timedOut
    case .unreachable, .lost, .answered, .badAnswer, .noRoom, .loop: .failed
    }
  }

  private static func blamesRequest(_ status: Int) -> Bool { [400, 413, 422].contains(status) }
}

extension InferenceError.UpstreamProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreachable(let reason): "cannot be reached: \(reason)"
    case .lost(let reason): "gave no whole answer: \(reason)"
    case .answered(let status, let text, _): "answered \(status): \(text)"
    case .badAnswer(let reason): "gave an answer that cannot be used: \(reason)"
    case .clientLeft: "had not answered when the client left, and was waited for no longer"
    case .noAnswer(let limit, isRequestsLimit: true):
      "gave no answer within \(InferenceError.time(limit)), the request's own timeout; give it more"
    case .noAnswer(let limit, isRequestsLimit: false):
      "gave no answer within \(InferenceError.time(limit)), the most that a request to this version may take"
    case .noRoom(let bytes):
      "answered, and was not listened to: replies of \(bytes >> 20) MB are being read already"
    case .loop(let hops):
      "is not asked: the request has passed \(hops) instances of Vigia; one of them points back to "
        + "another"
    case .unknown(let known): "is not one of \(known.joined(separator: ", "))"
    case .lastOne: "is the last one left that is well; move the traffic to another version instead"
    }
  }
}
