/// Which requests of a model failed, and whose they were.
package struct FailureQuery: Codable, Sendable, Hashable {
  package var model: String
  /// Seconds since 1970: [from, to).
  package var from: Int64
  package var to: Int64

  package init(model: String, from: Int64, to: Int64) {
    self.model = model
    self.from = from
    self.to = to
  }
}

/// Requests without the answer that their client came for, by what became of them and by client.
package struct FailureReport: Codable, Sendable, Equatable {
  /// Of all that clients waited for.
  package var requests: Int64
  /// Most first; only what occurred.
  package var reasons: [Reason]
  /// Those with most failures first, at most `clientLimit`. Counted by the minute: the minutes that the window touches.
  package var clients: [Client]
  /// Further clients with a failure.
  package var otherClients: Int
  /// Of all clients in the minutes that the window touches; nil from a server that does not say.
  package var clientRequests: Int64?

  package static let clientLimit = 20

  package init(
    requests: Int64 = 0, reasons: [Reason] = [], clients: [Client] = [], otherClients: Int = 0,
    clientRequests: Int64? = nil
  ) {
    self.requests = requests
    self.reasons = reasons
    self.clients = clients
    self.otherClients = otherClients
    self.clientRequests = clientRequests
  }

  package struct Reason: Codable, Sendable, Equatable {
    /// Never `ok`.
    package var outcome: Outcome
    package var requests: Int64

    package init(_ outcome: Outcome, requests: Int64) {
      self.outcome = outcome
      self.requests = requests
    }
  }

  package struct Client: Codable, Sendable, Equatable {
    package var client: String
    package var requests: Int64
    /// Those that were not answered well, whatever the reason.
    package var failed: Int64
    /// The reason of most of them.
    package var commonest: Outcome

    package init(_ client: String, requests: Int64, failed: Int64, commonest: Outcome) {
      self.client = client
      self.requests = requests
      self.failed = failed
      self.commonest = commonest
    }
  }
}
