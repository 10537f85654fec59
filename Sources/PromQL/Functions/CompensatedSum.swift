/// A sum that keeps what rounding takes away.
///
/// Source: Neumaier 1974, Zeitschrift für Angewandte Mathematik und Mechanik 54.
struct CompensatedSum {
  private(set) var sum = 0.0
  private var compensation = 0.0

  mutating func add(_ value: Double) {
    let total = sum + value
    if sum.magnitude >= value.magnitude {
      compensation += (sum - total) + value
    } else {
      compensation += (value - total) + sum
    }
    sum = total
  }

  /// With what was lost; an infinite sum has lost nothing that counts, and its compensation is NaN.
  var value: Double { sum.isInfinite ? sum : sum + compensation }

  /// The two parts added, also where that is NaN.
  var uncheckedValue: Double { sum + compensation }
}
