/// What one client of a model got lately.
package struct ClientFigures: Codable, Sendable, Equatable {
  /// As it names itself, or its token's name.
  package var client: String
  /// Of the last fifteen minutes, as all of these.
  package var requests: Int64
  /// Failed, shed or timed out: answers that the server owed.
  package var errors: Int64
  /// Above the model's latency objective.
  package var slow: Int64
  /// Refused by a limit.
  package var limited: Int64
  /// Mean of the total time in microseconds; nil where none was timed.
  package var meanLatency: Double?

  package init(
    client: String, requests: Int64, errors: Int64 = 0, slow: Int64 = 0, limited: Int64 = 0,
    meanLatency: Double? = nil
  ) {
    self.client = client
    self.requests = requests
    self.errors = errors
    self.slow = slow
    self.limited = limited
    self.meanLatency = meanLatency
  }

  /// Requests that did not get what the client came for.
  package var hurt: Int64 { errors + slow + limited }
}

extension ClientFigures {
  /// "batch: 12 failed, 3 slow, 40 over its limit of 900 requests in 15 min".
  package var words: String {
    var parts: [String] = []
    if errors > 0 { parts.append("\(errors) failed") }
    if slow > 0 { parts.append("\(slow) slow") }
    if limited > 0 { parts.append("\(limited) over a limit") }
    let what = parts.isEmpty ? "none hurt" : parts.joined(separator: ", ")
    return "\(client): \(what), of \(requests) requests in 15 min"
  }
}
