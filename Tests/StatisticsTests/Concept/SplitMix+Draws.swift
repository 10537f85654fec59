import Foundation

extension SplitMix {
  /// Of so many trials, the share that came out.
  mutating func share(of trials: Int, probability: Double) -> Double {
    var count = 0
    for _ in 0..<trials where Double.random(in: 0..<1, using: &self) < probability { count += 1 }
    return Double(count) / Double(trials)
  }

  /// Source: Box, Muller 1958, doi:10.1214/aoms/1177706645.
  mutating func standardNormal() -> Double {
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}
