package import Domain
import TextUI

/// Which rows a panel's filter lets through: those that contain every word typed, in any field, in any case.
extension ConsoleState {
  /// What was typed for the panel shown; empty when nothing was.
  package var filterText: String { filters[panel]?.text ?? "" }

  func passesFilter(of panel: PanelID, _ fields: [String]) -> Bool {
    let words = (filters[panel]?.text ?? "").lowercased().split(separator: " ")
    guard !words.isEmpty else { return true }
    let text = fields.joined(separator: "\n").lowercased()
    return words.allSatisfy { text.contains($0) }
  }

  /// The rows of the overview or of the list of versions.
  package func listedVersions(_ snapshot: SystemSnapshot) -> [ModelVersion] {
    guard panel == .models else { return snapshot.servingRows.filter(isListed) }
    guard let model = selection.resolved(in: snapshot, allVersions: true)?.model else { return [] }
    return model.versions.map { ModelVersion(model: model.name, version: $0.version) }
      .filter(isListed)
  }

  /// Whether a version's row is shown: nobody acts on one that is not.
  func isListed(_ row: ModelVersion) -> Bool {
    guard panel == .overview || panel == .models, !filterText.isEmpty else { return true }
    guard let shown, let model = shown.model(row.model) else { return true }
    let version = model.version(row.version)
    return passesFilter(
      of: panel,
      [
        row.model, row.version, version?.variant?.name(isShort: false) ?? "",
        version.map { shown.versionHealth.of($0, in: model).word } ?? "",
        version?.quarantine == nil ? "" : "quarantine",
      ])
  }

  /// How many rows are shown of how many; nil where the panel has no filter, or nobody knows yet.
  package var filterCounts: (shown: Int, all: Int)? {
    guard let shown else { return nil }
    switch panel {
    case .overview: return (listedVersions(shown).count, shown.servingRows.count)
    case .models: return (listedVersions(shown).count, selected?.model.versions.count ?? 0)
    case .timeline: return (listedEntries.count, timelineEntries.count)
    case .alerts: return (listedAlerts.count, alertGroups.count)
    case .runbooks: return isSearchingPages ? nil : (listedRunbooks.count, runbookEntries.count)
    case .drift: return (listedFeatures.count, shownFeatures.count)
    default: return nil
    }
  }

  mutating func beginFilter() {
    isFiltering = true
    if filters[panel] == nil { filters[panel] = TextInput() }
  }

  /// A key for the filter's line. Enter and Esc end it: one keeps what was typed, the other drops it.
  mutating func takeInFilter(_ key: Key) {
    switch key {
    case .enter, .down, .up, .tab:
      isFiltering = false
      if filterText.isEmpty { filters[panel] = nil }
    case .escape:
      isFiltering = false
      _ = clearFilter()
    default:
      _ = filters[panel]?.handle(key)
      selectListed()
    }
  }

  /// - Returns: whether there was one.
  mutating func clearFilter() -> Bool {
    guard filters[panel] != nil else { return false }
    filters[panel] = nil
    return true
  }

  /// Text that was pasted goes where letters would go, and nowhere else.
  mutating func paste(_ text: String) {
    if palette != nil {
      palette?.input.paste(text)
      palette?.selected = 0
    } else if help?.isSearching ?? false {
      help?.search.paste(text)
    } else if isFiltering {
      filters[panel]?.paste(text)
      selectListed()
    }
  }

  /// The selection goes to the first row that passes when its own does not.
  private mutating func selectListed() {
    guard let shown, panel == .overview || panel == .models else { return }
    let rows = listedVersions(shown)
    guard let selected, let first = rows.first,
      !rows.contains(ModelVersion(model: selected.model.name, version: selected.version))
    else { return }
    selection = Selection(model: first.model, version: first.version)
  }
}
