/// How often burn rates would page at the bad share that stored traffic has, were it always like that.
package struct BurnCalibration: Sendable, Equatable, Encodable {
  /// Of the stored requests.
  package let badShare: Double
  /// What the objective allows.
  package let budget: Double
  /// Beginnings of a page, one trial a minute.
  package private(set) var pages = AlarmRate()
  /// Likewise of a ticket.
  package private(set) var tickets = AlarmRate()
  /// Minutes in which a page fires, one trial a minute: one that fires all the time begins once.
  package private(set) var paging = AlarmRate()
  /// Likewise a ticket.
  package private(set) var ticketing = AlarmRate()

  /// Whether more is bad than the objective allows: what fires is then no false alarm.
  package var isOverBudget: Bool { badShare > budget }

  private enum CodingKeys: String, CodingKey {
    case budget, pages, tickets, paging, ticketing
    case badShare = "bad_share"
  }

  package static let minutesAMonth = 30.0 * 1_440

  /// Draws whole minutes from the stored ones, with what was bad in them, and judges each minute of what they make.
  ///
  /// Bursts within a minute stay; outages of several minutes are spread, so that what pages is chance and not they.
  ///
  /// - Parameters:
  ///   - minutes: those in which the server was at work, with and without a request; at least one, and a request.
  ///   - days: to judge, after three that fill the windows.
  ///   - tick: called with the share that is done.
  /// - Complexity: O(days).
  package static func resampled(
    _ minutes: [RequestCount], objective: ServiceLevelObjective, days: Int = 300, seed: UInt64,
    tick: (Double) -> Void = { _ in }
  ) -> BurnCalibration {
    let all = minutes.reduce(RequestCount(), +)
    precondition(all.total > 0, "a share is of requests")
    var random = SplitMix64(seed: seed)
    var calibration = BurnCalibration(
      badShare: all.badShare ?? 0, budget: objective.budget)
    let rules = BurnRate.Rule.standard
    let fill = Int((rules.map(\.longSeconds).max() ?? 0) / 60)
    var sums = [RequestCount()]
    sums.reserveCapacity(fill + days * 1_440 + 1)
    var wasPaging = false
    var wasTicketing = false
    for number in 1...(fill + days * 1_440) {
      let minute = minutes[Int.random(in: minutes.indices, using: &random)]
      sums.append(
        sums[number - 1]
          + RequestCount(bad: minute.bad, total: minute.total, filledSeconds: 60))
      guard number > fill else { continue }
      func isFiring(_ severity: BurnRate.Rule.Severity) -> Bool {
        rules.contains { rule in
          rule.severity == severity
            && BurnRate(
              rule, objective: objective,
              long: sums[number] - sums[number - Int(rule.longSeconds / 60)],
              short: sums[number] - sums[number - Int(rule.shortSeconds / 60)]
            ).isFiring
        }
      }
      let isPaging = isFiring(.page)
      let isTicketing = isFiring(.ticket)
      calibration.pages.add(isPaging && !wasPaging)
      calibration.tickets.add(isTicketing && !wasTicketing)
      calibration.paging.add(isPaging)
      calibration.ticketing.add(isTicketing)
      (wasPaging, wasTicketing) = (isPaging, isTicketing)
      if number % 1_440 == 0 { tick(Double(number) / Double(fill + days * 1_440)) }
    }
    return calibration
  }
}
