import Domain
import TextUI

/// Other servers whose series are asked for: a line each, with its state, its age, and why it gave no answer.
struct SourcesBox {
  private let sources: [SourceStatus]
  private let now: Timestamp

  init(_ sources: [SourceStatus], now: Timestamp) {
    self.sources = sources
    self.now = now
  }

  /// With an empty line above them.
  var height: Int { sources.isEmpty ? 0 : sources.count + 1 }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let rows = sources.enumerated().map { index, source in
      Table.Row([
        index == 0 ? StyledText("sources", look.theme.title) : "", look.text(source.name),
        Figures.status(source.health(at: now), look),
        look.text(source.words(at: now), source.state == .down ? .normal : .quiet),
      ])
    }
    Table(
      columns: [
        Table.Column("", .fixed(8)), Table.Column("", .fixed(max(14, min(30, rect.width / 4)))),
        Table.Column("", .fixed(7)), Table.Column("", .flexible(minimum: 20)),
      ], rows: rows, showsHeader: false, gap: 2
    ).draw(in: rect.inset(top: 1), on: &grid, look: look)
  }
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
