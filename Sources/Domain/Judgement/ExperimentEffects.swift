/// How each guardrail's effect went since a comparison began: what the confidence sequence said at each moment.
package struct ExperimentEffects: Codable, Sendable, Equatable {
  package var champion: String
  package var challenger: String
  /// When the comparison began.
  package var since: Timestamp
  /// By the guardrail's name (`ExperimentSummary.Guardrail.name`); one without a point is left out.
  package var paths: [String: Path]

  package init(champion: String, challenger: String, since: Timestamp, paths: [String: Path]) {
    self.champion = champion
    self.challenger = challenger
    self.since = since
    self.paths = paths
  }

  /// What was known of it at a moment.
  package func until(_ time: Timestamp) -> ExperimentEffects {
    var known = self
    known.paths = paths.mapValues { $0.until(time.seconds) }.filter { !$0.value.points.isEmpty }
    return known
  }

  /// Points of one guardrail, oldest first, about evenly spaced: a long comparison has fewer of them an hour.
  package struct Path: Codable, Sendable, Equatable {
    package private(set) var points: [Point]
    /// Seconds from one point to the next.
    package private(set) var step: Int64

    /// Points at most: more than a chart has columns.
    package static let capacity = 240

    package init() {
      points = []
      step = 60
    }

    /// Whether a point of now would be taken in.
    package func isDue(at time: Int64) -> Bool {
      points.last.map { time - $0.time >= step } ?? true
    }

    /// Takes in a point when it is due. A full path drops every other point and takes half as many from then on: the ends
    /// stay, and memory is bounded however long it lasts.
    ///
    /// - Complexity: O(1), amortized.
    package mutating func add(_ point: Point) {
      guard isDue(at: point.time) else { return }
      points.append(point)
      guard points.count > Self.capacity else { return }
      points = points.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
      step *= 2
    }

    fileprivate func until(_ second: Int64) -> Path {
      var known = self
      known.points.removeAll { $0.time > second }
      return known
    }

    /// The clock was set: the past moves along with it.
    package mutating func clockMoved(by seconds: Int64) {
      for index in points.indices { points[index].time += seconds }
    }
  }

  package struct Point: Codable, Sendable, Equatable {
    /// Seconds since 1970.
    package var time: Int64
    /// Challenger minus champion as shares, with the anytime-valid interval at 95 %.
    package var value: Double
    package var low: Double
    package var high: Double

    package init(time: Int64, value: Double, low: Double, high: Double) {
      self.time = time
      self.value = value
      self.low = low
      self.high = high
    }
  }
}
