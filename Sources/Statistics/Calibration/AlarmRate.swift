/// How often a rule raised an alarm where there was nothing to find.
package struct AlarmRate: Sendable, Equatable {
  package private(set) var alarms: Int64 = 0
  package private(set) var trials: Int64 = 0

  package init() {}

  package init(alarms: Int64, of trials: Int64) {
    precondition(alarms >= 0 && alarms <= trials, "an alarm is one of the trials")
    self.alarms = alarms
    self.trials = trials
  }

  package mutating func add(_ isAlarm: Bool) {
    trials += 1
    if isAlarm { alarms += 1 }
  }

  /// Nil without a trial.
  package var share: Double? { trials > 0 ? Double(alarms) / Double(trials) : nil }

  /// At 95 %, as if the trials were independent of each other.
  package var interval: WilsonInterval { WilsonInterval(successes: alarms, trials: trials) }
}

extension AlarmRate: Encodable {
  private enum CodingKeys: String, CodingKey { case alarms, trials, share, low, high }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(alarms, forKey: .alarms)
    try container.encode(trials, forKey: .trials)
    try container.encodeIfPresent(share, forKey: .share)
    try container.encode(interval.low, forKey: .low)
    try container.encode(interval.high, forKey: .high)
  }
}
