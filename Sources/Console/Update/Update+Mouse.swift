import Domain
import TextUI

extension ConsoleState {
  /// A click on what is drawn: an item is selected, a name or a hint is the same as its key. While a question is
  /// open a click is no answer.
  mutating func take(_ target: ClickTarget, at instant: ContinuousClock.Instant) -> [Effect] {
    guard dialog == nil, exit == nil else { return [] }
    switch target {
    case .key(let label):
      guard let key = Key(label: label) else { return [] }
      return take(key, at: instant)
    case .item(let index):
      select(item: index)
      return []
    case .place(let across, let up):
      if panel == .latency, help == nil, palette == nil, openRequests == nil {
        chooseCell(across: across, up: up)
      }
      return []
    }
  }

  private mutating func select(item index: Int) {
    if palette != nil {
      palette?.selected = index
      return
    }
    guard help == nil, let shown else { return }
    isFiltering = false
    if let list = openRequests {
      if list.page == nil {
        let listed = listedRequests
        guard listed.indices.contains(index) else { return }
        requestList?.selected = listed[index].copy
      } else {
        let versions = rerunVersions
        guard versions.indices.contains(index) else { return }
        requestList?.page?.version = versions[index].version
      }
      return
    }
    switch panel {
    case .overview, .models:
      let rows = listedVersions(shown)
      guard rows.indices.contains(index) else { return }
      selection = Selection(model: rows[index].model, version: rows[index].version)
    case .timeline:
      let entries = listedEntries
      guard entries.indices.contains(index) else { return }
      timeline.selected = index == 0 ? nil : entries[index].sequence
    case .drift:
      let features = listedFeatures
      guard features.indices.contains(index) else { return }
      drift.selected = index == 0 ? nil : features[index].key
    case .alerts:
      let groups = listedAlerts
      guard !alertList.isOpen, groups.indices.contains(index) else { return }
      alertList.selected = groups[index].id
    case .runbooks:
      let rows = listedRunbooks
      guard runbooks.reading == nil, rows.indices.contains(index) else { return }
      runbooks.selected = rows[index].id
    case .experiment:
      guard guardrails.indices.contains(index) else { return }
      experiment.selected = guardrails[index].name
    case .traffic:
      let rows = failingRows
      guard rows.indices.contains(index) else { return }
      failing = rows[index]
    case .latency, .business, .system: break
    }
  }
}

extension MouseEvent {
  /// The key that a turn of the wheel stands for.
  var wheelKey: Key? {
    switch action {
    case .wheelUp: .up
    case .wheelDown: .down
    case .press, .release: nil
    }
  }
}
