/// A service level objective as it stands.
package struct ObjectiveSummary: Codable, Sendable, Equatable {
  package var kind: Kind
  /// Share of requests that must be good.
  package var target: Double
  /// Share of the last 30 days' requests, as far as they are known, that were good; nil before the first.
  package var attained: Double?
  /// Share of the error budget of 30 days that is left: below 0 when it is overspent; nil before the first request.
  package var budgetLeft: Double?
  /// When the budget is empty as it burns now, at the lower rate of the shortest pair of windows, in seconds from now; nil when
  /// it does not shrink, and before that pair is filled.
  package var emptyIn: Double?
  /// Whether fewer than 30 days were observed, so that `budgetLeft` takes their traffic to go on at its mean rate; nil: not said.
  package var isProjected: Bool?
  package var windows: [Burn]
  package var words: String

  package enum Kind: String, Codable, Sendable, CaseIterable { case availability, latency }

  /// One of the four pairs of windows.
  package struct Burn: Codable, Sendable, Equatable {
    /// Seconds.
    package var long: Int64
    package var short: Int64
    /// Multiples of the rate at which the budget would just last; nil where the window is not filled far enough.
    package var longBurn: Double?
    package var shortBurn: Double?
    package var threshold: Double
    package var isFiring: Bool

    package init(
      long: Int64, short: Int64, longBurn: Double?, shortBurn: Double?, threshold: Double,
      isFiring: Bool
    ) {
      self.long = long
      self.short = short
      self.longBurn = longBurn
      self.shortBurn = shortBurn
      self.threshold = threshold
      self.isFiring = isFiring
    }
  }

  package init(
    kind: Kind, target: Double, attained: Double? = nil, budgetLeft: Double? = nil,
    emptyIn: Double? = nil, isProjected: Bool? = nil,
    windows: [Burn] = [], words: String = ""
  ) {
    self.kind = kind
    self.target = target
    self.attained = attained
    self.budgetLeft = budgetLeft
    self.emptyIn = emptyIn
    self.isProjected = isProjected
    self.windows = windows
    self.words = words
  }
}

/// What the model is worth to those who pay for it, over the last 24 hours.
package struct BusinessFigures: Codable, Sendable, Equatable {
  package var predictions: Int64
  /// Model accuracy, of the labelled predictions.
  package var accuracy: Double?
  package var labelled: Int64
  /// Measured compute time at the configured price of the machine, for a thousand predictions; nil without a price.
  package var costPerThousand: Double?
  /// The machine's price by the predictions made, idle time included.
  package var fullCostPerThousand: Double?
  package var currency: String?
  /// User satisfaction: the mean of the scores sent with labels, in their own unit.
  package var satisfaction: Double?
  package var satisfactionCount: Int64

  package init(
    predictions: Int64 = 0, accuracy: Double? = nil, labelled: Int64 = 0,
    costPerThousand: Double? = nil, fullCostPerThousand: Double? = nil, currency: String? = nil,
    satisfaction: Double? = nil, satisfactionCount: Int64 = 0
  ) {
    self.predictions = predictions
    self.accuracy = accuracy
    self.labelled = labelled
    self.costPerThousand = costPerThousand
    self.fullCostPerThousand = fullCostPerThousand
    self.currency = currency
    self.satisfaction = satisfaction
    self.satisfactionCount = satisfactionCount
  }
}
