import Domain
import TextUI

/// Which versions changed their health, told once the change has stood: a figure on the edge of its objective would
/// else be a line a second.
struct HealthWatch: Sendable {
  /// Seconds that a change must stand.
  static let hold = 5.0

  private struct State {
    var told: Health
    var next: Health
    var since: Timestamp
  }

  private var states: [ModelVersion: State] = [:]

  /// - Returns: a text for each change; none for a version that is seen for the first time.
  mutating func changes(_ snapshot: SystemSnapshot) -> [String] {
    var texts: [String] = []
    var present = Set<ModelVersion>()
    let standing = snapshot.versionHealth
    for row in snapshot.servingRows {
      guard let model = snapshot.model(row.model), let version = model.version(row.version) else {
        continue
      }
      present.insert(row)
      let health = standing.of(version, in: model)
      guard var state = states[row] else {
        states[row] = State(told: health, next: health, since: snapshot.time)
        continue
      }
      if health != state.next {
        state.next = health
        state.since = snapshot.time
      }
      if state.next != state.told, snapshot.time.secondsSince(state.since) >= HealthWatch.hold {
        let before = state.told
        state.told = state.next
        texts.append(
          "\(row.model) \(row.version) is \(health.spoken), was \(before.spoken): "
            + version.recent.plainText)
      }
      states[row] = state
    }
    states = states.filter { present.contains($0.key) }
    return texts
  }
}

extension Health {
  /// With the gravity that the eye would take from a colour.
  var spoken: String {
    switch tone {
    case .critical: "critical (\(word))"
    case .warn: "in warning (\(word))"
    default: word
    }
  }
}

extension RecentFigures {
  /// The last minute without columns or colours.
  var plainText: String {
    guard requests > 0 else { return "no request in the last minute" }
    var parts = [Format.rate(requestRate).text]
    if let p50 { parts.append("p50 \(Format.latency(microseconds: p50).text)") }
    if let p99 { parts.append("p99 \(Format.latency(microseconds: p99).text)") }
    if let errorShare { parts.append("errors \(Format.percent(errorShare).text)") }
    if let accuracy { parts.append("accuracy \(Format.percent(accuracy).text)") }
    if let absoluteError { parts.append("mean error \(Figures.magnitude(absoluteError))") }
    return parts.joined(separator: ", ")
  }
}
