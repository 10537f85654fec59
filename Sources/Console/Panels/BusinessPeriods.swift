import Domain

/// Days and weeks with something in them, oldest first.
struct BusinessPeriods {
  struct Period: Equatable {
    /// Of its first day.
    var date: String
    var sum: BusinessPeriod
    /// It is not over.
    var isPresent: Bool
  }

  private(set) var days: [Period] = []
  private(set) var weeks: [Period] = []

  /// - Parameter history: by day, from a Monday on.
  init(_ history: BusinessHistory, _ wall: Wall) {
    let last = history.periods.indices.last
    var lastMonday: String?
    for (index, (second, sum)) in zip(history.starts, history.periods).enumerated() {
      let start = Timestamp(seconds: second)
      let monday = wall.mondayDate(start)
      lastMonday = monday
      guard !sum.isEmpty else { continue }
      days.append(Period(date: wall.date(start), sum: sum, isPresent: index == last))
      if weeks.last?.date == monday {
        weeks[weeks.count - 1].sum = weeks[weeks.count - 1].sum + sum
      } else {
        weeks.append(Period(date: monday, sum: sum, isPresent: false))
      }
    }
    guard let present = weeks.indices.last else { return }
    weeks[present].isPresent = weeks[present].date == lastMonday
  }
}
