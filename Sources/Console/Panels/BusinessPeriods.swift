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
    let window = history.window
    let last = history.periods.indices.last
    for (index, sum) in history.periods.enumerated() where !sum.isEmpty {
      let start = Timestamp(seconds: window.from + Int64(index) * window.step)
      let date = wall.date(start)
      let monday = wall.date(
        Timestamp(seconds: start.seconds - Int64(wall.weekday(start)) * 86_400))
      days.append(Period(date: date, sum: sum, isPresent: index == last))
      if weeks.last?.date == monday {
        weeks[weeks.count - 1].sum = weeks[weeks.count - 1].sum + sum
      } else {
        weeks.append(Period(date: monday, sum: sum, isPresent: false))
      }
    }
    guard let last, let present = weeks.indices.last else { return }
    let end = Timestamp(seconds: window.from + Int64(last) * window.step)
    weeks[present].isPresent =
      weeks[present].date
      == wall.date(Timestamp(seconds: end.seconds - Int64(wall.weekday(end)) * 86_400))
  }
}
