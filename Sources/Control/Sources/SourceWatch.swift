import Alerting
package import Domain
import PromQL

/// Asks one source, a question at a time, and knows how it stands.
///
/// Where not even the simplest question is answered, the round ends: what is left of it is "no data", not asked, so that a
/// source that is gone costs two time limits and not one for each rule. Then it is left alone for longer and longer, up to a
/// minute, and asked whether it is back before its rules are.
package actor SourceWatch {
  package typealias Ask =
    @Sendable (MetricQuery) async -> Result<MetricAnswer, SeriesSourceFailure>

  package nonisolated let rules: SourceRules
  private nonisolated let ask: Ask
  private var status: SourceStatus?
  private var askedAt: Timestamp?
  /// Rounds in a row at whose end it was silent.
  private var failures = 0
  /// By the position of the group.
  private var evaluatedAt: [Int: Timestamp] = [:]
  private var board: SourcePanelBoard
  private var boardAt: Timestamp?
  private var isLooking = false
  private var isSilent: Bool { status?.state == .down }

  /// Series that one rule may find: more is a mistake in the rule.
  private static let seriesMax = 5_000
  /// Labels go into every message and every row about an alert.
  private static let labelBytesMax = 4_096
  private static let longestPause = 60.0

  package init(_ rules: SourceRules, ask: @escaping Ask) {
    self.rules = rules
    self.ask = ask
    board = SourcePanelBoard(rules.panels)
  }

  /// Before the first question.
  nonisolated func status(since now: Timestamp) -> SourceStatus {
    SourceStatus(
      name: rules.name, address: rules.address, interval: Double(rules.interval) / 1_000,
      since: now, rules: rules.groups.reduce(0) { $0 + $1.rules.count },
      panels: rules.panels.map { SourcePanel(title: $0.title) })
  }

  /// A question of a person.
  nonisolated func answer(
    _ question: MetricQuery
  ) async throws(SeriesSourceFailure) -> MetricAnswer { try await ask(question).get() }

  /// Asks what is to be asked by now; nothing, where nothing is.
  func look(now: Timestamp) async -> (status: SourceStatus, evaluations: [SourceEvaluation]) {
    let known = status ?? self.status(since: now)
    status = known
    guard !isLooking, hasPaused(now) else { return (known, []) }
    let due = rules.groups.indices.filter { isDue($0, now) }
    let isBoardDue = !rules.panels.isEmpty && hasPassedInterval(since: boardAt, now)
    guard !due.isEmpty || isBoardDue || hasPassedInterval(since: askedAt, now) else {
      return (known, [])
    }
    isLooking = true
    defer { isLooking = false }
    askedAt = now
    let isThere = due.isEmpty || failures > 0 ? await isAnswering(now) : true
    var evaluations: [SourceEvaluation] = []
    for position in due {
      evaluatedAt[position] = now
      evaluations.append(await evaluate(rules.groups[position], now, isThere: isThere))
    }
    if isBoardDue, isThere { await lookAtPanels(now) }
    failures = isSilent ? failures + 1 : 0
    return (status ?? known, evaluations)
  }

  // MARK: When

  private func hasPaused(_ now: Timestamp) -> Bool {
    guard failures > 0, let askedAt else { return true }
    let pause = Double(rules.interval) / 1_000 * Double(1 << min(failures - 1, 6))
    return hasPassed(
      min(pause, max(Self.longestPause, Double(rules.interval) / 1_000)), askedAt, now)
  }

  private func isDue(_ position: Int, _ now: Timestamp) -> Bool {
    guard let before = evaluatedAt[position] else { return true }
    let interval = rules.groups[position].interval ?? rules.interval
    return hasPassed(Double(interval) / 1_000, before, now)
  }

  private func hasPassedInterval(since before: Timestamp?, _ now: Timestamp) -> Bool {
    before.map { hasPassed(Double(rules.interval) / 1_000, $0, now) } ?? true
  }

  /// A clock that was set back does not keep a source from being asked.
  private func hasPassed(_ seconds: Double, _ before: Timestamp, _ now: Timestamp) -> Bool {
    let passed = now.secondsSince(before)
    return passed >= seconds || passed < 0
  }

  // MARK: Asking

  private func evaluate(
    _ group: RuleGroup, _ now: Timestamp, isThere: Bool
  ) async -> SourceEvaluation {
    let start = ContinuousClock.now
    var answers: [RuleAnswer] = []
    for rule in group.rules {
      let answer = isThere && !isSilent ? await self.answer(of: rule.query, now) : .noData
      answers.append(answer)
    }
    return SourceEvaluation(
      group: group, answers: answers, time: now, seconds: start.duration(to: .now) / .seconds(1))
  }

  private func lookAtPanels(_ now: Timestamp) async {
    boardAt = now
    for (position, panel) in rules.panels.enumerated() where !isSilent {
      switch await question(panel.expression, now) {
      case .success(let answer): board.take(answer, of: position, at: now)
      case .failure(.refused(let failure)): board.fail(failure.reason, at: position)
      case .failure(.silent(let reason)):
        board.fail(reason, at: position)
        _ = await isAnswering(now)
      }
    }
    status?.panels = board.panels
  }

  private func answer(of query: Query, _ now: Timestamp) async -> RuleAnswer {
    switch await question(query.text, now) {
    case .failure(.silent(let reason)): return await judged(silence: reason, now)
    case .failure(.refused(let failure)): return .failed(failure.reason)
    case .success(let answer):
      guard let samples = samples(answer) else {
        return .failed("rule result is not a vector or scalar")
      }
      guard samples.count <= Self.seriesMax else {
        return .failed("it finds \(samples.count) series; a rule may find \(Self.seriesMax)")
      }
      let bytes = answer.results.lazy.flatMap(\.labels.values).map(\.utf8.count).max() ?? 0
      guard bytes <= Self.labelBytesMax else {
        return .failed("a label of \(bytes) bytes; it may have \(Self.labelBytesMax)")
      }
      guard samples.isEmpty, let presence = query.presence else { return .samples(samples) }
      // Nothing: because it is not so, or because there is nothing to tell it from?
      return await self.answer(toPresence: presence, now)
    }
  }

  private func answer(toPresence query: String, _ now: Timestamp) async -> RuleAnswer {
    switch await question(query, now) {
    case .failure(.silent(let reason)): return await judged(silence: reason, now)
    case .failure(.refused): return .samples([])
    case .success(let answer): return answer.results.isEmpty ? .noData : .samples([])
    }
  }

  /// One question that takes too long, or whose answer is too large, is the rule's fault while others are answered.
  private func judged(silence reason: String, _ now: Timestamp) async -> RuleAnswer {
    await isAnswering(now) ? .failed(reason) : .noData
  }

  private func isAnswering(_ now: Timestamp) async -> Bool {
    if case .failure(.silent) = await question("vector(1)", now) { return false }
    return true
  }

  private func question(
    _ text: String, _ now: Timestamp
  ) async -> Result<MetricAnswer, SeriesSourceFailure> {
    let answer = await ask(MetricQuery(expression: text, time: now.microseconds / 1_000))
    if case .failure(.silent(let reason)) = answer {
      status?.state = .down
      status?.lastFailure = reason
    } else {
      status?.state = .up
      status?.lastAnswer = now
    }
    return answer
  }

  /// With the source's own labels. Nil for a value that is no vector.
  private func samples(_ answer: MetricAnswer) -> [VectorSample]? {
    guard answer.kind == .vector || answer.kind == .scalar else { return nil }
    return answer.results.compactMap { result in
      result.points.first.flatMap { Double($0.value) }.map {
        VectorSample(labels: labels(result.labels), value: $0)
      }
    }
  }

  /// A series' own `source` becomes `exported_source`, as Prometheus renames what a scraped series cannot keep. A name that
  /// Alertmanager would refuse, and the alert's whole message with it, has `_` for what it may not have.
  private func labels(_ found: [String: String]) -> LabelSet {
    var labels: [String: String] = [:]
    for (name, value) in found {
      labels[name == "__name__" || RuleName.isLabel(name) ? name : Self.plain(name)] = value
    }
    if let own = labels["source"] { labels["exported_source"] = own }
    labels["source"] = rules.name
    return LabelSet(labels.merging(rules.labels) { own, _ in own })
  }

  private static func plain(_ name: String) -> String {
    let kept = name.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        ? Character(scalar) : "_"
    }
    return name.first?.isNumber == true || name.isEmpty ? "_" + String(kept) : String(kept)
  }
}
