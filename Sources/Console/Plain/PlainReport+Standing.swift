import Domain
import TextUI

extension PlainReport {
  /// Everything that stands now, a line each.
  func standing(_ snapshot: SystemSnapshot) -> [PlainLine] {
    var lines: [PlainLine] = []
    func add(_ subject: String, _ text: String) {
      lines.append(PlainLine(snapshot.time, subject, text))
    }
    if case .ready = snapshot.engine {} else { add("engine", snapshot.engine.plainText) }
    if let paused = snapshot.store.paused { add("store", "telemetry is not written: \(paused)") }
    let health = snapshot.versionHealth
    for row in snapshot.servingRows {
      guard let model = snapshot.model(row.model), let version = model.version(row.version) else {
        continue
      }
      let role = version.variant.map { $0.name(isShort: false) } ?? "no traffic"
      let share =
        version.variant == .shadow || version.variant == nil
        ? "" : " with \(Format.wholePercent(version.share).text) of the requests"
      let spoken = health.of(version, in: model).spoken
      add(
        "model",
        "\(row.model) \(row.version), \(role)\(share): \(spoken), \(version.recent.plainText)"
      )
    }
    for alert in snapshot.alerts where alert.isFiring { add("alert", "fires, \(alert.plainText)") }
    for recovery in snapshot.recoveries { add("proof", recovery.line.text) }
    for notice in snapshot.plainNotices { add("notice", notice) }
    return lines
  }
}

extension SystemSnapshot {
  /// How everything stands in one line: what is well is only named.
  var statusText: String {
    let health = versionHealth
    let rows = servingRows.compactMap { row -> (ModelVersion, Health, RecentFigures)? in
      guard let model = model(row.model), let version = model.version(row.version) else {
        return nil
      }
      return (row, health.of(version, in: model), version.recent)
    }
    let troubled = rows.filter { $0.1.tone == .critical || $0.1.tone == .warn }
    let calm = rows.count - troubled.count
    var parts = [Format.rate(requestRate).text]
    parts += troubled.map { "\($0.0.model) \($0.0.version) \($0.1.spoken), \($0.2.plainText)" }
    if calm > 0 {
      parts.append(
        troubled.isEmpty
          ? "all \(calm) versions that serve are well"
          : "the other \(calm) \(calm == 1 ? "version is" : "versions are") well")
    }
    // That alerting works is no alert for anybody.
    let firing = alerts.filter { $0.needsSomebody && $0.severity > .info }
    if let gravest = firing.max(by: { $0.severity < $1.severity }) {
      let rest = firing.count == 1 ? "" : " and \(firing.count - 1) more"
      parts.append("\(gravest.name)\(rest) \(firing.count == 1 ? "fires" : "fire")")
    } else {
      parts.append(
        alertRules == 0
          ? "no rules that alert: nobody would be alerted" : "no alert needs anybody")
    }
    return parts.joined(separator: "; ")
  }
}
