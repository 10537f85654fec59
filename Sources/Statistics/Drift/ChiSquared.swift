import Glibc

/// The chi-squared distribution.
///
/// Tails are those of the regularised incomplete gamma function, by its series below the mean and its continued fraction
/// above, within a relative error of 1e-12 down to the smallest number there is.
///
/// Source: Press et al., Numerical Recipes, 3rd edition, section 6.2; Thompson, Barnett 1986, doi:10.1016/0021-9991(86)90046-X
/// (the modified Lentz rule).
package enum ChiSquared {
  /// The probability of a value above `x`.
  ///
  /// - Precondition: `degreesOfFreedom` >= 1.
  package static func upperTail(_ x: Double, degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom >= 1, "a distribution has a degree of freedom")
    guard x > 0 else { return 1 }
    guard x.isFinite else { return x.isNaN ? .nan : 0 }
    let a = Double(degreesOfFreedom) / 2
    let half = x / 2
    return half < a + 1 ? 1 - lowerSeries(a, half) : upperFraction(a, half)
  }

  /// The value that lies below `probability` of the distribution, within a relative error of 1e-12.
  ///
  /// - Precondition: 0 < `probability` < 1 and `degreesOfFreedom` >= 1.
  package static func quantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile lies inside of the distribution")
    let above = 1 - probability
    // The tail falls all the way, so halving finds the value; the bracket first grows to hold it.
    var low = 0.0
    var high = Double(degreesOfFreedom) + 1
    while upperTail(high, degreesOfFreedom: degreesOfFreedom) > above {
      low = high
      high *= 2
    }
    while high - low > 1e-13 * high {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if upperTail(middle, degreesOfFreedom: degreesOfFreedom) > above {
        low = middle
      } else {
        high = middle
      }
    }
    return low + (high - low) / 2
  }

  /// x^a e^-x / Γ(a)
  private static func scale(_ a: Double, _ x: Double) -> Double {
    exp(a * log(x) - x - lgamma(a).0)
  }

  private static func lowerSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a
    var sum = term
    var n = a
    while term > sum * 1e-17 {
      n += 1
      term *= x / n
      sum += term
    }
    return sum * scale(a, x)
  }

  private static func upperFraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    // Converges within some tens of steps; the bound is there for what is no number.
    for step in 1...10_000 {
      let i = Double(step)
      let an = -i * (i - a)
      b += 2
      d = an * d + b
      if abs(d) < tiny { d = tiny }
      c = b + an / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let delta = d * c
      h *= delta
      if abs(delta - 1) < 1e-15 { break }
    }
    return scale(a, x) * h
  }
}
