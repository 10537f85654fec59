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
    latencies: [ModelVersion: (p50: Double, p99: Double)] = [:]
  ) {
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
