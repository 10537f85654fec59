import Domain
import Storage

/// What a model or a version counted by the minute, lately: burn rates and the day's figures are sums over it.
///
/// Pure: seconds since 1970 come in. A minute in which the recorder was not at work is not filled, which is something else
/// than a minute without a request.
struct MinuteHistory: Sendable, Equatable, Codable {
  /// What the longest burn window needs.
  static let threeDays = 3 * 1_440

  private var slots: [MinuteCounts?]
  /// As far as the clock has come, once it was set: later minutes are from when it was ahead. Nil in what an older Vigia kept.
  private var latest: Int64?
  /// Stretches that were scored after the event, in seconds since 1970.
  var unserved: [Range<Int64>] = []

  init(minutes: Int = threeDays) { slots = Array(repeating: nil, count: minutes) }

  /// Adds to the minute's slot; a minute that is older than the slot's present one is past keeping. What stands ahead of the
  /// clock makes room for what comes.
  mutating func add(_ counts: MinuteCounts) {
    let index = index(of: counts.minute)
    let isAhead = slots[index].map { $0.minute > latest ?? .max } ?? false
    latest = latest.map { max($0, counts.minute) }
    guard !isAhead, let present = slots[index], present.minute >= counts.minute else {
      slots[index] = counts
      return
    }
    guard present.minute == counts.minute else { return }
    slots[index]? += counts
  }

  /// The clock was set to `now`. Minutes that are then to come hold up none of those that come, and stay until their time
  /// has: the clock may be set right again.
  mutating func clockSet(to now: Int64) { latest = Self.floor(now) }

  /// The sum over the `seconds` before `now`, whole minutes with the present one.
  ///
  /// - Parameter servedOnly: without minutes of which a part was not served.
  func sum(_ seconds: Int64, before now: Int64, servedOnly: Bool = false) -> MinuteCounts {
    let last = Self.floor(now)
    var sum = MinuteCounts(minute: last)
    for back in 0..<min(Int64(slots.count), max(1, seconds / 60)) {
      let minute = last - back * 60
      if servedOnly, unserved.contains(where: { $0.overlaps(minute..<minute + 60) }) { continue }
      if let slot = slots[index(of: minute)], slot.minute == minute { sum += slot }
    }
    return sum
  }

  static func floor(_ second: Int64) -> Int64 { second - (second % 60 + 60) % 60 }

  private func index(of minute: Int64) -> Int {
    let number = (minute / 60) % Int64(slots.count)
    return Int(number < 0 ? number + Int64(slots.count) : number)
  }
}

extension MinuteCounts {
  /// What one second counted, at its minute.
  init(_ counters: RequestCounters, at second: Int64) {
    self.init(minute: MinuteHistory.floor(second))
    requests = counters.requests
    ok = counters.ok
    serverErrors = counters.serverErrors
    slow = counters.slow
    predicted = counters.predicted
    computeSum = counters.computeSum
  }
}
