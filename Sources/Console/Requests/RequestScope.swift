package import Domain
import TextUI

/// Which requests are looked at one by one: those behind a cell of the heatmap, a reason or a client.
package struct RequestScope: Sendable, Hashable {
  package var model: String
  /// Nil: of all versions that clients waited for.
  package var version: String?
  package var what: What
  /// Seconds since 1970: [from, to).
  package var from: Int64
  package var to: Int64

  package enum What: Sendable, Hashable {
    /// Whatever was timed.
    case timed
    /// Of those, the ones whose total time in microseconds lies above the first and not above the second.
    case latency(above: Double?, upTo: Double?)
    case outcome(Outcome)
    /// Those of a client that did not get what it came for.
    case client(String)
  }

  /// Rows that a person may want to walk through.
  static let limit = 200

  func query(limit: Int = RequestScope.limit) -> RequestQuery {
    var query = RequestQuery(
      model: model, version: version, withoutShadows: version == nil,
      from: Timestamp(seconds: from), to: Timestamp(seconds: to), limit: limit)
    switch what {
    case .timed: query.onlyTimed = true
    case .latency(let above, let upTo):
      query.onlyTimed = true
      (query.above, query.upTo) = (above, upTo)
    case .outcome(let outcome): query.outcome = outcome
    case .client(let client):
      query.onlyNotOK = true
      query.client = client
    }
    return query
  }

  /// Whether a list that ends at its limit has the slowest; below a bound it has those of the newest blocks.
  var isOpenAbove: Bool {
    if case .latency(_, upTo: .some) = what { false } else { true }
  }

  /// "1.0 to 1.3 ms", "timeout", "not ok of checkout".
  var words: String {
    switch what {
    case .timed: "all"
    case .latency(let above, let upTo): Self.band(above, upTo)
    case .outcome(let outcome): outcome.word
    case .client(let client): "not ok, of \(client)"
    }
  }

  static func band(_ above: Double?, _ upTo: Double?) -> String {
    func text(_ microseconds: Double) -> String { Format.latency(microseconds: microseconds).text }
    return switch (above, upTo) {
    case (let above?, let upTo?): "\(text(above)) to \(text(upTo))"
    case (let above?, nil): "above \(text(above))"
    case (nil, let upTo?): "up to \(text(upTo))"
    case (nil, nil): "all"
    }
  }
}
