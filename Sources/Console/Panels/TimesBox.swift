import Domain
import TextUI

/// Where the time of each version's requests goes, and how a version differs from the champion.
struct TimesBox {
  private let state: ConsoleState
  private let model: ModelSnapshot

  init(_ state: ConsoleState, _ model: ModelSnapshot) {
    self.state = state
    self.model = model
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel(rect.width < 44 ? "times" : "where the time goes", detail: state.pointedTime)
      .draw(in: rect, on: &grid, look: look)
    let times = model.measuredVersions.compactMap { name in
      VersionTimes(name, model, state.board).map { (name, $0) }
    }
    guard !times.isEmpty else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    let isNarrow = inner.width < 50
    let longest = times.map { $0.1.queue + $0.1.compute }.max() ?? 0
    var rows = times.map { name, own in
      (row(name, own, isNarrow: isNarrow, look), Optional(own))
    }
    if let (base, reference) = times.first(where: { $0.0 == model.deployment.champion }) {
      rows += times.filter { $0.0 != base }.map { name, own in
        // What is compared with what was there before it: with a version that has no part any more the champion.
        let isFormer = model.deployment.variant(of: name) == nil
        let row =
          isFormer
          ? difference(base, reference, name, own, look)
          : difference(name, own, base, reference, look)
        return (row, nil)
      }
    }
    let bar = max(0, min(26, inner.width - (isNarrow ? 32 : 54)))
    let table = Table(
      columns: [
        Table.Column("VERSION", .fixed(isNarrow ? 8 : 14)),
        Table.Column("P50", .fixed(8), align: .right, dropOrder: 1),
        Table.Column("P99", .fixed(8), align: .right),
        Table.Column("QUEUE", .fixed(8), align: .right, dropOrder: 2),
        Table.Column("COMPUTE", .fixed(8), align: .right, dropOrder: 3),
      ], rows: rows.map(\.0), gap: 1)
    let visible = table.draw(in: inner.inset(right: bar), on: &grid, look: look)
    guard bar >= 6 else { return }
    grid.write(
      legend(look), in: Rect(x: inner.lastX - bar + 2, y: inner.y, width: bar - 1, height: 1))
    for (line, index) in visible.enumerated() {
      guard let own = rows[index].1 else { continue }
      ShareBar(parts(own, look), maximum: longest).draw(
        in: Rect(x: inner.lastX - bar + 2, y: inner.y + 1 + line, width: bar - 2, height: 1),
        on: &grid, look: look)
    }
  }

  private func row(
    _ name: String, _ own: VersionTimes, isNarrow: Bool, _ look: Look
  ) -> Table.Row {
    let role = isNarrow ? "" : model.deployment.variant(of: name)?.name(isShort: false) ?? ""
    let isSlow = own.p99 > (model.objective?.latency ?? .infinity)
    return Table.Row([
      look.text(name) + look.text(" \(role)", .quiet), Figures.latency(own.p50, look),
      Figures.latency(own.p99, look, isSlow ? .critical : .normal),
      Figures.latency(own.queue, look), Figures.latency(own.compute, look),
    ])
  }

  /// Signed: what the version takes more, or less, than the other.
  private func difference(
    _ name: String, _ own: VersionTimes, _ base: String, _ reference: VersionTimes, _ look: Look
  ) -> Table.Row {
    func signed(_ path: KeyPath<VersionTimes, Double>) -> StyledText {
      let more = own[keyPath: path] - reference[keyPath: path]
      return look.text(Figures.difference(microseconds: more))
    }
    let minus = look.glyphs.isUnicode ? "\u{2212}" : "-"
    return Table.Row([
      look.text("\(name) \(minus) \(base)", .quiet), signed(\.p50), signed(\.p99), signed(\.queue),
      signed(\.compute),
    ])
  }

  /// The pair that stays apart in every theme.
  static let queueSeries = 1
  static let computeSeries = 2

  private func parts(_ own: VersionTimes, _ look: Look) -> [ShareBar.Part] {
    [
      ShareBar.Part("queue", own.queue, style: look.theme.series(Self.queueSeries)),
      ShareBar.Part("compute", own.compute, style: look.theme.series(Self.computeSeries)),
    ]
  }

  private func legend(_ look: Look) -> StyledText {
    ShareBar(parts(VersionTimes(p50: 0, p99: 0, queue: 1, compute: 1), look)).legend(look)
  }

  private var empty: EmptyState {
    let slots = VersionTimes.measures.map { QueryBoard.Slot.times($0, model: model.name) }
    if let failure = slots.compactMap(state.board.failure).first {
      return EmptyState("the times cannot be read: \(failure)", tone: .warn)
    }
    let isKnown = slots.allSatisfy { state.board.series($0) != nil }
    return EmptyState(isKnown ? "no request here" : state.waiting(slots[0]) ?? "reading the times")
  }
}
