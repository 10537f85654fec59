import Foundation
import Statistics
import Testing

struct GoldenDriftTests {
  private func values(_ values: [Double]) -> FeatureValues {
    var made = FeatureValues(FeatureDeclaration(name: "x", kind: .numeric), seed: 1)
    for value in values { made.add(value) }
    return made
  }

  private func frozen(_ name: String) throws -> (
    golden: GoldenDrift.Numerical, reference: FeatureReference, current: BinCounts
  ) {
    let golden = try #require(try GoldenDrift.load().numerical[name])
    let samples = try GoldenDrift.samples(name)
    var (reference, current) = (values(samples.reference), values(samples.current))
    let frozen = reference.reference()
    return (golden, frozen, current.counts(on: frozen.bins))
  }

  @Test(arguments: GoldenDrift.numericalNames)
  func `Kolmogorov-Smirnov and Wasserstein are those of scipy`(name: String) throws {
    let (golden, reference, current) = try frozen(name)
    let samples = try GoldenDrift.samples(name)
    let distances = try #require(
      SampleDistances(
        sortedReference: samples.reference.sorted(), current: samples.current.sorted()))
    #expect(isNear(distances.kolmogorovSmirnov.statistic, golden.ksD))
    #expect(isRelativelyNear(distances.kolmogorovSmirnov.p, golden.ksPAuto, 1e-6))
    #expect(isNear(distances.wasserstein, golden.wasserstein1))
    let comparison = try #require(
      DriftComparison(reference: reference, current: current, distances: distances))
    #expect(isNear(comparison.ks, golden.ksD))
    #expect(isNear(comparison.w1OverStandardDeviation, golden.w1OverStd))
    #expect(isNear(reference.spread?.mean, golden.meanRef))
    #expect(isNear(reference.spread?.standardDeviation, golden.stdRefPop))
  }

  @Test(arguments: GoldenDrift.numericalNames)
  func `bins and stability index are those of numpy's deciles`(name: String) throws {
    let (golden, reference, current) = try frozen(name)
    #expect(
      isNear(
        PopulationStability.index(reference: golden.refCounts, current: golden.curCounts),
        golden.psi))
    let edges = reference.bins.edges(at: .ten)
    for edge in golden.edges { #expect(edges.contains { isNear($0, edge) }, "\(edge)") }
    // Bins of our own, beyond the only value of an outer bin, are empty in the reference.
    let counts = reference.bins.merged(reference.counts, to: .ten)
    #expect(
      counts.dropFirst(FrozenBins.specialCount).filter { $0 > 0 }
        == golden.refCounts.filter { $0 > 0 })
    guard !reference.isConstant else { return }
    let window = reference.bins.merged(current, to: .ten)
    #expect(
      zip(counts, window).dropFirst(FrozenBins.specialCount).filter { $0.0 > 0 }.map(\.1)
        == golden.curCounts)
    #expect(isNear(PopulationStability.index(reference: counts, current: window), golden.psi))
  }

  @Test(arguments: GoldenDrift.categoricalNames)
  func `two-sample chi-squared, stability index and Jensen-Shannon are those of scipy`(
    name: String
  ) throws {
    let golden = try #require(try GoldenDrift.load().categorical[name])
    let feature = FeatureDeclaration(name: name, kind: .categorical)
    var reference = FeatureValues(feature, seed: 1)
    var current = FeatureValues(feature, seed: 1)
    for (level, before, now) in try GoldenDrift.levels(name) {
      for _ in 0..<before { reference.add(level) }
      for _ in 0..<now { current.add(level) }
    }
    let frozen = reference.reference()
    let comparison = try #require(
      DriftComparison(reference: frozen, current: current.counts(on: frozen.bins)))
    #expect(isNear(comparison.chiSquared.statistic, golden.statistic))
    #expect(comparison.chiSquared.degreesOfFreedom == golden.degreesOfFreedom)
    #expect(isNear(comparison.chiSquared.p, golden.p))
    #expect(isNear(comparison.js, golden.js))
    #expect(isNear(comparison.psi, golden.psi))
    #expect(comparison.ks == nil)
    #expect(comparison.w1OverStandardDeviation == nil)
  }

  @Test(arguments: ["shift_large", "few_values", "disjoint", "identical"])
  func `on bins alone the distances are never too large, and near`(name: String) throws {
    let (golden, reference, current) = try frozen(name)
    let binned = try #require(DriftComparison(reference: reference, current: current))
    let ks = try #require(binned.ks)
    #expect(ks <= golden.ksD + 1e-12)
    #expect(ks >= golden.ksD - 0.05 - 1e-12)
    let w1 = try #require(binned.w1OverStandardDeviation)
    #expect(w1 <= golden.w1OverStd * 1.05)
    // What lies beyond the reference's range counts as at its end.
    if name != "disjoint" { #expect(w1 >= golden.w1OverStd * 0.9) }
  }
}

struct MultiplicityTests {
  private struct Golden: Decodable {
    struct Sets: Decodable {
      /// Some sets are e-values alone.
      var p: [Double]?
      var adjusted: [Double]?
      var rejected: [Int]?

      enum CodingKeys: String, CodingKey {
        case p
        case adjusted = "bh_adjusted"
        case rejected = "bh_reject_q0.05"
      }
    }
    var sets: [String: Sets]
  }

  @Test func `Benjamini-Hochberg is that of scipy`() throws {
    let golden = try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: GoldenDrift.file("multiplicity/expected.json")))
    let sets = golden.sets.filter { $0.value.p != nil }
    #expect(sets.count >= 3)
    for (name, set) in sets {
      let adjusted = Multiplicity.benjaminiHochberg(try #require(set.p))
      for (ours, theirs) in zip(adjusted, try #require(set.adjusted)) {
        #expect(isRelativelyNear(ours, theirs, 1e-12), "\(name)")
      }
      #expect(adjusted.indices.filter { adjusted[$0] <= 0.05 } == set.rejected, "\(name)")
    }
  }

  @Test func `nothing and one p-value stay as they are`() {
    #expect(Multiplicity.benjaminiHochberg([]) == [])
    #expect(Multiplicity.benjaminiHochberg([0.03]) == [0.03])
  }
}
