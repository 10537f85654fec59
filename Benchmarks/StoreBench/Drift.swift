import Statistics

/// One window of 2,000 rows and 30 features against its references.
func driftPass() {
  var builder = ReferenceBuilder(
    (0..<30).map { FeatureDeclaration(name: "f\($0)", kind: .numeric) }, seed: 1)
  var random = SplitMix64(seed: 3)
  for _ in 0..<5_000 {
    builder.add(row: (0..<30).map { _ in Double.random(in: 0..<1, using: &random) })
  }
  let references = builder.references()
  let windows = references.map { reference in
    var counts = BinCounts(reference.bins)
    for _ in 0..<2_000 {
      counts.add(reference.bins.cell(of: Double.random(in: 0..<1, using: &random)))
    }
    return FeatureWindow(counts: counts)
  }
  var drifted = 0
  let times = (0..<51).map { _ in
    timed { drifted += DriftJudge.judge(references, windows).isDrift ? 1 : 0 }
  }
  figure("drift_ms", median(times))
  figure("drift_found", Double(drifted))
}
