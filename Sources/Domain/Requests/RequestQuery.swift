/// Which recent requests to list.
package struct RequestQuery: Codable, Sendable, Hashable {
  package var model: String?
  package var version: String?
  /// Only those that count against the model's availability.
  package var onlyErrors: Bool
  /// Only those that did not get what their client came for, whosever fault it was. Nil: all.
  package var onlyNotOK: Bool?
  /// Only with this outcome; nil: with any.
  package var outcome: Outcome?
  /// Only of this client; nil: of all.
  package var client: String?
  /// Only those whose total time in microseconds lies above this.
  package var above: Double?
  /// Only those whose total time in microseconds does not lie above this.
  package var upTo: Double?
  /// Only those that the latencies are made of: not what was refused without a run. Nil: all.
  package var onlyTimed: Bool?
  /// Without the copies that a shadow answered. Nil: with them.
  package var withoutShadows: Bool?
  package var from: Timestamp?
  package var to: Timestamp?
  /// Slowest first, at most this many.
  package var limit: Int

  package init(
    model: String? = nil, version: String? = nil, onlyErrors: Bool = false,
    onlyNotOK: Bool? = nil, outcome: Outcome? = nil, client: String? = nil, above: Double? = nil,
    upTo: Double? = nil,
    onlyTimed: Bool? = nil, withoutShadows: Bool? = nil, from: Timestamp? = nil,
    to: Timestamp? = nil, limit: Int = 50
  ) {
    self.model = model
    self.version = version
    self.onlyErrors = onlyErrors
    self.onlyNotOK = onlyNotOK
    self.outcome = outcome
    self.client = client
    self.above = above
    self.upTo = upTo
    self.onlyTimed = onlyTimed
    self.withoutShadows = withoutShadows
    self.from = from
    self.to = to
    self.limit = limit
  }

  /// Whether a request is one of those that are asked for. `from` is inclusive, `to` is not.
  package func admits(_ request: RequestSummary) -> Bool {
    if let model, request.version.model != model { return false }
    if let version, request.version.version != version { return false }
    if onlyErrors, !request.outcome.isServerError { return false }
    if onlyNotOK == true, request.outcome == .ok { return false }
    if let outcome, request.outcome != outcome { return false }
    if let client, request.client != client { return false }
    if let above, request.total <= above { return false }
    if let upTo, request.total > upTo { return false }
    if onlyTimed == true, !request.outcome.isTimed { return false }
    if withoutShadows == true, request.variant == .shadow { return false }
    if let from, request.time < from { return false }
    if let to, request.time >= to { return false }
    return true
  }
}
