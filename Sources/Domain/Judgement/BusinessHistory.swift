/// What a model was worth over time: asked for by day, and by week as a sum of days.
package struct BusinessQuery: Codable, Sendable, Hashable {
  package var model: String
  /// All the time that is asked about, in periods of a step.
  package var window: Window
  /// Where periods begin and the last one ends, ascending, in seconds since 1970: for days that are not equally long. Nil: the
  /// window's steps.
  package var borders: [Int64]?

  package init(model: String, window: Window) {
    self.model = model
    self.window = window
  }

  /// - Precondition: `borders` ascend, and there is one.
  package init(model: String, borders: [Int64], step: Int64) {
    precondition(!borders.isEmpty, "periods have borders")
    self.model = model
    window = Window(from: borders[0], to: borders[borders.count - 1], step: step)
    self.borders = borders
  }

  package var periodCount: Int { borders.map { max(0, $0.count - 1) } ?? window.stepCount }

  /// Where periods begin, and where the last one ends.
  package var periodBorders: [Int64] {
    borders
      ?? (0..<window.stepCount).map { window.from + Int64($0) * window.step } + [window.to]
  }
}

/// The answer: a period a step, oldest first. What champion and challenger served is in it, as in error budgets: no shadow, no
/// request past the split, nothing of a backfill.
package struct BusinessHistory: Codable, Sendable, Equatable {
  package var window: Window
  /// As they were asked for; nil: the window's steps.
  package var borders: [Int64]?
  /// Of all costs; nil without a price of the machine.
  package var currency: String?
  package var periods: [BusinessPeriod]

  package init(
    window: Window, borders: [Int64]? = nil, currency: String? = nil, periods: [BusinessPeriod]
  ) {
    self.window = window
    self.borders = borders
    self.currency = currency
    self.periods = periods
  }

  /// Where its periods begin.
  package var starts: [Int64] {
    borders.map { $0.dropLast() }
      ?? periods.indices.map { window.from + Int64($0) * window.step }
  }
}

extension BusinessFigures {
  package init(_ period: BusinessPeriod, currency: String?) {
    self.init(
      predictions: period.predictions, accuracy: period.accuracy, labelled: period.labelled,
      costPerThousand: period.costPerThousand, fullCostPerThousand: period.fullCostPerThousand,
      currency: currency, satisfaction: period.satisfaction, satisfactionCount: period.scores)
  }
}

/// What was counted over some time, at the price and under the objectives of then and now: sums, so that days make weeks.
package struct BusinessPeriod: Codable, Sendable, Equatable {
  /// Requests answered.
  package var predictions: Int64
  /// Requests that the server failed.
  package var failed: Int64
  /// Answers above the latency objective of their time.
  package var slow: Int64
  /// Labelled predictions of a class, and how many of them were right.
  package var classified: Int64
  package var right: Int64
  /// Labelled predictions of a number, and the sum of their absolute errors, in the target's unit.
  package var measured: Int64
  package var absoluteErrorSum: Double
  /// Scores sent with labels, and their sum.
  package var scores: Int64
  package var scoreSum: Double
  /// Of the measured compute time, and of all the time that the server was up; nil without a price.
  package var cost: Double?
  package var fullCost: Double?

  package init(
    predictions: Int64 = 0, failed: Int64 = 0, slow: Int64 = 0, classified: Int64 = 0,
    right: Int64 = 0, measured: Int64 = 0, absoluteErrorSum: Double = 0, scores: Int64 = 0,
    scoreSum: Double = 0, cost: Double? = nil, fullCost: Double? = nil
  ) {
    self.predictions = predictions
    self.failed = failed
    self.slow = slow
    self.classified = classified
    self.right = right
    self.measured = measured
    self.absoluteErrorSum = absoluteErrorSum
    self.scores = scores
    self.scoreSum = scoreSum
    self.cost = cost
    self.fullCost = fullCost
  }

  /// Nothing was asked of the model, and nothing became known of it.
  package var isEmpty: Bool {
    predictions == 0 && failed == 0 && classified == 0 && measured == 0 && scores == 0
  }

  package var labelled: Int64 { classified + measured }

  /// Share of requests that were answered, of those that the server answered or failed.
  package var availability: Double? {
    Self.ratio(Double(predictions), predictions + failed)
  }

  /// Share of answers within the latency objective.
  package var inTime: Double? { Self.ratio(Double(predictions - slow), predictions) }
  package var accuracy: Double? { Self.ratio(Double(right), classified) }
  package var meanAbsoluteError: Double? { Self.ratio(absoluteErrorSum, measured) }
  package var satisfaction: Double? { Self.ratio(scoreSum, scores) }
  package var costPerThousand: Double? { cost.flatMap { Self.ratio($0 * 1_000, predictions) } }

  package var fullCostPerThousand: Double? {
    fullCost.flatMap { Self.ratio($0 * 1_000, predictions) }
  }

  private static func ratio(_ top: Double, _ bottom: Int64) -> Double? {
    bottom > 0 ? top / Double(bottom) : nil
  }

  package static func + (left: BusinessPeriod, right: BusinessPeriod) -> BusinessPeriod {
    BusinessPeriod(
      predictions: left.predictions + right.predictions, failed: left.failed + right.failed,
      slow: left.slow + right.slow, classified: left.classified + right.classified,
      right: left.right + right.right, measured: left.measured + right.measured,
      absoluteErrorSum: left.absoluteErrorSum + right.absoluteErrorSum,
      scores: left.scores + right.scores, scoreSum: left.scoreSum + right.scoreSum,
      cost: sum(left.cost, right.cost), fullCost: sum(left.fullCost, right.fullCost))
  }

  private static func sum(_ left: Double?, _ right: Double?) -> Double? {
    guard let left, let right else { return left ?? right }
    return left + right
  }
}
