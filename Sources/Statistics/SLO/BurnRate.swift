/// How fast the error budget is used: the bad share in units of the budget; at 1 it is gone at the period's end.
///
/// An alert fires while the burn is above its factor in a long window, so that it matters, and in a short one, so that
/// it ends soon after the trouble does.
///
/// Source: Beyer, Murphy, Rensin, Kawahara, Thorne 2018, "The Site Reliability Workbook", chapter 5, table 5-8.
package struct BurnRate: Sendable, Equatable {
  /// One line of the table.
  package struct Rule: Sendable, Equatable, Codable {
    package enum Severity: String, Sendable, Codable {
      case page, ticket
    }

    package let severity: Severity
    package let longSeconds: Int64
    package let shortSeconds: Int64
    package let factor: Double

    package init(severity: Severity, longSeconds: Int64, shortSeconds: Int64, factor: Double) {
      self.severity = severity
      self.longSeconds = longSeconds
      self.shortSeconds = shortSeconds
      self.factor = factor
    }

    /// The four of a period of 30 days, the quickest first.
    package static let standard = [
      Rule(severity: .page, longSeconds: 3_600, shortSeconds: 300, factor: 14.4),
      Rule(severity: .page, longSeconds: 21_600, shortSeconds: 1_800, factor: 6),
      Rule(severity: .ticket, longSeconds: 86_400, shortSeconds: 7_200, factor: 3),
      Rule(severity: .ticket, longSeconds: 259_200, shortSeconds: 21_600, factor: 1),
    ]

    /// The factor in force for an objective: at most 0.9 / budget, since no burn is above 1 / budget. From an objective
    /// of 93.75 % on the table's own.
    package func factor(for objective: ServiceLevelObjective) -> Double {
      min(factor, 0.9 / objective.budget)
    }
  }

  /// When a burn is no ground for an alert.
  package struct Floor: Sendable, Equatable, Codable {
    /// Bad requests that the long window must hold.
    package var minBad: Int64
    /// The share of each window that must be filled.
    package var minFilled: Double

    package init(minBad: Int64 = 10, minFilled: Double = 0.5) {
      self.minBad = minBad
      self.minFilled = minFilled
    }

    /// The bare rule: one bad request of two may page.
    package static let none = Floor(minBad: 0, minFilled: 0)
  }

  package enum Verdict: Sendable, Equatable, Codable {
    case quiet
    case firing
    /// Above the factor in both windows, but with fewer bad requests than the floor asks for.
    case tooFew(bad: Int64, of: Int64)
    /// A window has been observed for so short a share of its length that its burn says nothing; the smaller share.
    case unfilled(Double)
  }

  package let rule: Rule
  /// The factor in force.
  package let factor: Double
  /// In the long and the short window; 0 without requests.
  package let long: Double
  package let short: Double
  package let verdict: Verdict

  package var isFiring: Bool { verdict == .firing }

  /// - Parameters:
  ///   - long: the last `rule.longSeconds`.
  ///   - short: the last `rule.shortSeconds`.
  /// - Complexity: O(1).
  package init(
    _ rule: Rule, objective: ServiceLevelObjective, long: RequestCount, short: RequestCount,
    floor: Floor = Floor()
  ) {
    self.rule = rule
    factor = rule.factor(for: objective)
    self.long = (long.badShare ?? 0) / objective.budget
    self.short = (short.badShare ?? 0) / objective.budget
    let filled = min(
      Double(long.filledSeconds) / Double(rule.longSeconds),
      Double(short.filledSeconds) / Double(rule.shortSeconds))
    if filled < floor.minFilled {
      verdict = .unfilled(filled)
    } else if self.long <= factor || self.short <= factor {
      verdict = .quiet
    } else if long.bad < floor.minBad {
      verdict = .tooFew(bad: long.bad, of: floor.minBad)
    } else {
      verdict = .firing
    }
  }

  /// All rules at one moment.
  ///
  /// - Parameter count: the requests of the last so many seconds; asked once for each length.
  package static func all(
    _ rules: [Rule] = Rule.standard, objective: ServiceLevelObjective, floor: Floor = Floor(),
    count: (_ seconds: Int64) throws -> RequestCount
  ) rethrows -> [BurnRate] {
    var known: [Int64: RequestCount] = [:]
    for seconds in rules.flatMap({ [$0.longSeconds, $0.shortSeconds] }) where known[seconds] == nil
    {
      known[seconds] = try count(seconds)
    }
    return rules.map { rule in
      BurnRate(
        rule, objective: objective, long: known[rule.longSeconds] ?? RequestCount(),
        short: known[rule.shortSeconds] ?? RequestCount(), floor: floor)
    }
  }
}
