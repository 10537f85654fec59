/// Elements of a message for which JSON has no word, so that `null` stands in their place.
package struct NotFinite: Sendable, Equatable {
  package var nan = 0
  package var infinity = 0
  package var minusInfinity = 0

  package init(nan: Int = 0, infinity: Int = 0, minusInfinity: Int = 0) {
    self.nan = nan
    self.infinity = infinity
    self.minusInfinity = minusInfinity
  }

  package var isNone: Bool { self == NotFinite() }

  mutating func note(_ value: some BinaryFloatingPoint) {
    if value.isNaN {
      nan += 1
    } else if value > 0 {
      infinity += 1
    } else {
      minusInfinity += 1
    }
  }
}

extension NotFinite: CustomStringConvertible {
  /// `nan=1, inf=2, -inf=1`, without those that there are none of.
  package var description: String {
    [("nan", nan), ("inf", infinity), ("-inf", minusInfinity)]
      .filter { $0.1 > 0 }.map { "\($0)=\($1)" }.joined(separator: ", ")
  }
}
