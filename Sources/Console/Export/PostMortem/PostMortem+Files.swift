import Domain
import Foundation
import TextUI

extension PostMortem {
  /// The draft, its charts and all of its facts: `NAME.md`, `NAME.latency.svg`, `NAME.json` ...
  package var export: ScreenExport {
    let digits = Wall(offset: 0).dateAndTime(madeAt).filter(\.isNumber)
    let name = "\(report.incident.id)-\(digits.prefix(8))-\(digits.suffix(6))"
    let charts = charts
    return ScreenExport(
      name: name,
      files: [.init(ending: "md", text: markdown(charts: charts.map(\.0), name: name))]
        + charts.map { .init(ending: "\($0).svg", text: $1.svg) }
        + [.init(ending: "json", text: json)])
  }

  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Figures come from a store that keeps only finite ones; a value of this type always encodes.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
  }

  private var charts: [(String, ChartPicture)] {
    let model = report.incident.model ?? "all models"
    let latency = lines(.latencyP50, "p50") + lines(.latencyP99, "p99")
    return [
      (
        "latency",
        chart(
          "latency of \(model)", latency, objective: objective?.latency
        ) { Format.latency(microseconds: $0).text }
      ),
      (
        "errors",
        chart(
          "share of requests that failed, \(model)", lines(.errorShare),
          objective: objective.map { 1 - $0.availability }
        ) { Format.percent($0).text }
      ),
      (
        "traffic",
        chart("requests a second by version, \(model)", lines(.requestRate)) {
          Format.rate($0).text
        }
      ),
    ] + quality(model)
  }

  /// Of models whose labels came in the window.
  private func quality(_ model: String) -> [(String, ChartPicture)] {
    let accuracy = lines(.accuracy).filter(\.hasValues)
    let error = lines(.absoluteError).filter(\.hasValues)
    return
      (accuracy.isEmpty
      ? []
      : [
        (
          "accuracy",
          chart("share of labelled predictions that were right, \(model)", accuracy) {
            Format.percent($0).text
          }
        )
      ])
      + (error.isEmpty
        ? []
        : [("error", chart("mean absolute error, \(model)", error) { Format.compact($0) })])
  }

  private func chart(
    _ title: String, _ lines: [ChartPicture.Line], objective: Double? = nil,
    _ format: @escaping (Double) -> String
  ) -> ChartPicture {
    ChartPicture(
      title: title, format: format, window: window, lines: lines, objective: objective,
      marks: marks)
  }

  private func lines(_ measure: SeriesQuery.Measure, _ suffix: String = "") -> [ChartPicture.Line] {
    (series[measure.rawValue]?.lines ?? []).map { line in
      let version = line.version.map { report.incident.model == nil ? "\($0)" : $0.version }
      let name = [version ?? "all", suffix].filter { !$0.isEmpty }.joined(separator: " ")
      return ChartPicture.Line(name: name, values: line.values)
    }
  }

  /// When it began and was seen, and what was done about it.
  private var marks: [ChartPicture.Mark] {
    let incident = report.incident
    var marks = [ChartPicture.Mark(time: incident.openedAt, label: "\(incident.id) opened")]
    if let detection = incident.detection {
      marks.insert(
        .init(time: incident.firstSign?.activeAt ?? detection.activeAt, label: "first true"), at: 0)
    }
    marks =
      changesBefore.suffix(4).map { row in
        ChartPicture.Mark(time: row.time, label: "\(row.action) to \(row.toVersion ?? "")")
      } + marks
    for entry in report.entries {
      guard case .action(let act) = entry.kind, act.outcome != .refused else { continue }
      let to = act.to.map { " to \($0)" } ?? ""
      marks.append(.init(time: entry.time, label: "\(act.name)\(to)"))
    }
    if let mitigation = incident.mitigation {
      marks.append(.init(time: mitigation.at, label: "mitigated"))
    }
    return marks
  }
}

extension ChartPicture.Line {
  fileprivate var hasValues: Bool { values.contains { $0 != nil } }
}
