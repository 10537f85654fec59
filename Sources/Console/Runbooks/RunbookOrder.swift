import Domain

/// In which order pages are listed: those of alerts that fire, pend, are in somebody's hand or lately over, in the order of
/// the list of alerts; then all others, the gravest first, then by name.
struct RunbookOrder {
  /// How the alerts of a page stand, those to look at first.
  enum Standing: Int, Comparable {
    case firing, pending, quiet, over

    init(_ alert: Alert) {
      self =
        alert.state == .resolved
        ? .over : alert.isQuiet ? .quiet : alert.isFiring ? .firing : .pending
    }

    /// Nil for one that fires: its severity says more.
    var word: String? {
      switch self {
      case .firing: nil
      case .pending: "pending"
      case .quiet: "quiet"
      case .over: "over"
      }
    }

    static func < (one: Standing, other: Standing) -> Bool { one.rawValue < other.rawValue }
  }

  /// Of a rule's alerts the one that its page is listed for.
  struct Place {
    var standing: Standing
    /// In the list of alerts.
    var index: Int
    var alert: Alert
  }

  private let places: [String: Place]

  /// - Parameter groups: as the list of alerts has them. A heartbeat fires while all is well, and counts as no alert.
  init(_ groups: [AlertGroup]) {
    var places: [String: Place] = [:]
    let listed = groups.filter { !$0.isHeartbeat }.flatMap(\.members)
    for (index, alert) in listed.enumerated() {
      let place = Place(standing: Standing(alert), index: index, alert: alert)
      guard places[alert.name].map({ place.standing < $0.standing }) ?? true else { continue }
      places[alert.name] = place
    }
    self.places = places
  }

  /// Nil where the page's alert is not in the list of alerts.
  func place(of entry: RunbookEntry) -> Place? { places[entry.alert] }

  func sorted(_ entries: [RunbookEntry]) -> [RunbookEntry] {
    entries.map { (entry: $0, key: key($0)) }.sorted { $0.key < $1.key }.map(\.entry)
  }

  private func key(_ entry: RunbookEntry) -> (Int, Int, Int, String) {
    let place = place(of: entry)
    let standing = place?.standing.rawValue ?? Int.max
    return (standing, place?.index ?? Int.max, gravity(entry.severity), entry.id)
  }

  /// The gravest is the least; a page that names no severity comes last.
  private func gravity(_ severity: Alert.Severity?) -> Int {
    switch severity {
    case .critical: 0
    case .warning: 1
    case .info: 2
    case nil: 3
    }
  }
}
