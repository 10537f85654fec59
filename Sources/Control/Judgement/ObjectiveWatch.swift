import Domain
import Statistics
import Storage

/// A model's service level objectives over time: burn rates on four pairs of windows, and what is left of 30 days' budget.
struct ObjectiveWatch: Sendable {
  /// Good and bad of a day, for the budget of 30 days.
  struct Day: Sendable, Equatable, Codable {
    /// Its start, in seconds since 1970, UTC.
    var start: Int64
    var answered: Int64 = 0
    var failed: Int64 = 0
    var slow: Int64 = 0
    var filled: Int64 = 0
  }

  let objective: Domain.ServiceObjective
  private(set) var days: [Day] = []

  /// The budget is that of 30 days of the calendar, those among them that nobody served too.
  static let daysKept = 30
  private static let secondsKept = Int64(daysKept) * 86_400

  /// The start of a second's day.
  private static func day(of second: Int64) -> Int64 {
    second - (second % 86_400 + 86_400) % 86_400
  }

  init(_ objective: Domain.ServiceObjective, days: [Day] = []) {
    self.objective = objective
    self.days = days.sorted { $0.start < $1.start }
  }

  /// Adds one batch's counts to their day.
  mutating func add(_ counts: MinuteCounts) {
    let start = Self.day(of: counts.minute)
    if days.last?.start != start, !days.contains(where: { $0.start == start }) {
      days.append(Day(start: start))
      days.sort { $0.start < $1.start }
      days = Array(days.suffix(Self.daysKept))
    }
    guard let index = days.lastIndex(where: { $0.start == start }) else { return }
    days[index].answered += counts.ok
    days[index].failed += counts.serverErrors
    days[index].slow += counts.slow
    days[index].filled += counts.filled
  }

  /// The clock was set back to `now`: what days that are to come have spent was spent today.
  mutating func clockSetBack(to now: Int64) {
    let today = Self.day(of: now)
    let ahead = days.filter { $0.start > today }
    guard !ahead.isEmpty else { return }
    days.removeAll { $0.start > today }
    if days.last?.start != today { days.append(Day(start: today)) }
    for day in ahead {
      days[days.count - 1].answered += day.answered
      days[days.count - 1].failed += day.failed
      days[days.count - 1].slow += day.slow
      days[days.count - 1].filled += day.filled
    }
  }

  private var promises: [(ObjectiveSummary.Kind, ServiceLevelObjective)] {
    Self.promises(of: objective)
  }

  static func promises(
    of objective: Domain.ServiceObjective
  ) -> [(ObjectiveSummary.Kind, ServiceLevelObjective)] {
    [
      (.availability, ServiceLevelObjective(.availability, share: objective.availability)),
      (
        .latency,
        ServiceLevelObjective(
          .latency(milliseconds: objective.latency / 1_000), share: objective.latencyObjective)
      ),
    ]
  }

  /// - Complexity: O(minutes of the longest window).
  func summaries(_ history: MinuteHistory, now: Int64) -> [ObjectiveSummary] {
    let oldest = Self.day(of: now) - Self.secondsKept
    let days = days.filter { $0.start > oldest }
    return promises.map { kind, promise in
      let rates = BurnRate.all(objective: promise) { seconds in
        let sum = history.sum(seconds, before: now, servedOnly: true)
        return promise.count(
          answered: sum.ok, failed: sum.serverErrors, slow: sum.slow,
          filledSeconds: min(sum.filled, seconds))
      }
      let period = days.reduce(RequestCount()) { sum, day in
        sum
          + promise.count(
            answered: day.answered, failed: day.failed, slow: day.slow, filledSeconds: day.filled)
      }
      let budget = ErrorBudget(period, objective: promise)
      var summary = ObjectiveSummary(
        kind: kind, target: promise.share,
        attained: period.total > 0 ? 1 - Double(period.bad) / Double(period.total) : nil,
        budgetLeft: budget?.left,
        emptyIn: budget.flatMap { $0.secondsToEmpty(atBurn: rates.first.map(Self.present) ?? 0) },
        isProjected: budget?.isProjected,
        windows: rates.map(Self.burn))
      summary.words = Self.words(summary, rates, observed: period.filledSeconds)
      return summary
    }
  }

  /// How fast the budget burns now: both windows must see it, so that what burned and is over empties nothing.
  private static func present(_ rate: BurnRate) -> Double {
    if case .unfilled = rate.verdict { return 0 }
    return min(rate.long, rate.short)
  }

  private static func burn(_ rate: BurnRate) -> ObjectiveSummary.Burn {
    var isUnfilled = false
    if case .unfilled = rate.verdict { isUnfilled = true }
    return ObjectiveSummary.Burn(
      long: rate.rule.longSeconds, short: rate.rule.shortSeconds,
      longBurn: isUnfilled ? nil : rate.long, shortBurn: isUnfilled ? nil : rate.short,
      threshold: rate.factor, isFiring: rate.isFiring)
  }

  /// - Parameter observed: seconds of the 30 days.
  private static func words(
    _ summary: ObjectiveSummary, _ rates: [BurnRate], observed: Int64
  ) -> String {
    guard let left = summary.budgetLeft else { return "no request yet" }
    var words = "\(percent(left)) of the error budget left"
    if summary.isProjected == true { words += " after \(span(observed))" }
    if let firing = rates.first(where: \.isFiring) {
      words +=
        ", burning \(rounded(firing.long)) times too fast over \(span(firing.rule.longSeconds))"
    }
    if left > 0, let seconds = summary.emptyIn, seconds < 30 * 86_400 {
      words += ", empty in \(span(Int64(seconds))) at this rate"
    }
    return words
  }

  private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  /// "45 min", "6 h", "3 d".
  static func span(_ seconds: Int64) -> String {
    switch seconds {
    case ..<5_400: "\(max(1, seconds / 60)) min"
    case ..<172_800: "\(seconds / 3_600) h"
    default: "\(seconds / 86_400) d"
    }
  }
}
