import Domain
import Storage

/// How a model met its objectives by a past moment, and what it was worth, from the counts in the store.
struct RecordedFigures {
  private let metrics: MetricStore
  private let end: Int64

  init(_ metrics: MetricStore, end: Int64) {
    self.metrics = metrics
    self.end = end
  }

  /// - Returns: empty where the minutes of that time are not kept any more: burn rates need them.
  /// - Complexity: O(minutes of three days).
  func objectives(
    of model: String, _ objective: ServiceObjective
  ) throws(StorageError) -> [ObjectiveSummary] {
    let minutes = MinuteHistory.floor(end) - Int64(MinuteHistory.threeDays - 1) * 60
    guard try metrics.resolution(at: minutes) <= 60 else { return [] }
    var history = MinuteHistory()
    for counts in try counts(of: model, from: minutes, step: 60) { history.add(counts) }
    var watch = ObjectiveWatch(objective)
    let today = end - (end % 86_400 + 86_400) % 86_400
    let days = today - Int64(ObjectiveWatch.daysKept - 1) * 86_400
    for counts in try counts(of: model, from: days, step: 3_600) { watch.add(counts) }
    return watch.summaries(history, now: end)
  }

  /// Of the 24 hours before, and of the whole hour in which they begin.
  func business(
    of model: String, price: MachinePrice?
  ) throws(StorageError) -> BusinessFigures {
    var sum = MinuteCounts(minute: end)
    let hours = (end - 86_400) / 3_600 * 3_600
    for counts in try counts(of: model, from: hours, step: 3_600) { sum += counts }
    return BusinessFigures(BusinessPeriod(sum, price: price), currency: price?.currency)
  }

  /// The steps up to the end, of which the last is not whole.
  private func counts(
    of model: String, from: Int64, step: Int64
  ) throws(StorageError) -> [MinuteCounts] {
    let whole = from + (end - from) / step * step
    var counts = try metrics.counts(
      of: BusinessQuery(model: model, window: Window(from: from, to: whole, step: step)))
    if whole < end {
      counts += try metrics.counts(
        of: BusinessQuery(model: model, window: Window(from: whole, to: end, step: end - whole)))
    }
    return counts
  }
}
