import Domain
import TextUI

/// The objectives of one model, and how fast their budgets are spent.
struct ObjectivesBox {
  private let model: ModelSnapshot

  private let isPast: Bool

  /// - Parameter isPast: it was recorded, and this is not.
  init(_ model: ModelSnapshot, isPast: Bool) {
    self.model = model
    self.isPast = isPast
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel("objectives", detail: "\(model.name)  burn rates by window").draw(
      in: rect, on: &grid, look: look)
    let objectives = model.judgement?.objectives ?? []
    guard !objectives.isEmpty else {
      EmptyState(
        isPast
          ? "how far objectives were met is not recorded"
          : model.objective == nil
            ? "\(model.name) has no objectives: they are set under models in vigia.yaml"
            : "the objectives are not judged yet"
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let isWide = inner.width >= 110
    let parts = inner.rows([.fixed(objectives.count + 1), .rest])
    let windows = objectives[0].windows.map(\.long)
    Table(
      columns: [
        Table.Column("OBJECTIVE", .fixed(12)), Table.Column("TARGET", .fixed(8), align: .right),
        Table.Column(
          objectives.contains { $0.isProjected == true } ? "SO FAR" : "30 DAYS", .fixed(8),
          align: .right),
        Table.Column("BUDGET LEFT", .fixed(isWide ? 21 : 13)),
        Table.Column("EMPTY IN", .fixed(8), align: .right, dropOrder: 1),
      ]
        + windows.map { Table.Column(Self.name($0), .fixed(isWide ? 12 : 7), align: .right) },
      rows: objectives.map { row($0, isWide, look) }, gap: isWide ? 2 : 1
    ).draw(in: parts[0], on: &grid, look: look)
    for (index, one) in objectives.enumerated() where index < parts[1].height {
      grid.write(
        look.text("\(one.name): \(one.words)", .quiet), in: parts[1].row(index).inset(left: 1),
        ellipsis: look.glyphs.ellipsis)
    }
  }

  private func row(_ objective: ObjectiveSummary, _ isWide: Bool, _ look: Look) -> Table.Row {
    let tone = objective.health.tone
    let attained = objective.attainedTone
    let left = objective.budgetLeft
    let bar = left.map {
      Figures.bar($0, width: isWide ? 10 : 4, tone == .ok ? .accent : tone, look)
    }
    return Table.Row(
      [
        look.text(objective.name), Figures.nines(objective.target).styled(look),
        objective.attained.map {
          Figures.nines($0).styled(look, attained == .ok ? .normal : attained)
        }
          ?? look.text("-", .quiet),
        (bar.map { $0 + " " } ?? "")
          + (left.map { look.status(tone, Figures.signedPercent($0)) }
            ?? look.text("no request yet", .quiet)),
        objective.emptyIn.map {
          Format.age(seconds: $0).styled(look, objective.emptySoon == nil ? .normal : tone)
        } ?? look.text("-", .quiet),
      ] + objective.windows.map { burn($0, isWide, look) })
  }

  /// Multiples of the rate that just lasts, and the one that alerts.
  private func burn(_ burn: ObjectiveSummary.Burn, _ isWide: Bool, _ look: Look) -> StyledText {
    guard let long = burn.longBurn else {
      return look.text(isWide ? "not filled" : "-", .quiet)
    }
    let number = long < 99.95 ? Format.decimal(long, places: 1) : Format.compact(long)
    let limit =
      isWide ? look.text(" of \(Format.decimal(burn.threshold, places: 1))", .quiet) : ""
    return burn.isFiring
      ? look.status(.critical, "\(number)x") + limit : look.text("\(number)x") + limit
  }

  private static func name(_ seconds: Int64) -> String {
    seconds < 86_400 ? "\(seconds / 3_600) H" : "\(seconds / 86_400) D"
  }
}
