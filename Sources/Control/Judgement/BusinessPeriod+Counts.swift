import Domain
import Foundation
import Storage

extension BusinessPeriod {
  /// What was counted, at a price: compute time costs its share of the machine's cores, the whole time that the server was up
  /// all of them.
  init(
    _ counts: MinuteCounts, price: MachinePrice?,
    cores: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.init(
      predictions: counts.ok, failed: counts.serverErrors, slow: counts.slow,
      classified: counts.labels.correct + counts.labels.wrong, right: counts.labels.correct,
      measured: counts.labels.distances, absoluteErrorSum: counts.labels.absoluteErrorSum,
      scores: counts.labels.scores, scoreSum: counts.labels.scoreSum)
    guard let price else { return }
    cost = price.perHour * counts.computeSum / 1e6 / 3_600 / Double(max(1, cores))
    fullCost = price.perHour * Double(counts.filled) / 3_600
  }
}

extension BusinessHistory {
  init(_ counts: [MinuteCounts], of query: BusinessQuery, price: MachinePrice?) {
    self.init(
      window: query.window, borders: query.borders, currency: price?.currency,
      periods: counts.map { BusinessPeriod($0, price: price) })
  }
}
