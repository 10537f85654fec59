import Domain
import TextUI

/// What the rule of an alert looks at, over time, with its bound and the changes.
struct AlertChart {
  private let state: ConsoleState
  private let alert: Alert

  init(_ state: ConsoleState, _ alert: Alert) {
    self.state = state
    self.alert = alert
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel(
      "value", detail: "last \(state.panelSpan.name)",
      value: look.text(alert.valueText, alert.isFiring ? alert.severity.tone : .normal)
    ).draw(in: rect, on: &grid, look: look)
    guard let series = state.series(of: alert), series.contains(where: { $0 != nil }) else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    let (bound, scale) = (alert.boundNumber, alert.scale)
    var chart = LineChart(
      series: [
        .init(alert.subject.isEmpty ? "value" : alert.subject, series, style: look.theme.series(0))
      ],
      levels: bound.map { [PlotLevel($0, label: scale.bound($0).text)] } ?? [],
      time: state.timeAxis(model: alert.model ?? "", chart: inner.width), showsLegend: false,
      label: { scale.value($0).text })
    chart.isStepped = alert.isFlag
    // The series lags some seconds behind the value that stands above it.
    if let value = alert.value, value.isFinite {
      chart.axis = ValueAxis(
        .linear, fitting: series.compactMap(\.self) + [value] + [bound].compactMap(\.self))
    }
    chart.draw(in: inner, on: &grid, look: look)
  }

  private var empty: EmptyState {
    let slot = QueryBoard.Slot.alertSeries(alert.id)
    guard alert.measure != nil else {
      return EmptyState("this server does not say what its rule looks at")
    }
    if let failure = state.board.failure(slot) {
      return EmptyState("cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    guard state.board.metric(slot) != nil else {
      return EmptyState(state.waiting(slot) ?? "reading")
    }
    if state.showsPast {
      return EmptyState("its series is not kept for that time")
    }
    let age = state.serverNow.secondsSince(alert.activeAt)
    if alert.value != nil, alert.state != .resolved, age < Double(2 * state.chartSpan.step) + 10 {
      return EmptyState("true since \(state.wall.time(alert.activeAt)): too new to be drawn")
    }
    return EmptyState("its series has no value in the last \(state.panelSpan.name)")
  }
}

extension ConsoleState {
  /// The alert's own series by column of the chart; nil before it came.
  func series(of alert: Alert) -> [Double?]? {
    guard let answer = board.metric(.alertSeries(alert.id)) else { return nil }
    let span = chartSpan
    var columns = [Double?](repeating: nil, count: span.columnCount)
    for point in alert.points(in: answer) {
      guard let column = span.column(of: point.time) else { continue }
      columns[column] = point.value
    }
    return columns
  }
}

extension Alert {
  /// Of the answer to its measure those of its own series: whose labels are all the alert's, else the only one of which no
  /// label says otherwise than the alert's.
  func points(in answer: MetricAnswer) -> [(time: Int64, value: Double)] {
    let near = answer.results.filter { result in
      result.labels.allSatisfy {
        $0.key == "__name__" || $0.value == labels[$0.key, default: $0.value]
      }
    }
    let whole = near.first { result in
      result.labels.allSatisfy { $0.key == "__name__" || labels[$0.key] != nil }
    }
    let own = whole ?? (near.count == 1 ? near.first : nil)
    return (own?.points ?? []).compactMap { point in
      guard let value = Double(point.value), value.isFinite else { return nil }
      return (point.time / 1_000, value)
    }
  }
}
