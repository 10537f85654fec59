import Domain

extension ConsoleState {
  /// A line for each alert, also for those that follow from another.
  var alertsTable: String {
    var table = CSVText([
      "id", "rule", "model", "version", "severity", "state", "value", "bound", "active_since",
      "fired_at", "resolved_at", "acknowledged_by", "silenced_by", "cause", "summary",
      "owner",
    ])
    for alert in listedAlerts.flatMap(\.members) {
      table.append([
        .text("\(alert.id)"), .text(alert.name), .text(alert.model ?? ""),
        .text(alert.version ?? ""), .text(alert.severity.rawValue), .text(alert.state.rawValue),
        .number(alert.value), .text(alert.bound ?? ""), utc(alert.activeAt.seconds),
        alert.firedAt.map { utc($0.seconds) } ?? "", alert.resolvedAt.map { utc($0.seconds) } ?? "",
        .text(alert.acknowledgement?.by ?? ""),
        .text(alert.silencedBy.joined(separator: " ")),
        .text(alert.inhibitedBy.map { "\($0)" } ?? ""), .text(alert.summary),
        .text(alert.owner ?? ""),
      ])
    }
    return table.text
  }
}
