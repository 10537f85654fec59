import Domain
import TextUI

/// Answers to a page's checks as text.
enum RunbookValues {
  /// More series than a line can hold are counted.
  static let shown = 4

  /// - Parameters:
  ///   - model: of the alert that the page is read for: its series alone, or those of no model.
  ///   - collecting: versions of that model of which it is not known yet, which is not 0.
  static func text(
    _ answer: MetricAnswer, model: String?, collecting: [String] = [], _ look: Look
  ) -> StyledText {
    var results = answer.results
    if let model {
      let own = results.filter { $0.labels["model"] == model }
      // Another model's figures say nothing here; what is no model's may.
      results = own.isEmpty ? results.filter { $0.labels["model"] == nil } : own
    }
    guard !results.isEmpty || !collecting.isEmpty else { return look.text("-", .quiet) }
    var values = results.map { ($0, $0.points.last.flatMap { Double($0.value) }) }
      .sorted { order($0.1) > order($1.1) }
    // Nothing of a kind is news only where there is nothing else.
    let zeros = values.count { $0.1 == 0 }
    if values.count > shown, zeros < values.count { values.removeAll { $0.1 == 0 } }
    let named = names(of: results, model: model)
    let parts = values.prefix(shown).map { result, value in
      let number = value.map(number) ?? "-"
      let name = named(result)
      return look.text(name.isEmpty ? "" : "\(name): ", .quiet)
        + StyledText(number, look.theme.text.bold)
    }
    let rest = results.count - parts.count
    let told = Set(results.compactMap { $0.labels["version"] })
    let unknown = collecting.filter { !told.contains($0) }
      .map { look.text("\($0): collecting", .quiet) }
    return StyledText.joined(parts + unknown, separator: look.text("  ", .quiet))
      + look.text(rest > 0 ? "  \(rest) more" : "", .quiet)
  }

  static func number(_ value: Double) -> String {
    value.isNaN ? "no data" : value.isInfinite ? (value > 0 ? "inf" : "-inf") : Alert.number(value)
  }

  private static func order(_ value: Double?) -> Double {
    guard let value, !value.isNaN else { return -.infinity }
    return value
  }

  /// What tells one series from the others: the labels in which they differ.
  private static func names(
    of results: [MetricAnswer.Result], model: String?
  ) -> (MetricAnswer.Result) -> String {
    let keys = Set(results.flatMap(\.labels.keys)).subtracting(["__name__"]).filter { key in
      results.contains { $0.labels[key] != results[0].labels[key] }
        || (results.count == 1 && key != "model" && key != "instance")
    }.sorted { ($0 == "model" ? 0 : 1, $0) < ($1 == "model" ? 0 : 1, $1) }
    return { result in keys.compactMap { result.labels[$0] }.joined(separator: " ") }
  }
}

extension ConsoleState {
  /// A page as it is shown: with the values of its checks, what can be done, and which steps are done.
  func document(of page: Runbook, _ look: Look = Look()) -> MarkdownDocument {
    let alert = readAlert
    var page = page
    if let advice = accuracyAdvice(on: page, for: alert) { page.frontMatter.firstAction = advice }
    // To say again what was done would have it done twice.
    if let done = alert.flatMap(recovery) {
      page.frontMatter.firstAction =
        "done since: \(done.subject) at \(wall.time(done.switchedAt)); watch whether it helps before more is done"
    }
    return MarkdownDocument(
      page, ticked: tickedSteps(of: page), actions: RunbookActions(self, page, alert).entries(look)
    ) { check in
      let slot = QueryBoard.Slot.metric(check.query)
      if let failure = board.failure(slot) { return look.text(failure, .warn) }
      guard let answer = board.metric(slot) else { return look.text("asking", .quiet) }
      let model = alert?.model.flatMap { shown?.model($0) }
      return RunbookValues.text(
        answer, model: alert?.model, collecting: model?.collecting(check) ?? [], look)
    }
  }
}

extension ModelSnapshot {
  /// The versions of which what a check asks for is not known yet: no window of theirs was finished, or no block of labels.
  func collecting(_ check: RunbookCheck) -> [String] {
    guard let judgement, !check.query.contains(where: { "<>=".contains($0) }) else { return [] }
    var versions: [String] = []
    if check.query.contains("vigia_drift_") {
      versions += judgement.drift.filter { $0.state == .collecting || $0.state == .noReference }
        .map(\.version)
    }
    if check.query.contains("vigia_block_") {
      versions += judgement.concept.filter { $0.last == nil }.map(\.version)
    }
    return versions
  }
}
