package import Domain
import Foundation

/// What a headless demo prints at its end.
package struct DemoSummary: Encodable, Sendable {
  package var requests: Int
  /// Requests that got no 200.
  package var failures: Int
  /// Requests per second over the whole run.
  package var rate: Double
  /// By `model@version`.
  package var versions: [String: Version]
  package var audit: [AuditEntry]
  /// Nil without an incident.
  package var incident: Incident?

  /// What was to be noticed, and how soon it was.
  package struct Incident: Encodable, Sendable, Equatable {
    package var name: String
    package var secondsToAlert: Double?
    package var secondsToPage: Double?
    package var alerts: [DemoPages.Page]
    /// What became of the requests of clients that flood.
    package var floods: [String: Flood]?

    package struct Flood: Encodable, Sendable, Equatable {
      package var requests: Int
      package var answered: Int
      package var refused: Int
      package var failed: Int
    }

    private enum CodingKeys: String, CodingKey {
      case name, alerts, floods
      case secondsToAlert = "seconds_to_alert"
      case secondsToPage = "seconds_to_page"
    }

    package init(
      _ incident: DemoIncident, pages: DemoPages, floods: [String: FloodClient.Totals] = [:]
    ) {
      name = incident.rawValue
      secondsToAlert = pages.timeToAlert
      secondsToPage = pages.timeToPage
      alerts = pages.pages
      self.floods =
        floods.isEmpty
        ? nil
        : floods.mapValues {
          Flood(
            requests: $0.requests, answered: $0.answered, refused: $0.refused, failed: $0.failed)
        }
    }
  }

  package struct Version: Sendable, Equatable {
    package var requests: Int
    /// Microseconds, of successful requests; nil when there are none.
    package var p50: Double?
    package var p99: Double?
    package var errors: Int
    /// Nil for a regression.
    package var accuracy: Double?
  }

  /// - Parameter latencies: p50 and p99 in microseconds as the server measured them, instead of the client's own.
  package init(
    totals: DemoLedger.Totals, elapsed: Double, audit: [AuditEntry],
    latencies: [ModelVersion: (p50: Double, p99: Double)] = [:], incident: Incident? = nil
  ) {
    self.incident = incident
    requests = totals.requests
    failures = totals.failures
    rate = elapsed > 0 ? (Double(totals.requests) / elapsed * 100).rounded() / 100 : 0
    self.audit = audit
    versions = [:]
    for (version, tally) in totals.versions {
      let measured = tally.latencies.quantiles([0.5, 0.99])
      versions[version.description] = Version(
        requests: tally.requests, p50: latencies[version]?.p50 ?? measured[0],
        p99: latencies[version]?.p99 ?? measured[1], errors: tally.errors,
        accuracy: tally.accuracy)
    }
  }

  /// One line of JSON, keys in alphabetical order.
  package func json() -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // All parts are values that always encode.
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}

extension DemoSummary.Version: Encodable {
  private enum CodingKeys: String, CodingKey {
    case requests, errors, accuracy
    case p50 = "p50_us"
    case p99 = "p99_us"
  }

  /// What is not known is null, not left out.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(requests, forKey: .requests)
    try container.encode(p50, forKey: .p50)
    try container.encode(p99, forKey: .p99)
    try container.encode(errors, forKey: .errors)
    try container.encode(accuracy, forKey: .accuracy)
  }
}
