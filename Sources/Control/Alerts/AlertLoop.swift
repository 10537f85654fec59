package import Alerting
package import Domain
import Foundation
package import PromQL
package import Storage

/// Evaluates the rules over what is measured, remembers how they stand, and says what has changed.
///
/// On a thread of its own: a query that takes long holds up neither a rollback nor the measuring. What it knows of a rule is
/// stored before anybody is told of it, so that a restart or a kill changes nothing.
package actor AlertLoop {
  private nonisolated let worker = Worker(name: "vigia-alerts")
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    // The actor owns the worker, so the reference outlives every job.
    unsafe worker.asUnownedSerialExecutor()
  }

  nonisolated let desk = QuestionDesk()

  package struct Settings: Sendable {
    /// Seconds between two looks at what is measured.
    package var scrapeInterval: Int64 = 5
    /// Seconds between two evaluations of a group that names no interval.
    package var evaluationInterval: Int64 = 15
    package var context = RuleContext()

    package init() {}
  }

  /// What one rule's alert, or the rule as a whole, came to.
  struct Step: Sendable {
    var rule: String
    var query: Query?
    var transition: AlertTransition
  }

  /// What the timeline and every console have to be told.
  package struct Change: Sendable {
    var steps: [Step]
    package var report: AlertReport
  }

  private nonisolated let settings: Settings
  private(set) var context: RuleContext
  private let memoryStore: any RuleMemoryStore
  private let notifier: AlertNotifier?
  private(set) var groups: [KeptGroup] = []
  private(set) var tested: Set<String> = []
  private(set) var trackers: [String: RuleGroupTracker] = [:]
  private(set) var written = SeriesMemory()
  /// By group and the rule's place in it, of rules that have alerts.
  private(set) var bounds: [String: [Int: SeriesBounds]] = [:]
  /// Keys of groups of the last run that could not be read: what they held is kept until they can be.
  private(set) var unread: Set<String> = []
  private(set) var history = SeriesHistory()
  /// When something was measured last, in milliseconds.
  private(set) var lookedAt: Int64 = 0
  /// What questions, not rules, may look back on; nil where there is no store.
  private(set) var past: StoredSeries?
  private(set) var inbox: AlertInbox
  private var evaluatedAt: [String: Int64] = [:]
  private(set) var evaluationTimes: [String: Double] = [:]
  private var isStored: [String: String] = [:]
  private var wroteAllAt: Int64 = 0
  private(set) var reported = AlertReport()
  /// Alerts that ended with their rule: told as over for as long as others are.
  private(set) var ended: [Alert] = []

  package init(
    settings: Settings = Settings(), store: any RuleMemoryStore, inbox: AlertInbox = AlertInbox(),
    notifier: AlertNotifier? = nil
  ) {
    self.settings = settings
    context = settings.context
    self.notifier = notifier
    memoryStore = store
    self.inbox = inbox
    for (key, json) in store.ruleMemories() {
      isStored[key] = json
      trackers[key] = try? JSONDecoder().decode(RuleGroupTracker.self, from: Data(json.utf8))
      trackers[key]?.rest()
    }
  }

  deinit {
    worker.close()
    desk.close()
  }

  // MARK: Making ready

  /// A group whose state is kept here, wherever it is evaluated.
  struct KeptGroup: Sendable {
    var group: RuleGroup
    /// Nil for one over what is measured here.
    var source: String?
    /// Milliseconds.
    var interval: Int64

    var key: String { AlertLoop.key(group, source) }
  }

  /// The rules that are in force from now on. What is known of those that stay is kept.
  ///
  /// - Parameters:
  ///   - tested: names of alerts and recorded series that a unit test looks at.
  ///   - sources: whose rules are evaluated elsewhere, and come by `take`.
  ///   - isWhole: whether all that was to be read could be. Else a group that is not here may be one that could not be, and
  ///     what it knows stays.
  package func use(
    _ groups: [RuleGroup], tested: Set<String>, sources: [SourceRules] = [], isWhole: Bool = true
  ) {
    self.groups = kept(groups, sources)
    self.tested = tested
    history.deep = Set(groups.flatMap(\.rules).flatMap { Self.deepNames($0.query) })
    let keys = Set(self.groups.map(\.key))
    unread = isWhole ? [] : Set(trackers.keys).subtracting(keys)
    bounds = bounds.filter { keys.contains($0.key) }
    guard isWhole else { return }
    for key in trackers.keys where !keys.contains(key) { trackers[key] = nil }
    for key in isStored.keys where !keys.contains(key) {
      isStored[key] = nil
      memoryStore.remove(ruleMemory: key)
    }
  }

  /// Takes over rules that were edited, while they are looked at. What is known of those that stay is kept, and whoever was told
  /// that an alert of the others fires is told that it is over.
  ///
  /// - Parameter externalURL: as the texts of rules say it.
  /// - Returns: nil where nothing has changed that a person sees.
  package func replace(
    _ groups: [RuleGroup], tested: Set<String>, sources: [SourceRules], externalURL: String,
    isWhole: Bool = true, inhibitions: [InhibitRule] = InhibitRule.standard, now: Timestamp
  ) -> Change? {
    let before = self.groups
    context.externalURL = externalURL
    inbox.use(inhibitions)
    let next = kept(groups, sources)
    var steps: [Step] = []
    for one in before {
      guard var tracker = trackers[one.key] else { continue }
      trackers[one.key] = nil
      var empty = one.group
      empty.rules = []
      let endings = tracker.replace(
        one.group, with: next.first { $0.key == one.key }?.group ?? empty, at: now,
        memory: &written)
      trackers[one.key] = tracker
      for ending in endings {
        steps += ending.transitions.map { Step(rule: ending.rule.name, transition: $0) }
        ended += ending.alerts.map { Alert($0, group: one.group.name, rule: ending.rule.query) }
      }
    }
    if isWhole { steps += endUnread(exceptFor: Set(next.map(\.key)), at: now) }
    use(groups, tested: tested, sources: sources, isWhole: isWhole)
    keep(changed: true, now: now.microseconds / 1_000)
    return renew(steps, now: now)
  }

  /// All could be read again: a group of the last run that is not here is there no more.
  private func endUnread(exceptFor keys: Set<String>, at now: Timestamp) -> [Step] {
    var steps: [Step] = []
    for key in unread.subtracting(keys) {
      guard var tracker = trackers[key] else { continue }
      for ending in tracker.end(at: now) {
        steps += ending.transitions.map { Step(rule: ending.rule, transition: $0) }
        ended += ending.alerts.map { Alert($0, group: Self.groupName(ofKey: key), rule: nil) }
      }
      trackers[key] = nil
    }
    return steps
  }

  /// The name of a group that is known by its key alone.
  static func groupName(ofKey key: String) -> String {
    key.lastIndex(of: ";").map { String(key[key.index(after: $0)...]) } ?? key
  }

  private func kept(_ groups: [RuleGroup], _ sources: [SourceRules]) -> [KeptGroup] {
    groups.map {
      KeptGroup(group: $0, interval: $0.interval ?? settings.evaluationInterval * 1_000)
    }
      + sources.flatMap { source in
        source.groups.map {
          KeptGroup(group: $0, source: source.name, interval: $0.interval ?? source.interval)
        }
      }
  }

  /// Where questions about the time before the last hour are answered from.
  package func use(past store: MetricStore) { past = StoredSeries(store: store) }

  /// What was measured before the start.
  package func seed(counters series: [Series]) { history.seed(counters: series) }

  package func seed(gauges series: [Series]) { history.seed(gauges: series) }

  private static func key(_ group: RuleGroup, _ source: String?) -> String {
    (source.map { "source \($0);" } ?? "") + "\(group.file);\(group.name)"
  }

  /// Metrics that a query reads further back than an hour.
  private static func deepNames(_ query: Query) -> [String] {
    query.reach > 3_600_000 ? query.selectors.map(\.metricName) : []
  }

  /// What the last run knew, until the rules have been looked at.
  func start(now: Timestamp) -> AlertReport {
    reported = makeReport(now: now)
    return report
  }

  package nonisolated var scrapeInterval: Int64 { settings.scrapeInterval }

  // MARK: Each few seconds

  /// Takes in what is measured, and evaluates the groups whose time has come.
  ///
  /// - Returns: nil where nothing has changed that a person sees.
  func tick(_ page: MetricsText, now: Timestamp) -> Change? {
    let milliseconds = now.microseconds / 1_000
    history.add(page, at: milliseconds)
    lookedAt = milliseconds
    written.forget(before: milliseconds - 26 * 3_600_000)
    var steps: [Step] = []
    for one in groups where one.source == nil {
      // A clock that was set back does not keep rules from being looked at.
      let passed = milliseconds - (evaluatedAt[one.key] ?? .min / 2)
      guard passed >= one.interval || passed < 0 else { continue }
      evaluatedAt[one.key] = milliseconds
      steps += evaluate(one.group, one.key, now: now)
    }
    keep(changed: !steps.isEmpty, now: milliseconds)
    return renew(steps, now: now)
  }

  private func evaluate(_ group: RuleGroup, _ key: String, now: Timestamp) -> [Step] {
    var tracker = trackers[key] ?? RuleGroupTracker()
    // Else each step would copy what is held here, too.
    trackers[key] = nil
    let history = history
    let start = ContinuousClock.now
    let evaluations = tracker.evaluate(
      group, at: now, in: context, memory: &written,
      over: SeriesSource { history.select($0) })
    evaluationTimes[key] = start.duration(to: .now) / .seconds(1)
    trackers[key] = tracker
    bounds[key] = seriesBounds(of: group, tracker, at: now.microseconds / 1_000)
    return Self.steps(evaluations, of: group)
  }

  /// Takes in what a source made of one of its groups; nothing, where that group's rules are not in force any more.
  ///
  /// - Returns: nil where nothing has changed that a person sees.
  func take(
    _ evaluation: SourceEvaluation, from source: SourceRules, now: Timestamp
  ) -> Change? {
    let key = Self.key(evaluation.group, source.name)
    guard groups.contains(where: { $0.key == key && $0.group.hasRules(of: evaluation.group) })
    else { return nil }
    var tracker = trackers[key] ?? RuleGroupTracker()
    trackers[key] = nil
    let evaluations = tracker.take(
      evaluation.answers, of: evaluation.group, at: evaluation.time, in: context,
      memory: &written)
    evaluationTimes[key] = evaluation.seconds
    trackers[key] = tracker
    let steps = Self.steps(evaluations, of: evaluation.group)
    keep(changed: !steps.isEmpty, now: now.microseconds / 1_000)
    return renew(steps, now: now)
  }

  private static func steps(_ evaluations: [RuleEvaluation], of group: RuleGroup) -> [Step] {
    evaluations.flatMap { evaluation in
      let query = group.rules.first { $0.name == evaluation.rule }?.query
      return evaluation.transitions.map {
        Step(rule: evaluation.rule, query: query, transition: $0)
      }
    }
  }

  /// Writes what the rules remember: at once where an alert changed its state, else each minute.
  private func keep(changed: Bool, now: Int64) {
    guard changed || abs(now - wroteAllAt) >= 60_000 else { return }
    wroteAllAt = now
    var fresh: [String: String] = [:]
    for (key, tracker) in trackers {
      guard let json = try? JSONEncoder().encode(tracker) else { continue }
      let text = String(decoding: json, as: UTF8.self)
      if isStored[key] != text { fresh[key] = text }
    }
    guard !fresh.isEmpty, memoryStore.store(ruleMemories: fresh) else { return }
    isStored.merge(fresh) { $1 }
  }

  private func renew(_ steps: [Step], now: Timestamp) -> Change? {
    ended.removeAll {
      let age = now.microseconds - ($0.resolvedAt ?? now).microseconds
      return age > AlertTracker.resolvedRetention
    }
    let present = Set(raised.filter { $0.state != .resolved }.map(\.id))
    let gone = inbox.forget(at: now, present: present)
    memoryStore.remove(silences: gone.silences, acknowledgements: gone.acknowledgements)
    let report = makeReport(now: now)
    defer { reported = report }
    // Of two groups with one name the slower: an alert is not taken for over between two looks at it.
    let intervals = groups.map { ($0.group.name, Double($0.interval) / 1_000) }
    notifier?.look(at: report, intervals: Dictionary(intervals, uniquingKeysWith: max), now: now)
    guard
      !steps.isEmpty || report.alerts != reported.alerts
        || report.silences != reported.silences
    else { return nil }
    return Change(steps: steps, report: report)
  }

  // MARK: What people say

  package func acknowledge(
    _ id: AlertID, _ acknowledgement: Acknowledgement?, now: Timestamp
  ) {
    if let acknowledgement {
      inbox.acknowledge(id, acknowledgement)
      memoryStore.store(acknowledgement, of: id)
    } else {
      inbox.unacknowledge(id)
      memoryStore.remove(silences: [], acknowledgements: [id])
    }
    reported = makeReport(now: now)
  }

  /// - Precondition: the inbox accepts it.
  package func set(_ silence: Silence, now: Timestamp) {
    guard inbox.set(silence) else { return }
    memoryStore.store(silence)
    reported = makeReport(now: now)
  }

  package func expireSilence(_ id: Silence.ID, now: Timestamp) {
    guard let silence = inbox.expire(id, at: now) else { return }
    memoryStore.store(silence)
    reported = makeReport(now: now)
  }
}
