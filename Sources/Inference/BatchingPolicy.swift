import Domain

/// How the requests of one version wait, and which of them share a run: Triton's rules for dynamic batching.
package struct BatchingPolicy: Sendable, Equatable {
  /// Rows of the largest run; 1: each request runs by itself.
  package var maxRows: Int
  /// How long the oldest request of a run may be held back for others to join; zero: whatever waits goes as soon as a
  /// lane is free.
  package var delay: Duration
  /// Sizes in rows at which a run goes at once although it could grow. Few models have any.
  package var preferred: [Int]

  package init(maxRows: Int = 32, delay: Duration = .zero, preferred: [Int] = []) {
    precondition(maxRows >= 1 && delay >= .zero, "a run has a row, and time goes forward")
    self.maxRows = maxRows
    self.delay = delay
    self.preferred = preferred.filter { (1...maxRows).contains($0) }
  }

  /// Each request by itself.
  package static let none = BatchingPolicy(maxRows: 1)

  /// Rows from which a run waits for no more.
  var fullRows: Int { preferred.max() ?? maxRows }

  var figures: ExecutionFigures.Batching {
    ExecutionFigures.Batching(
      maxRows: maxRows, delayMicroseconds: Int(delay.nanoseconds / 1_000), preferred: preferred)
  }

  /// What was asked for, before a model is measured.
  package enum Choice: Sendable, Equatable {
    /// Where the measurement at load says that it pays.
    case automatic
    case off
    /// Also where it was not measured to pay.
    case on(BatchingPolicy)
  }
}

/// Who may wait, for how long, and in which order.
package struct QueuePolicy: Sendable, Equatable {
  /// Rows that may wait in one priority level; nil: as many as `ModelServerSettings` lets wait in all.
  package var maxRows: Int?
  /// How long a request may wait; nil: as long as its deadline.
  package var timeout: Duration?
  package var timeoutAction: TimeoutAction
  /// Whether a request's own `timeout` counts. It only ever lowers.
  package var allowsTimeoutOverride: Bool
  /// Levels from 1, the highest, to this. A level's requests run only when none waits in those above, for as long as
  /// that takes: a lower level has its timeout, but no share of its own.
  package var priorityLevels: Int
  /// The level of requests that name none, 0, or one that there is not.
  package var defaultPriority: Int

  /// What becomes of a request that has waited for too long.
  package enum TimeoutAction: String, Sendable, CaseIterable {
    /// It is answered with an error.
    case reject
    /// It runs when nothing else waits, if that is before its deadline.
    case delay
  }

  package init(
    maxRows: Int? = nil, timeout: Duration? = nil, timeoutAction: TimeoutAction = .reject,
    allowsTimeoutOverride: Bool = true, priorityLevels: Int = 1, defaultPriority: Int = 1
  ) {
    precondition(
      priorityLevels >= 1 && (1...priorityLevels).contains(defaultPriority),
      "the default level is one of the levels")
    self.maxRows = maxRows
    self.timeout = timeout
    self.timeoutAction = timeoutAction
    self.allowsTimeoutOverride = allowsTimeoutOverride
    self.priorityLevels = priorityLevels
    self.defaultPriority = defaultPriority
  }

  /// The level that a request asks for, from 1.
  package func level(_ asked: Int) -> Int {
    (1...priorityLevels).contains(asked) ? asked : defaultPriority
  }

  /// Rows that may wait in all levels together, whatever a row costs.
  ///
  /// - Parameter rows: that may wait where the policy says nothing, or less.
  package func countedRows(atLeast rows: Int) -> Int {
    max(rows, (maxRows ?? 0) * priorityLevels)
  }

  /// How long rows may have to wait, as estimated from what a row cost lately; nil where rows are counted alone, since
  /// somebody has said how many may wait.
  ///
  /// - Parameter delayMax: where the policy says nothing.
  package func estimatedWaitMax(otherwise delayMax: Duration) -> Duration? {
    guard maxRows == nil else { return nil }
    guard let timeout else { return delayMax }
    // What is late is not answered with an error then: it waits on.
    return timeoutAction == .delay ? max(timeout, delayMax) : timeout
  }
}
