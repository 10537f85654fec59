import Domain
import PromQL

/// An expression over a source's series, as a person put it into the configuration. It is the source that reads it.
package struct SourcePanelRule: Sendable, Equatable {
  package var title: String
  package var expression: String

  package init(title: String, expression: String) {
    self.title = title
    self.expression = expression
  }
}

/// What a source's panels showed lately.
struct SourcePanelBoard: Sendable {
  private(set) var panels: [SourcePanel]
  /// Of each panel, by its lines' labels.
  private var values: [[String: [Double?]]]

  /// A snapshot goes to every console: a line is some 200 bytes of it, each interval.
  static let linesMax = 4
  static let valuesMax = 30
  private static let labelsMax = 80

  init(_ rules: [SourcePanelRule]) {
    panels = rules.map { SourcePanel(title: $0.title) }
    values = rules.map { _ in [:] }
  }

  mutating func take(_ answer: MetricAnswer, of position: Int, at now: Timestamp) {
    guard answer.kind == .vector || answer.kind == .scalar else {
      return fail("its value is not a vector or scalar", at: position)
    }
    let found = answer.results.map { result in
      (LabelSet(result.labels), result.points.first.flatMap { Double($0.value) })
    }.sorted { $0.0 < $1.0 }
    var past: [String: [Double?]] = [:]
    let shown = found.prefix(Self.linesMax).map { labels, value -> SourcePanel.Line in
      let name = Self.text(labels)
      let earlier = values[position][name] ?? []
      let all = Array((earlier + [value?.isFinite == true ? value : nil]).suffix(Self.valuesMax))
      past[name] = all
      return SourcePanel.Line(labels: name, values: all)
    }
    values[position] = past
    panels[position].lines = shown
    panels[position].more = found.count - shown.count
    panels[position].at = now
    panels[position].failure = nil
  }

  /// Its lines stay as they were.
  mutating func fail(_ reason: String, at position: Int) { panels[position].failure = reason }

  private static func text(_ labels: LabelSet) -> String {
    let bare = labels.withoutName
    guard !bare.isEmpty else { return "" }
    let text = bare.description
    return text.count > labelsMax ? text.prefix(labelsMax - 3) + "..." : text
  }
}
