import Domain
import TextUI

/// How right the champion was, a line a day, for the days that have labels.
struct DaysBox {
  private let state: ConsoleState
  private let model: ModelSnapshot

  init(_ state: ConsoleState, _ model: ModelSnapshot) {
    self.state = state
    self.model = model
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let champion = model.deployment.champion
    let slot = QueryBoard.Slot.judgements(.quality, model: model.name, version: champion)
    let inner = Panel("by day", detail: "\(model.name) \(champion)  last 7 days").draw(
      in: rect, on: &grid, look: look)
    let history = state.board.judgements(.quality, model: model.name, version: champion)
    let days = Day.days(history?.blocks ?? [], state.wall)
    guard !days.isEmpty else {
      let failure = state.board.failure(slot)
      EmptyState(
        failure.map { "the days cannot be read: \($0). Asked again every 5 s." }
          ?? state.waiting(slot)
          ?? (history == nil ? "reading" : "no block of labelled predictions is judged yet"),
        hints: history == nil || failure != nil ? [] : [Hint("4", "labels and blocks")],
        tone: failure == nil ? .quiet : .warn
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let isRegression = days.contains { $0.error.mean != nil }
    Table(
      columns: [
        Table.Column("DAY", .fixed(10)), Table.Column("LABELLED", .fixed(10), align: .right),
        Table.Column("OF ROWS", .fixed(8), align: .right),
      ]
        + (isRegression
          ? [Table.Column("MEAN ERROR", .fixed(10), align: .right)]
          : [
            Table.Column("ACCURACY", .fixed(8), align: .right), Table.Column("", .fixed(20)),
            Table.Column("NO-CHANGE", .fixed(9), align: .right),
          ]),
      rows: days.reversed().map { row($0, isRegression: isRegression, look) },
      gap: inner.width < 100 ? 1 : 2
    ).draw(in: inner, on: &grid, look: look)
  }

  private func row(_ day: Day, isRegression: Bool, _ look: Look) -> Table.Row {
    let today = state.wall.date(state.shownTime)
    let share = Double(day.labelled) / Double(max(1, day.rows))
    let head = [
      look.text(day.name == today ? "today" : day.name, .quiet),
      look.text(Format.count(day.labelled)), Format.wholePercent(share).styled(look),
    ]
    func text(_ value: Double?, _ format: (Double) -> String) -> StyledText {
      value.map { look.text(format($0)) } ?? look.text("-", .quiet)
    }
    if isRegression {
      return Table.Row(head + [text(day.error.mean, Figures.magnitude)])
    }
    return Table.Row(
      head + [
        text(day.accuracy.mean, Format.score),
        day.accuracy.mean.map { Figures.bar($0, width: 20, .accent, look) } ?? "",
        text(day.noChange.mean, Format.score),
      ])
  }

  /// The blocks of one day together, by the labels in each.
  struct Day {
    struct Mean {
      private var sum = 0.0
      private var weight = 0

      var mean: Double? { weight > 0 ? sum / Double(weight) : nil }

      mutating func add(_ value: Double?, _ count: Int) {
        guard let value, count > 0 else { return }
        sum += value * Double(count)
        weight += count
      }
    }

    let name: String
    var rows = 0
    var labelled = 0
    var accuracy = Mean()
    var noChange = Mean()
    var error = Mean()

    /// Oldest first; a block belongs to the day in which it ends.
    static func days(_ blocks: [QualityBlock], _ wall: Wall) -> [Day] {
      var days: [Day] = []
      for block in blocks {
        let name = wall.date(Timestamp(seconds: block.to - 1))
        if days.last?.name != name { days.append(Day(name: name)) }
        let last = days.count - 1
        days[last].rows += block.rows
        days[last].labelled += block.labelled
        days[last].accuracy.add(block.accuracy, block.labelled)
        days[last].noChange.add(block.noChange, block.labelled)
        days[last].error.add(block.absoluteError, block.labelled)
      }
      return days
    }
  }
}
