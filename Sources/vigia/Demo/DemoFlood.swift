/// Decides when the client that floods sends its bursts. Pure, like `DemoReplay`.
///
/// A batch job that splits a table into requests and sends them without waiting: all of a burst at once, burst after burst,
/// from the incident on.
package struct DemoFlood: Sendable, Equatable {
  /// Seconds after the start of the first burst.
  package let begin: Double
  /// Seconds from one burst to the next.
  package let interval: Double
  package let burst: Int
  private var sent = 0

  /// - Parameter modelRate: the model's own requests per second on the wall.
  package init(_ flood: DemoManifest.Flood, modelRate: Double, begin: Double) {
    precondition(modelRate > 0 && flood.burst > 0 && flood.ratio > 0)
    self.begin = begin
    burst = flood.burst
    interval = Double(flood.burst) / (flood.ratio * modelRate)
  }

  /// When the next burst is due.
  package var nextTime: Double { begin + Double(sent) * interval }

  /// How many requests are due up to this time that were not given before. Bursts that were missed are not made up for.
  package mutating func due(at elapsed: Double) -> Int {
    guard nextTime <= elapsed else { return 0 }
    // At a burst's very time the quotient may come out a little below its number.
    sent = max(sent, Int(((elapsed - begin) / interval).rounded(.down))) + 1
    return burst
  }
}
