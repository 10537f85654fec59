import Domain

/// How a version is run, chosen from a measurement.
package struct ExecutionPlan: Sendable, Equatable {
  package var mode: Mode
  package var cost: RunCost
  /// Why, in words.
  package var reason: String
  /// Rows of the largest run that inline requests share which come at the same time; 1: each runs by itself.
  package var sharedRows = 1

  package enum Mode: Sendable, Equatable {
    /// On the caller's thread.
    case inline
    /// On threads of its own, each request by itself.
    case lanes
    /// On threads of its own, several requests in one run.
    case batching(BatchingPolicy)
  }

  package var batching: BatchingPolicy {
    if case .batching(let policy) = mode { policy } else { .none }
  }

  /// Rows of the largest request that runs inline; 0: none.
  func inlineRows(_ settings: ModelServerSettings) -> Int {
    mode == .inline ? cost.inlineRows(settings) : 0
  }

  /// - Parameter independence: whether requests can share a run; asked for only where they otherwise would.
  package static func choose(
    _ cost: RunCost, _ settings: ModelServerSettings, independence: () -> RowIndependence
  ) -> ExecutionPlan {
    let row = "a row takes \(cost.text(cost.one))"
    if case .on(let policy) = settings.batching {
      var reason = "configured to batch; \(cost.gainText ?? row)"
      switch independence() {
      case .holds, .holdsNearly: break
      case .isBroken(let obstacle):
        let mode: Mode = cost.inlineRows(settings) > 0 ? .inline : .lanes
        return ExecutionPlan(
          mode: mode, cost: cost, reason: "\(row); configured to batch, but \(obstacle)")
      // Whoever configures it knows the model.
      case .isUnknown(let why):
        reason += "; whether rows change each other's answers is not known: \(why)"
      }
      return ExecutionPlan(mode: .batching(policy), cost: cost, reason: reason)
    }
    guard cost.inlineRows(settings) == 0 else { return inline(cost, settings, independence) }
    let lanes = { (why: String) in
      ExecutionPlan(
        mode: .lanes, cost: cost, reason: "\(row), too long for a thread of others; \(why)")
    }
    guard settings.batching != .off else { return lanes("batching is configured off") }
    guard let joined = cost.largest, let gain = cost.gain, let text = cost.gainText else {
      return lanes("not measured with more rows, so each request runs by itself")
    }
    guard gain >= leastGain, cost.savedPerRow * Double(joined.rows) > handOver else {
      return lanes("\(text), so each request runs by itself")
    }
    switch independence() {
    case .holds, .holdsNearly: break
    case .isBroken(let obstacle): return lanes("\(text), but \(obstacle)")
    case .isUnknown(let why):
      return lanes("\(text), but \(why); configured, batching takes them for independent")
    }
    return ExecutionPlan(
      mode: .batching(BatchingPolicy(maxRows: joined.rows)), cost: cost, reason: text)
  }

  private static func inline(
    _ cost: RunCost, _ settings: ModelServerSettings, _ independence: () -> RowIndependence
  ) -> ExecutionPlan {
    let limit = ExecutionFigures.time(Double(settings.inlineRunMax.nanoseconds) / 1e3)
    var plan = ExecutionPlan(
      mode: .inline, cost: cost,
      reason:
        "a row takes \(cost.text(cost.one)), less than the \(limit) from which a thread of its "
        + "own pays")
    guard settings.batching != .off, cost.savedPerRow > gathering, let gain = cost.gainText,
      case .holds = independence()
    else { return plan }
    plan.sharedRows = cost.inlineRows(settings)
    plan.reason += "; requests that come at the same time share a run, since \(gain)"
    return plan
  }

  /// Nanoseconds that it costs a cheap request to share a run, as measured: a gain below that is none.
  private static let gathering = 1_500.0
  /// A run of many rows must do at least so many times the rows of single runs: less is not worth that a request waits
  /// for its neighbours.
  private static let leastGain = 1.25
  /// Nanoseconds that giving a job to another thread costs, as measured: a gain below that is none.
  private static let handOver = 19_000.0
}

extension RunCost {
  /// Nanoseconds a row in the runs that such a policy makes when many wait.
  func perRow(_ batching: BatchingPolicy) -> Double {
    guard batching.maxRows > 1, let largest else { return Double(one) }
    return Double(largest.nanoseconds) / Double(largest.rows)
  }

  /// The largest number of rows that was measured beyond one, with its nanoseconds.
  var largest: (rows: Int, nanoseconds: Int64)? {
    thirtyTwo.map { (32, $0) } ?? eight.map { (8, $0) }
  }

  /// Nanoseconds that a row costs less in the largest run than alone: t(1) - t(N) / N.
  var savedPerRow: Double {
    largest.map { Double(one) - Double($0.nanoseconds) / Double($0.rows) } ?? 0
  }

  /// How many times the rows a second the largest run does; nil where nothing but one row was measured.
  var gain: Double? {
    largest.map { Double(one) * Double($0.rows) / Double(max(1, $0.nanoseconds)) }
  }

  var gainText: String? {
    guard let largest, let gain else { return nil }
    let alone = text(one * Int64(largest.rows))
    let times = gain < 10 ? "\((gain * 10).rounded() / 10)" : "\(Int(gain.rounded()))"
    return "\(largest.rows) rows take \(text(largest.nanoseconds)) together and \(alone) "
      + "one by one: \(times) times the rows"
  }

  func text(_ nanoseconds: Int64) -> String { ExecutionFigures.time(Double(nanoseconds) / 1e3) }

  var curve: [ExecutionFigures.Point] {
    [(1, Optional(one)), (8, eight), (32, thirtyTwo)].compactMap { rows, nanoseconds in
      nanoseconds.map { .init(rows: rows, microseconds: Double($0) / 1e3) }
    }
  }
}
