import Statistics
import Testing

struct ChiSquaredTests {
  /// Degrees of freedom, value, tail; made with mpmath at 50 digits.
  private static let tails: [(Int, Double, Double)] = [
    (1, 1e-8, 0.99992021154405269),
    (1, 0.5, 0.47950012218695346),
    (1, 3.996003996003996, 0.045608272784399),
    (1, 100, 1.5239706048321052e-23),
    (1, 1400, 2.1010145162642175e-306),
    (2, 2, 0.36787944117144232),
    (3, 0.01, 0.99973483494134439),
    (4, 0.08483175989672345, 0.99912548340249655),
    (4, 9.4, 0.051843079479666157),
    (9, 4, 0.91141252683167917),
    (9, 11, 0.27570893677222189),
    (9, 21.7, 0.009879970254015517),
    (9, 300, 2.6102773472070237e-59),
    (9, 1300, 3.0937161204682913e-274),
    (19, 5, 0.99943096264748218),
    (19, 20.9, 0.34235264906404058),
    (19, 36.2, 0.0099741218731041961),
    (19, 640, 1.7971392865068379e-123),
    (25, 25, 0.46237366292661368),
    (52, 20, 0.99998231972758253),
    (52, 54.1, 0.3941847379795606),
    (52, 400, 3.418612915012671e-55),
    (200, 150, 0.99664755850181301),
    (200, 201.9, 0.44906821066688684),
    (200, 900, 2.3608990755064563e-89),
  ]

  @Test func `tails are within 1e-10 of the true ones, the smallest too`() {
    for (k, x, tail) in Self.tails {
      let found = ChiSquared.upperTail(x, degreesOfFreedom: k)
      #expect(isRelativelyNear(found, tail, 1e-10), "\(k) \(x) \(found)")
    }
    #expect(ChiSquared.upperTail(0, degreesOfFreedom: 3) == 1)
    #expect(ChiSquared.upperTail(-1, degreesOfFreedom: 3) == 1)
    #expect(ChiSquared.upperTail(.infinity, degreesOfFreedom: 3) == 0)
    #expect(ChiSquared.upperTail(1e6, degreesOfFreedom: 3) == 0)
  }

  @Test(arguments: [
    (1, 6.634896601021215), (2, 9.210340371976183), (5, 15.08627246938899),
    (9, 21.66599433346193), (19, 36.19086912927005), (25, 44.31410489621917),
    (50, 76.15389124901272),
  ])
  func `the 99 percent quantile is the true one`(k: Int, value: Double) {
    #expect(isRelativelyNear(ChiSquared.quantile(0.99, degreesOfFreedom: k), value, 1e-10))
  }

  @Test func `a quantile's tail is what is left of it`() {
    for k in [1, 3, 9, 40, 300] {
      for q in [0.001, 0.3, 0.5, 0.9, 0.999999] {
        let x = ChiSquared.quantile(q, degreesOfFreedom: k)
        #expect(isNear(1 - ChiSquared.upperTail(x, degreesOfFreedom: k), q, 1e-11))
      }
    }
  }

  @Test func `cells that are empty on both sides do not count`() {
    let plain = TwoSampleChiSquared(reference: [10, 20], current: [20, 10])
    let padded = TwoSampleChiSquared(reference: [0, 10, 0, 20], current: [0, 20, 0, 10])
    #expect(plain == padded)
    #expect(plain.degreesOfFreedom == 1)
    #expect(isNear(plain.statistic, 20.0 / 3))
    #expect(TwoSampleChiSquared(reference: [5], current: [7]).p == 1)
    #expect(TwoSampleChiSquared(reference: [0, 0], current: [7, 1]).p == 1)
  }

  @Test func `which side is the reference makes no difference to the test`() {
    let a: [Int64] = [3, 0, 17, 90, 5]
    let b: [Int64] = [10, 4, 1, 300, 0]
    #expect(
      TwoSampleChiSquared(reference: a, current: b) == TwoSampleChiSquared(reference: b, current: a)
    )
  }
}

struct KolmogorovSmirnovTests {
  private func ks(_ reference: [Double], _ current: [Double]) throws -> KolmogorovSmirnov {
    try #require(SampleDistances(sortedReference: reference, current: current)).kolmogorovSmirnov
  }

  /// Statistic, Stephens' p: the formula in Python, 200 terms.
  @Test(arguments: [
    (40, 0.9878925687088059), (100, 0.16184860640106258), (400, 6.82311697001538e-18),
  ])
  func `samples too large for the exact p get Stephens'`(shift: Int, p: Double) throws {
    let reference = (0..<4_000).map(Double.init)
    let current = reference.map { $0 + Double(shift) }
    let test = try ks(reference, current)
    #expect(test.statistic == Double(shift) / 4_000)
    #expect(isRelativelyNear(test.p, p, 1e-9))
  }

  /// Of all orders in which n and m values can come, the share whose gap is as large.
  @Test func `the exact p is the share of orders with as large a gap`() throws {
    for (n, m) in [(1, 1), (1, 4), (2, 3), (3, 3), (5, 2), (4, 6), (6, 6), (7, 1)] {
      var samples: [(gap: Double, p: Double)] = []
      for order in 0..<(1 << (n + m)) where order.nonzeroBitCount == n {
        let places = (0..<(n + m)).map { order >> $0 & 1 == 1 }
        let test = try ks(
          places.indices.filter { places[$0] }.map(Double.init),
          places.indices.filter { !places[$0] }.map(Double.init))
        samples.append((test.statistic, test.p))
      }
      for (gap, p) in samples {
        let share = Double(samples.count { $0.gap >= gap - 1e-12 }) / Double(samples.count)
        #expect(isNear(p, share, 1e-12), "\(n) \(m) \(gap)")
      }
    }
  }

  @Test func `the smallest samples have the p that can be counted by hand`() throws {
    // Of the 6 orders of 2 and 2 values two keep them wholly apart.
    let apart = try ks([1, 2], [3, 4])
    #expect(apart.statistic == 1)
    #expect(isNear(apart.p, 1.0 / 3))
    let same = try ks([1], [1])
    #expect(same.statistic == 0)
    #expect(same.p == 1)
  }
}
