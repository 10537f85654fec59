package import Domain

/// When the incident was noticed: the alerts that fired after it began. A value; whoever watches shows it the alerts.
package struct DemoPages: Sendable, Equatable {
  package struct Page: Sendable, Equatable, Codable {
    package var alert: String
    package var model: String?
    package var version: String?
    package var severity: Alert.Severity
    /// Seconds on the wall from the incident's begin until it fired.
    package var after: Double

    private enum CodingKeys: String, CodingKey {
      case alert, model, version, severity
      case after = "after_s"
    }
  }

  /// When the incident began.
  package let began: Timestamp
  /// In the order in which they fired.
  package private(set) var pages: [Page] = []
  private var seen: Set<AlertID> = []

  package init(began: Timestamp) { self.began = began }

  /// - Returns: those that were not there before.
  package mutating func add(_ alerts: [Alert]) -> [Page] {
    let fresh = alerts.compactMap { alert -> (Alert, Timestamp)? in
      guard let firedAt = alert.firedAt, firedAt >= began, alert.severity > .info,
        seen.insert(alert.id).inserted
      else { return nil }
      return (alert, firedAt)
    }.sorted { $0.1 < $1.1 }.map { alert, firedAt in
      Page(
        alert: alert.name, model: alert.model, version: alert.labels["version"],
        severity: alert.severity, after: firedAt.secondsSince(began))
    }
    pages += fresh
    return fresh
  }

  /// Seconds to the first alert of any weight, and to the first that pages somebody.
  package var timeToAlert: Double? { pages.map(\.after).min() }
  package var timeToPage: Double? {
    pages.filter { $0.severity == .critical }.map(\.after).min()
  }
}

extension DemoPages.Page {
  /// `FeatureVanished (electricity 1, critical) 92 s after the incident began`.
  package var words: String {
    let subject = [model, version].compactMap(\.self).joined(separator: " ")
    let place = subject.isEmpty ? "" : "\(subject), "
    return
      "\(alert) (\(place)\(severity.rawValue)) \(Int(after.rounded())) s after the incident began"
  }
}
