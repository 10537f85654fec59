import Domain
import TextUI

/// What stands under the header until its cause is gone. Always live, also while the panels are paused.
enum Notices {
  struct Line: Equatable {
    var tone: Tone
    var text: String
  }

  /// Everything worth knowing, the gravest first.
  static func all(_ state: ConsoleState) -> [Line] {
    guard let live = state.live else { return [] }
    var lines: [Line] = []
    if case .unavailable(let reason) = live.engine {
      lines.append(Line(tone: .critical, text: reason))
    }
    for model in live.models {
      for version in model.versions {
        if case .failed(let reason) = version.state {
          lines.append(Line(tone: .critical, text: "\(model.name) \(version.version): \(reason)"))
        }
      }
    }
    if let paused = live.store.paused {
      lines.append(Line(tone: .warn, text: "telemetry is not written: \(paused)"))
    }
    lines += live.notices.map { Line(tone: $0.severity.tone, text: $0.text) }
    for model in live.models {
      lines += model.notices.map { Line(tone: $0.severity.tone, text: "\(model.name): \($0.text)") }
    }
    lines += live.models.flatMap(judged)
    let order: [Tone] = [.critical, .warn, .info]
    return order.flatMap { tone in lines.filter { $0.tone == tone } }
  }

  /// What is concluded and needs a person, with the key that shows it.
  private static func judged(_ model: ModelSnapshot) -> [Line] {
    guard let judgement = model.judgement else { return [] }
    let concept = judgement.concept.filter { $0.state == .drift }.map {
      Line(tone: .critical, text: "\(model.name) \($0.version): \($0.words)  (4)")
    }
    let drift = judgement.drift.filter { $0.openSince != nil }.map {
      Line(tone: .warn, text: "\(model.name) \($0.version): \($0.words)  (4)")
    }
    guard let experiment = judgement.experiment, let dryRun = experiment.dryRun else {
      return concept + drift
    }
    let act = Line(
      tone: .critical, text: "\(model.name) \(experiment.challenger): \(dryRun)  (5)")
    return [act] + concept + drift
  }

  /// Those that get a line.
  static func lines(_ state: ConsoleState) -> [Line] { all(state) }

  static func draw(_ state: ConsoleState, in rect: Rect, on grid: inout CellGrid, look: Look) {
    let lines = all(state)
    for (index, line) in lines.prefix(rect.height).enumerated() {
      let hidden = lines.count - rect.height
      let more =
        index == rect.height - 1 && hidden > 0 ? look.text("  and \(hidden) more", .quiet) : ""
      let place = rect.row(index)
      TextUI.Notice(line.tone, line.text).draw(
        in: place.inset(right: more.width), on: &grid, look: look)
      grid.write(more, in: place, align: .right)
    }
  }
}
