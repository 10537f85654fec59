/// What fills the middle of the screen.
package enum PanelID: Int, Sendable, Hashable, CaseIterable {
  case overview = 1
  case latency = 2
  case traffic = 3
  case models = 8
  case timeline = 9

  package var name: String {
    switch self {
    case .overview: "overview"
    case .latency: "latency"
    case .traffic: "traffic"
    case .models: "models"
    case .timeline: "timeline"
    }
  }

  package var digit: Character { Character("\(rawValue)") }
}
