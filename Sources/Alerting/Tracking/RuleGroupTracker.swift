package import Domain
package import PromQL

/// What one rule came to in one evaluation.
package struct RuleEvaluation: Sendable {
  package var rule: String
  /// Why it could not be evaluated, or its series not be written.
  package var failure: String?
  package var transitions: [AlertTransition] = []
  /// Recorded, or `ALERTS` and `ALERTS_FOR_STATE`; stale markers for those that have ended.
  package var written: [(labels: LabelSet, sample: Sample)] = []
}

/// The state of a group's rules over time.
package struct RuleGroupTracker: Sendable, Codable, Equatable {
  /// What is known of one rule.
  package struct Memory: Sendable, Equatable {
    var identity: String
    /// Of an alert rule.
    package internal(set) var tracker: AlertTracker?
    /// The series that it wrote last time.
    var written: Set<LabelSet> = []
    package internal(set) var failure: String?
    package internal(set) var lastEvaluation: Timestamp?

    /// Of an alert rule.
    package var alertName: String? {
      tracker == nil ? nil : Rule.alertName(ofIdentity: identity)
    }
  }

  /// In the order of the group's rules.
  package private(set) var rules: [Memory] = []

  package init() {}

  /// Nobody looks at the rules from their last evaluation on, until somebody does again: what lies between proves nothing.
  package mutating func rest() {
    for index in rules.indices { rules[index].tracker?.rest() }
  }

  /// Evaluates all rules of the group in order.
  ///
  /// - Parameters:
  ///   - memory: takes what the rules write; later rules read it.
  ///   - base: the series of the store, or of another server.
  package mutating func evaluate(
    _ group: RuleGroup, at now: Timestamp, in context: RuleContext, memory: inout SeriesMemory,
    over base: SeriesSource? = nil
  ) -> [RuleEvaluation] {
    step(group, at: now, memory: &memory) { _, memory in
      RuleRun(source: memory.source(over: base), context: context, limit: group.limit, time: now)
    }
  }

  /// Takes in what another server made of the group's expressions, rule by rule.
  ///
  /// - Parameters:
  ///   - answers: one for each rule, in their order.
  ///   - memory: takes `ALERTS`; the rules do not read it.
  package mutating func take(
    _ answers: [RuleAnswer], of group: RuleGroup, at now: Timestamp, in context: RuleContext,
    memory: inout SeriesMemory
  ) -> [RuleEvaluation] {
    precondition(answers.count == group.rules.count, "an answer for each rule")
    var context = context
    // That one has data is no word on another's.
    context.heartbeat = nil
    let elsewhere = SeriesSource { _ in throw QueryInAnotherServersText() }
    return step(group, at: now, memory: &memory) { index, _ in
      RuleRun(
        source: elsewhere, context: context, limit: group.limit, time: now, answer: answers[index])
    }
  }

  private mutating func step(
    _ group: RuleGroup, at now: Timestamp, memory: inout SeriesMemory,
    _ run: (Int, SeriesMemory) -> RuleRun
  ) -> [RuleEvaluation] {
    adopt(group)
    var evaluations: [RuleEvaluation] = []
    for (index, rule) in group.rules.enumerated() {
      var evaluation = RuleEvaluation(rule: rule.name)
      // The run, which shares the memory, is over before anything is written: else every write copies.
      let samples = evaluate(rule, at: index, run(index, memory), &evaluation)
      rules[index].lastEvaluation = now
      if let samples { write(samples, of: index, at: now, to: &memory, &evaluation) }
      rules[index].failure = evaluation.failure
      evaluations.append(evaluation)
    }
    return evaluations
  }

  /// Keeps what is known of rules that are still there, wherever they stand now.
  private mutating func adopt(_ group: RuleGroup) {
    let identities = group.rules.map(\.identity)
    guard rules.map(\.identity) != identities else { return }
    var known = rules
    rules = identities.map { identity in
      guard let index = known.firstIndex(where: { $0.identity == identity }) else {
        return Memory(identity: identity)
      }
      return known.remove(at: index)
    }
  }

  /// What was known of a rule that is there no more.
  package struct Ending: Sendable {
    package var rule: Rule
    /// Those of its alerts that fired, resolved now.
    package var alerts: [TrackedAlert]
    package var transitions: [AlertTransition]
  }

  /// Takes over a group that was edited: rules that are still there keep what is known of them, alerts of the others end, and
  /// so does what these wrote.
  package mutating func replace(
    _ old: RuleGroup, with new: RuleGroup, at now: Timestamp, memory: inout SeriesMemory
  ) -> [Ending] {
    adopt(old)
    var gone = Array(zip(old.rules, rules))
    for identity in new.rules.map(\.identity) {
      guard let index = gone.firstIndex(where: { $0.1.identity == identity }) else { continue }
      gone.remove(at: index)
    }
    adopt(new)
    let going = rules.reduce(into: Set<LabelSet>()) { $0.formUnion($1.written) }
    let marker = Sample(time: now.microseconds / 1_000, value: Sample.staleMarker)
    return gone.compactMap { rule, known in
      for labels in known.written.subtracting(going) { try? memory.append(marker, to: labels) }
      guard var tracker = known.tracker else { return nil }
      let transitions = tracker.end(at: now)
      let alerts = tracker.alerts.values.filter { $0.resolvedAt == now }
      return Ending(
        rule: rule, alerts: alerts.sorted { $0.labels < $1.labels }, transitions: transitions)
    }
  }

  /// What was known of a rule whose text is not known any more.
  package struct LostEnding: Sendable {
    package var rule: String
    package var alerts: [TrackedAlert]
    package var transitions: [AlertTransition]
  }

  /// Its rules are there no more, and nobody has their text.
  package mutating func end(at now: Timestamp) -> [LostEnding] {
    rules.indices.compactMap { index in
      guard let name = rules[index].alertName,
        let transitions = rules[index].tracker?.end(at: now)
      else { return nil }
      let alerts = (rules[index].tracker?.alerts.values).map(Array.init) ?? []
      return LostEnding(
        rule: name,
        alerts: alerts.filter { $0.resolvedAt == now }.sorted { $0.labels < $1.labels },
        transitions: transitions)
    }
  }

  /// - Returns: the series to write; nil where the rule could not be evaluated.
  private mutating func evaluate(
    _ rule: Rule, at index: Int, _ run: RuleRun, _ evaluation: inout RuleEvaluation
  ) -> [VectorSample]? {
    switch rule {
    case .record(let rule):
      do throws(RuleFailure) {
        return try run.samples(of: rule)
      } catch {
        evaluation.failure = error.description
        return nil
      }
    case .alert(let rule):
      var tracker = rules[index].tracker ?? AlertTracker()
      evaluation.transitions = tracker.step(
        run.observation(of: rule),
        timing: AlertTiming(hold: rule.hold, keepFiring: rule.keepFiring, limit: run.limit),
        holdsMissing: { run.isUnknown($0, of: rule) }, at: run.time)
      rules[index].tracker = tracker
      evaluation.failure = tracker.failure
      guard tracker.failure == nil else { return nil }
      return tracker.alerts.values.sorted { $0.labels < $1.labels }
        .flatMap { $0.series(rule.labels) }
    }
  }

  private mutating func write(
    _ samples: [VectorSample], of index: Int, at now: Timestamp, to memory: inout SeriesMemory,
    _ evaluation: inout RuleEvaluation
  ) {
    let time = now.microseconds / 1_000
    var written: Set<LabelSet> = []
    for element in samples {
      let sample = Sample(time: time, value: element.value)
      do throws(SeriesMemory.AppendError) {
        try memory.append(sample, to: element.labels)
        written.insert(element.labels)
        evaluation.written.append((element.labels, sample))
      } catch {
        evaluation.failure = error.description
      }
    }
    let marker = Sample(time: time, value: Sample.staleMarker)
    for labels in rules[index].written.subtracting(written) {
      // A series that another rule has just written goes on.
      guard (try? memory.append(marker, to: labels)) != nil else { continue }
      evaluation.written.append((labels, marker))
    }
    rules[index].written = written
  }
}
