import Glibc

/// The two-sample Kolmogorov–Smirnov test: the largest gap between two empirical distribution functions.
///
/// Source: Hodges 1958, "The significance probability of the Smirnov two-sample test", doi:10.1007/BF02589501.
package struct KolmogorovSmirnov: Sendable, Equatable {
  /// 0 through 1.
  package let statistic: Double
  /// Two-sided; exact for samples without ties while n m is at most `exactMax`, Stephens' approximation beyond.
  package let p: Double

  /// About 30 ms of work.
  static let exactMax = 10_000_000

  /// - Parameters:
  ///   - gap: the statistic times n m, so that equal gaps compare exactly.
  ///   - n: values of one sample, above 0.
  ///   - m: values of the other, above 0.
  /// - Complexity: O(n m) where p is exact, else O(1).
  init(gap: Int, _ n: Int, _ m: Int) {
    statistic = Double(gap) / (Double(n) * Double(m))
    p =
      n * m <= Self.exactMax
      ? Self.exactP(gap: gap, n, m) : Self.stephensP(statistic, n, m)
  }

  /// The share of lattice paths from (0, 0) to (n, m) that touch or leave the lines |x m - y n| = gap.
  ///
  /// `touched[y]` is that share among paths to (x, y), 1 on and beyond the lines. All terms are positive, so the smallest p
  /// has full precision.
  private static func exactP(gap: Int, _ n: Int, _ m: Int) -> Double {
    guard gap > 0 else { return 1 }
    var touched = (0...m).map { $0 * n >= gap ? 1.0 : 0.0 }
    for x in 1...n {
      let across = x * m
      // What lies between the lines; above it nothing has been yet.
      let low = across < gap ? 0 : (across - gap) / n + 1
      let high = min(m, (across + gap - 1) / n)
      if low > 0 { touched[low - 1] = 1 }
      guard low <= high else { return 1 }
      for y in max(1, low)..<max(1, high + 1) {
        // Of the paths to (x, y) the share x / (x + y) comes from the left.
        let left = Double(x) / Double(x + y)
        touched[y] = left * touched[y] + (1 - left) * touched[y - 1]
      }
    }
    return min(1, touched[m])
  }

  /// Source: Stephens 1970, doi:10.1111/j.2517-6161.1970.tb00821.x.
  private static func stephensP(_ statistic: Double, _ n: Int, _ m: Int) -> Double {
    let size = (Double(n) * Double(m) / Double(n + m)).squareRoot()
    let x = (size + 0.12 + 0.11 / size) * statistic
    return kolmogorovTail(x)
  }

  /// The limit of the statistic's upper tail.
  ///
  /// Source: Kolmogorov 1933; the second form, which converges where the first does not, by Jacobi's identity.
  private static func kolmogorovTail(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    if x < 1.18 {
      let y = -Double.pi * .pi / (8 * x * x)
      let sum = [1.0, 9, 25, 49].reduce(0) { $0 + exp($1 * y) }
      return max(0, 1 - (2 * Double.pi).squareRoot() / x * sum)
    }
    var sum = 0.0
    for k in 1...8 {
      let term = exp(-2 * Double(k * k) * x * x)
      sum += k % 2 == 1 ? term : -term
    }
    return min(1, 2 * sum)
  }
}
