import Glibc

/// A share of events that come in stretches which are like themselves: rows of one day, labels of one batch.
///
/// Blocks are taken for independent, events of one block are not. The interval is Wilson's at the effective number of trials,
/// which is the number by the design effect: the variance of the share between blocks by what it would be of single events.
/// With few blocks Student's quantile stands for the normal one.
///
/// Source: Kish 1965, "Survey Sampling", chapter 8; Cochran 1977, "Sampling Techniques", 6.3 (variance of a ratio).
package struct BlockedProportion: Sendable, Equatable {
  package struct Block: Sendable, Equatable {
    package var count: Int64
    package var total: Int64

    package init(count: Int64, total: Int64) {
      self.count = count
      self.total = total
    }
  }

  /// Those that hold any event.
  package let blocks: [Block]
  package let count: Int64
  package let total: Int64

  package init(_ blocks: [Block]) {
    self.blocks = blocks.filter { $0.total > 0 }
    count = blocks.reduce(0) { $0 + $1.count }
    total = blocks.reduce(0) { $0 + $1.total }
  }

  package var share: Double { total > 0 ? Double(count) / Double(total) : 0 }

  /// At least 1: blocks that differ less than chance would have them are no more than independent.
  package var designEffect: Double {
    guard blocks.count >= 2, count > 0, count < total else { return 1 }
    let size = Double(blocks.count)
    let spread = blocks.reduce(0.0) { sum, block in
      let surplus = Double(block.count) - share * Double(block.total)
      return sum + surplus * surplus
    }
    let variance = spread * size / (size - 1) / (Double(total) * Double(total))
    return max(1, variance * Double(total) / (share * (1 - share)))
  }

  /// 95 %.
  package var interval: WilsonInterval {
    let effect = designEffect
    return WilsonInterval(
      share: share, trials: Double(total) / effect,
      z: effect > 1 ? Self.student(blocks.count - 1) : 1.959964)
  }

  /// The 97.5 % quantile for so many degrees of freedom: exact for one and two, else by the expansion of Fisher and Cornish
  /// 1960, "The percentile points of distributions having known cumulants", which is met within 2 % from three on.
  private static func student(_ freedom: Int) -> Double {
    switch freedom {
    case ...1: return 12.7062
    case 2: return 4.30265
    default:
      let z = 1.959964
      let n = Double(freedom)
      let first = (pow(z, 3) + z) / 4
      let second = (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / 96
      let third = (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / 384
      return z + first / n + second / (n * n) + third / (n * n * n)
    }
  }
}
