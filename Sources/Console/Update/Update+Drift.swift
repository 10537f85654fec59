package import Domain
import TextUI

extension ConsoleState {
  /// The keys that walk the list of features; false passes the key on.
  mutating func moveInFeatures(_ intent: Intent) -> Bool {
    let keys = listedFeatures.map(\.key)
    let at = drift.selected.flatMap(keys.firstIndex) ?? 0
    func select(_ index: Int) {
      guard !keys.isEmpty else { return }
      let next = min(max(index, 0), keys.count - 1)
      drift.selected = next == 0 ? nil : keys[next]
    }
    if let target = intent.target(from: at, count: keys.count) {
      select(target)
      return true
    }
    switch intent {
    case .open:
      guard !keys.isEmpty else {
        say("no window has ended yet: there is nothing to open", .quiet)
        return true
      }
      drift.selected = keys[at]
      drift.isOpen = true
      drift.scroll = 0
    default: return false
    }
    return true
  }

  /// Keys while the windows of one feature are listed; false passes the key on.
  mutating func takeInFeature(_ intent: Intent) -> Bool {
    switch intent {
    case .back, .open: drift.isOpen = false
    case .down: drift.scroll += 1
    case .up: drift.scroll -= 1
    case .pageDown: drift.scroll += 10
    case .pageUp: drift.scroll -= 10
    case .first: drift.scroll = 0
    default: return false
    }
    let count = driftHistory?.windows.count ?? 0
    drift.scroll = min(max(0, drift.scroll), max(0, count - 1))
    return true
  }
}

extension ModelSnapshot {
  /// The versions whose inputs and answers are judged, the champion first.
  package var judgedVersions: [String] {
    let judged = (judgement?.drift ?? []).map(\.version)
    let champion = judged.filter { $0 == deployment.champion }
    return champion + judged.filter { $0 != deployment.champion }
  }
}

extension ConsoleState {
  /// The version that the drift panel is about: the selected one, or the first that is judged.
  package var judgedVersion: String? {
    guard let (model, version) = selected else { return nil }
    let judged = model.judgedVersions
    return judged.contains(version) ? version : judged.first
  }

  package var driftHistory: JudgementHistory? {
    guard let model = selected?.model, let version = judgedVersion else { return nil }
    return board.judgements(.drift, model: model.name, version: version)
  }

  package var driftSummary: DriftSummary? {
    judgedVersion.flatMap { selected?.model.judgement?.drift(of: $0) }
  }

  /// The window under the cursor, else the newest; nil when none is known whole, and in a replay when none was by then.
  package var shownWindow: DriftWindow? {
    guard let windows = driftHistory?.windows else { return nil }
    if replay != nil { return windows.last { $0.to <= shownTime.seconds } }
    guard let cell = cursorStep(in: chartSpan) else { return windows.last }
    return windows.last { $0.to <= cell.to } ?? windows.first
  }

  /// The features of the window shown, what drifted first. Without a whole window the worst of the summary.
  package var shownFeatures: [FeatureVerdict] {
    let features = shownWindow?.features ?? driftSummary?.worst ?? []
    return features.filter(\.verdict.isDrift) + features.filter { !$0.verdict.isDrift }
  }

  /// Those of them that pass the filter.
  package var listedFeatures: [FeatureVerdict] {
    shownFeatures.filter {
      passesFilter(of: .drift, [$0.name, $0.subject.rawValue, $0.verdict.word])
    }
  }

  package var shownFeature: FeatureVerdict? {
    let features = listedFeatures
    return features.first { $0.key == drift.selected } ?? features.first
  }
}
