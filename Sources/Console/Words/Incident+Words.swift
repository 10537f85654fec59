import Domain
import TextUI

extension Incident {
  /// `incident inc-12 · 14 min · payments`, or `inc-12`.
  ///
  /// - Parameter now: nil for a picture that stands still, without an age.
  func text(_ look: Look, at now: Timestamp?, isShort: Bool) -> StyledText {
    let dot = look.glyphs.isUnicode ? " \u{B7} " : ", "
    let age = now.map { [Format.age(seconds: max(0, $0.secondsSince(openedAt))).text] } ?? []
    let words =
      isShort
      ? ["\(id)"]
      : ["incident \(id)"] + age + (model.map { [$0.truncated(to: 20)] } ?? [])
    return look.text(words.joined(separator: dot), severity == .critical ? .critical : .warn)
      .styled { $0.bold }
  }
}

extension ConsoleState {
  /// Of the incident that is replayed, else of what is selected: as it is known now, not as it was known then.
  mutating func exportIncident() -> [Effect] {
    guard let known = live ?? newest else {
      say("not connected yet: there is nothing to write", .warn)
      return []
    }
    say("gathering what is known of the incident", .quiet)
    return [
      .exportIncident(
        replay?.report.incident.id, model: selected?.model.name, objectives: known.objectives,
        at: serverClock)
    ]
  }

  mutating func takeIncidentExport(_ result: Result<String, ExportFailure>) {
    switch result {
    case .success(let place): say("draft written as \(place) (md, svg, json)", .ok)
    case .failure(let failure): say("no draft was written: \(failure.reason)", .warn)
    }
  }
}
