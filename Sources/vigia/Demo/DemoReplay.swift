import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Decides which requests are due when. Pure: the same seed and times give the same requests.
///
/// Arrivals are a Poisson process, as those of many independent clients are; each request goes to a model by its share.
package struct DemoReplay: Sendable {
  /// What the planner must know of a model.
  package struct Lane: Sendable, Equatable {
    package var share: Double
    package var rowCount: Int
    package var startRow: Int
    package var firstUnseenRow: Int
    package var incidentRow: Int?
    /// Whether the feature-break incident empties a column of its rows.
    package var canBreak: Bool

    package init(
      share: Double, rowCount: Int, startRow: Int = 0, firstUnseenRow: Int = 0,
      incidentRow: Int? = nil, canBreak: Bool = false
    ) {
      self.share = share
      self.rowCount = rowCount
      self.startRow = startRow
      self.firstUnseenRow = firstUnseenRow
      self.incidentRow = incidentRow
      self.canBreak = canBreak
    }
  }

  package struct Request: Sendable, Equatable {
    /// From 0, over all models.
    package var sequence: Int
    /// Index of the lane.
    package var lane: Int
    /// Row of the stream, from 0.
    package var row: Int
    /// Seconds after the start at which it is due.
    package var time: Double
    /// Whether it is due after the upstream column has broken.
    package var isBroken = false
  }

  /// Seconds after the start at which the next request is due.
  package private(set) var nextTime: Double
  private let lanes: [Lane]
  private let totalShare: Double
  private let interval: Double
  /// For each lane, how many requests reach the incident's row; nil without an incident.
  private let untilIncident: [Int?]
  /// Seconds after which a column breaks; infinite where none does.
  private let breakTime: Double
  /// For each lane, the last rows that go round: what the broken column costs, and what an act wins back, is measured on the
  /// same rows, not on what changes in the stream by itself from the incident's row on. Nil for a lane that goes on.
  private let rounds: [Range<Int>?]
  private var counts: [Int]
  private var sequence = 0
  private var generator: SplitMix64

  /// - Parameters:
  ///   - lanes: at least one, each with a row.
  ///   - past: seconds before the start from which on requests are due; theirs are the rows that come before the start's.
  package init(lanes: [Lane], options: DemoOptions, past: Double = 0) {
    precondition(!lanes.isEmpty && lanes.allSatisfy { $0.rowCount > 0 && $0.share > 0 })
    precondition(options.rate > 0 && options.speed > 0)
    let totalShare = lanes.reduce(0) { $0 + $1.share }
    self.lanes = lanes
    self.totalShare = totalShare
    interval = 1 / options.requestsPerSecond
    breakTime = options.incident == .featureBreak ? options.incidentBegin ?? .infinity : .infinity
    untilIncident = lanes.map { lane in
      guard options.incident == .badRelease, let row = lane.incidentRow, row < lane.rowCount
      else { return nil }
      let seconds = DemoOptions.incidentTime + DemoOptions.incidentDelay
      return Int((options.rate * lane.share / totalShare * seconds).rounded())
    }
    rounds = lanes.map { lane in
      guard options.incident == .featureBreak, lane.canBreak, let end = lane.incidentRow,
        lane.startRow < end, end <= lane.rowCount
      else { return nil }
      return lane.startRow..<end
    }
    counts = lanes.map {
      -Int((options.requestsPerSecond * $0.share / totalShare * past).rounded())
    }
    generator = SplitMix64(seed: options.seed)
    nextTime = -past
    nextTime += gap()
  }

  /// All requests due up to this time that were not given before, in order.
  package mutating func due(at elapsed: Double) -> [Request] {
    var requests: [Request] = []
    while nextTime <= elapsed {
      let lane = chosenLane()
      requests.append(
        Request(
          sequence: sequence, lane: lane, row: row(counts[lane], of: lane), time: nextTime,
          isBroken: lanes[lane].canBreak && nextTime >= breakTime))
      counts[lane] += 1
      sequence += 1
      nextTime += gap()
    }
    return requests
  }

  /// The row of a lane's request; negative counts are those before the start. At the end the rows go on from the first
  /// that no model was trained on, and before that one from the end.
  private func row(_ count: Int, of index: Int) -> Int {
    let lane = lanes[index]
    if let round = rounds[index], count >= 0 { return round.lowerBound + count % round.count }
    let first = min(lane.firstUnseenRow, lane.rowCount - 1)
    guard let untilIncident = untilIncident[index], let incident = lane.incidentRow else {
      let start = lane.startRow % lane.rowCount
      return wrapped(start + count, first: start < first ? 0 : first, end: lane.rowCount)
    }
    if count >= untilIncident {
      return wrapped(incident + count - untilIncident, first: first, end: lane.rowCount)
    }
    // Counted back from the incident, and round again in the rows before it when they are too few.
    let distance = untilIncident - count - 1
    return incident - 1 - distance % (incident - first)
  }

  private func wrapped(_ row: Int, first: Int, end: Int) -> Int {
    if row < first { return end - 1 - (first - 1 - row) % (end - first) }
    return row < end ? row : first + (row - end) % (end - first)
  }

  private mutating func chosenLane() -> Int {
    var position = generator.uniform() * totalShare
    for (index, lane) in lanes.enumerated() {
      position -= lane.share
      if position < 0 { return index }
    }
    return lanes.count - 1
  }

  private mutating func gap() -> Double { -log(generator.uniform()) * interval }
}
