/// What fills the middle of the screen.
package enum PanelID: Int, Sendable, Hashable, CaseIterable {
  case overview = 1
  case latency = 2
  case traffic = 3
  case drift = 4
  case experiment = 5
  case alerts = 6
  case runbooks = 7
  case models = 8
  case timeline = 9
  case business = 10
  case system = 11

  package var name: String {
    switch self {
    case .overview: "overview"
    case .latency: "latency"
    case .traffic: "traffic"
    case .drift: "drift"
    case .experiment: "experiment"
    case .alerts: "alerts"
    case .runbooks: "runbooks"
    case .models: "models"
    case .timeline: "timeline"
    case .business: "business"
    case .system: "system"
    }
  }

  /// The key that shows it.
  package var key: Character {
    switch self {
    case .business: "B"
    case .system: "Y"
    default: Character("\(rawValue)")
    }
  }

  /// Judgements take minutes to hours, and the machine's past has a value each ten seconds: a shorter span would show little
  /// of them.
  package var leastSpan: TimeSpan {
    switch self {
    case .drift: .hour
    case .alerts, .system: .quarterHour
    default: .fiveMinutes
    }
  }
}
