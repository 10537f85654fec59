import Domain
import Statistics

/// The rollup that the last request counted in, with the counts of its revision apart: the next one mostly counts in both, too.
struct OpenRollup {
  let key: SecondKey
  private var rollup: SecondRollup
  private var revision: (number: Int64, counts: RevisionCounts)?

  init(_ key: SecondKey, _ rollup: SecondRollup?) {
    self.key = key
    self.rollup =
      rollup
      ?? SecondRollup(
        version: key.series.version, variant: key.series.variant, second: key.second)
  }

  /// Whether a request of this series and second counts here.
  func takes(_ record: PredictionRecord, second: Int64) -> Bool {
    key.second == second && key.series.variant == record.variant
      && key.series.version.isSame(as: record.version)
  }

  mutating func add(
    _ counters: RequestCounters, _ counts: RevisionCounts, of number: Int64, latency: Double?
  ) {
    rollup.counters += counters
    if let latency { rollup.latency.add(latency) }
    if revision?.number != number {
      closeRevision()
      revision = (number, rollup.byRevision.removeValue(forKey: number) ?? RevisionCounts())
    }
    revision?.counts += counts
  }

  private mutating func closeRevision() {
    if let (number, counts) = revision { rollup.byRevision[number] = counts }
    revision = nil
  }

  consuming func closed() -> SecondRollup {
    closeRevision()
    return rollup
  }
}
