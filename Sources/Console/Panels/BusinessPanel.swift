import Domain
import TextUI

/// What each model is worth: objectives, accuracy, cost, satisfaction. The page to show to others: no figure
/// on it needs the other panels.
struct BusinessPanel {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot) {
    self.state = state
    self.snapshot = snapshot
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let isWide = rect.width >= 110
    let models = snapshot.models
    let wanted = models.count + (isWide ? 5 : 3)
    let rows = rect.rows([
      .fixed(min(wanted, max(5, rect.height / 2))), .fixed(7), .rest,
    ])
    let inner = Panel(
      "business", detail: "last 24 h, objectives over 30 days", hotkey: "B", isFocused: true
    ).draw(in: rows[0], on: &grid, look: look)
    Table(
      columns: columns(isWide), rows: models.map { row($0, isWide, look) },
      selection: models.firstIndex { $0.name == state.selected?.model.name },
      headerGap: isWide ? 1 : 0, gap: isWide ? 2 : 1
    ).draw(in: inner, on: &grid, look: look)
    guard let model = state.selected?.model else { return }
    ObjectivesBox(model, isPast: state.isPast).draw(in: rows[1], on: &grid, look: look)
    DaysBox(state, model).draw(in: rows[2], on: &grid, look: look)
  }

  private func columns(_ isWide: Bool) -> [Table.Column] {
    [
      Table.Column("MODEL", .flexible(minimum: 11, maximum: 24)),
      Table.Column(isWide ? "PREDICTIONS" : "PREDICT.", .fixed(isWide ? 11 : 8), align: .right),
      Table.Column("ACCURACY", .fixed(8), align: .right),
      Table.Column("LABELLED", .fixed(8), align: .right, dropOrder: 3),
      Table.Column(isWide ? "COST PER 1000" : "PER 1000", .fixed(isWide ? 13 : 11), align: .right),
      Table.Column("WITH IDLE TIME", .fixed(14), align: .right, dropOrder: 2),
      Table.Column(
        isWide ? "SATISFACTION" : "SATISF.", .fixed(isWide ? 14 : 7), align: .right),
      Table.Column(isWide ? "AVAILABILITY" : "AVAILABLE", .fixed(isWide ? 12 : 10)),
      Table.Column("IN TIME", .fixed(isWide ? 12 : 10)),
      Table.Column("BUDGET LEFT", .fixed(11), align: .right, dropOrder: 1),
    ]
  }

  private func row(_ model: ModelSnapshot, _ isWide: Bool, _ look: Look) -> Table.Row {
    let name = StyledText(model.name, look.theme.text.bold)
    let judgement = model.judgement
    let figures = judgement?.business
    func objective(_ kind: ObjectiveSummary.Kind) -> StyledText {
      guard let found = judgement?.objectives.first(where: { $0.kind == kind }) else {
        return look.text(state.isPast ? "not kept" : "no target", .quiet)
      }
      return found.attained.map {
        look.status(found.health.tone, Figures.nines($0, isNarrow: !isWide).text)
      } ?? look.text("no data", .quiet)
    }
    return Table.Row([
      name, figures.map { predictions($0, isWide, look) } ?? dash(look),
      figures?.accuracy.map { look.text(Format.score($0)) } ?? dash(look),
      figures.map { look.text(Format.compact(Double($0.labelled)), .quiet) } ?? dash(look),
      cost(figures?.costPerThousand, figures, look),
      cost(figures?.fullCostPerThousand, figures, look), satisfaction(figures, isWide, look),
      objective(.availability), objective(.latency), Figures.budget(judgement, look),
    ])
  }

  private func predictions(
    _ figures: BusinessFigures, _ isWide: Bool, _ look: Look
  ) -> StyledText {
    look.text(
      isWide
        ? Format.count(Int(figures.predictions)) : Format.compact(Double(figures.predictions)))
  }

  private func dash(_ look: Look) -> StyledText { look.text("-", .quiet) }

  private func cost(
    _ cost: Double?, _ figures: BusinessFigures?, _ look: Look
  ) -> StyledText {
    guard let cost else { return figures == nil ? dash(look) : look.text("no price", .quiet) }
    return Figures.money(cost, figures?.currency ?? "").styled(look)
  }

  /// The mean of the scores in their own unit, and of how many.
  private func satisfaction(
    _ figures: BusinessFigures?, _ isWide: Bool, _ look: Look
  ) -> StyledText {
    guard let figures, let mean = figures.satisfaction else { return dash(look) }
    let count =
      isWide ? look.text(" of \(Format.compact(Double(figures.satisfactionCount)))", .quiet) : ""
    return look.text(Figures.magnitude(mean)) + count
  }
}
