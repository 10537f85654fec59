import Domain
import Foundation

extension DemoSummary {
  /// The same for a person: a table of versions, then the audit's lines.
  package func text() -> String {
    var lines = [
      "\(requests) requests, \(Self.decimal(rate, 1))/s, \(failures) failed"
    ]
    var rows = [["version", "requests", "errors", "p50 ms", "p99 ms", "accuracy"]]
    let ordered = versions.keys.sorted { Self.version($0) < Self.version($1) }
    for name in ordered {
      guard let version = versions[name] else { continue }
      rows.append([
        name, "\(version.requests)", "\(version.errors)",
        version.p50.map { Self.decimal($0 / 1_000, 2) } ?? "-",
        version.p99.map { Self.decimal($0 / 1_000, 2) } ?? "-",
        version.accuracy.map { Self.decimal($0 * 100, 1) + " %" } ?? "-",
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }
      lines.append(cells.joined(separator: "  "))
    }
    for entry in audit {
      lines.append(
        "#\(entry.sequence) \(entry.action) by \(entry.principal.name): \(entry.summary)")
    }
    if let incident { lines += Self.text(incident) }
    return lines.joined(separator: "\n")
  }

  private static func text(_ incident: Incident) -> [String] {
    var lines = incident.alerts.map { "\(incident.name): \($0.words)" }
    if incident.alerts.isEmpty { lines.append("\(incident.name): no alert fired") }
    for (client, flood) in (incident.floods ?? [:]).sorted(by: { $0.key < $1.key }) {
      lines.append(
        "\(client): \(flood.requests) requests, \(flood.answered) answered, \(flood.refused) refused, "
          + "\(flood.failed) failed")
    }
    return lines
  }

  private static func version(_ name: String) -> ModelVersion {
    let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
    return ModelVersion(model: parts.first ?? "", version: parts.count > 1 ? parts[1] : "")
  }

  private static func decimal(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}
