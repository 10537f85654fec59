import Domain
import TextUI

/// Other servers whose series are asked for: a line each, with its state, its age, and why it gave no answer; then what is
/// looked at there, a line a series.
struct SourcesBox {
  private let sources: [SourceStatus]
  private let now: Timestamp

  init(_ sources: [SourceStatus], now: Timestamp) {
    self.sources = sources
    self.now = now
  }

  /// With an empty line above them.
  func height(_ look: Look) -> Int { sources.isEmpty ? 0 : rows(look).count + 1 }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    Table(
      columns: [
        Table.Column("", .fixed(8)), Table.Column("", .fixed(max(14, min(30, rect.width / 4)))),
        Table.Column("", .fixed(7)), Table.Column("", .flexible(minimum: 20)),
      ], rows: rows(look), showsHeader: false, gap: 2
    ).draw(in: rect.inset(top: 1), on: &grid, look: look)
  }

  private func rows(_ look: Look) -> [Table.Row] {
    let states = sources.map { source in
      [
        look.text(source.name), Figures.status(source.health(at: now), look),
        look.text(source.words(at: now), source.state == .down ? .normal : .quiet),
      ]
    }
    let panels = sources.flatMap { source in source.panels.flatMap { rows($0, of: source, look) } }
    return titled("sources", states, look) + titled("series", panels, look)
  }

  private func titled(_ title: String, _ rows: [[StyledText]], _ look: Look) -> [Table.Row] {
    rows.enumerated().map { index, cells in
      Table.Row([index == 0 ? StyledText(title, look.theme.title) : ""] + cells)
    }
  }

  private func rows(
    _ panel: SourcePanel, of source: SourceStatus, _ look: Look
  ) -> [[StyledText]] {
    let title = panel.title + (sources.count > 1 ? " @\(source.name)" : "")
    let isOld = source.state != .up || source.isStale(at: now)
    guard !panel.lines.isEmpty else {
      let words = panel.failure ?? (panel.at == nil ? "not asked yet" : "no series")
      return [[look.text(title), look.text("-", .quiet), look.text(words, .quiet)]]
    }
    return panel.lines.enumerated().map { index, line in
      let isLast = index == panel.lines.count - 1
      let value = line.values.last.flatMap { $0 }.map(Format.compact) ?? "-"
      let bars = Sparkline(
        line.values, style: (isOld ? look.theme.dim : look.theme.accent)
      ).text(width: SourcesBox.barWidth, glyphs: look.glyphs)
      return [
        look.text(index == 0 ? title : "", isOld ? .quiet : .normal),
        look.text(value, isOld ? .quiet : .normal),
        bars + look.text(notes(panel, line, isLast: isLast, isOld: isOld), .quiet),
      ]
    }
  }

  /// The labels; at the end what else there is to know of the panel.
  private func notes(
    _ panel: SourcePanel, _ line: SourcePanel.Line, isLast: Bool, isOld: Bool
  ) -> String {
    var parts = [line.labels]
    if isLast, panel.more > 0 { parts.append("and \(panel.more) more") }
    if isLast, isOld, let at = panel.at { parts.append(Figures.ago(at, now)) }
    if isLast, let failure = panel.failure { parts.append(failure) }
    return parts.filter { !$0.isEmpty }.map { "  \($0)" }.joined()
  }

  private static let barWidth = 20
}

extension SourceStatus {
  func health(at now: Timestamp) -> Health {
    switch state {
    case .waiting: Health(.quiet, "new")
    case .down: Health(isStale(at: now) ? .critical : .warn, "down")
    case .up: isStale(at: now) ? Health(.warn, "late") : Health(.ok, "up")
    }
  }

  /// `answered 3 s ago, asked each 15 s, 12 rules`.
  func words(at now: Timestamp) -> String {
    let answered = lastAnswer.map { "answered \(Figures.ago($0, now))" } ?? "has not answered yet"
    if state == .down, let lastFailure { return "\(answered): \(lastFailure)" }
    return "\(answered), asked each \(Format.age(seconds: interval).shortText)"
      + (rules == 0 ? "" : ", \(rules) \(rules == 1 ? "rule" : "rules")")
  }
}
