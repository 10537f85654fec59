/// How often drift rules would have called drift in windows that are all of one kind.
///
/// Beside Vigia's rule stand two that other tools come with, each on the same counts: the stability index at 0.1, and
/// chi-squared at 0.05, both without a correction for the number of features.
package struct DriftCalibration: Sendable, Equatable, Encodable {
  package enum Rule: String, Sendable, CaseIterable {
    /// An alarm stands, by `DriftPersistence`: this is what is told.
    case standing = "vigia"
    /// One window, judged by `DriftJudge` alone.
    case window = "vigia_one_window"
    case psi = "psi_0.1"
    case chiSquared = "chi_squared_0.05"
  }

  package struct Rates: Sendable, Equatable, Encodable {
    /// One trial a feature and window.
    package var feature = AlarmRate()
    /// One trial a window: an alarm of any feature.
    package var window = AlarmRate()
  }

  package private(set) var vigia = Rates()
  package private(set) var oneWindow = Rates()
  package private(set) var psi = Rates()
  package private(set) var chiSquared = Rates()

  private enum CodingKeys: String, CodingKey {
    case vigia, psi
    case oneWindow = "one_window"
    case chiSquared = "chi_squared"
  }

  package static let psiLimit = 0.1
  package static let chiSquaredLimit = 0.05
  /// Windows that follow each other in one draw, against one drawn reference.
  static let runLength = 20

  package subscript(rule: Rule) -> Rates {
    switch rule {
    case .standing: vigia
    case .window: oneWindow
    case .psi: psi
    case .chiSquared: chiSquared
    }
  }

  // MARK: What is replayed

  /// Windows and references that are drawn from one distribution: that of all stored windows together.
  ///
  /// Each feature is drawn on its own, so any-feature rates are those of features that have nothing to do with each other:
  /// the most there can be. A reference is as large as the frozen one, and stays for 20 windows.
  ///
  /// - Parameters:
  ///   - references: of all features; their bins and sizes are used.
  ///   - windows: at least one; a count for each feature.
  ///   - draws: windows to draw, at least.
  ///   - tick: called with the share that is done.
  /// - Complexity: O(draws x cells).
  package static func samplingNoise(
    _ references: [FeatureReference], windows: [[BinCounts]], draws: Int = 500, seed: UInt64,
    tick: (Double) -> Void = { _ in }
  ) -> DriftCalibration {
    precondition(!windows.isEmpty, "what is drawn from are windows")
    let pooled = pool(windows, of: references)
    var random = SplitMix64(seed: seed)
    var calibration = DriftCalibration()
    let runs = (max(draws, windows.count) + runLength - 1) / runLength
    var next = 0
    for run in 0..<runs {
      let drawn = references.indices.map { index in
        references[index].with(
          draw(references[index].counts.total, from: pooled[index], with: &random))
      }
      var standing = Standing(references.count)
      for _ in 0..<runLength {
        let sizes = windows[next % windows.count]
        next += 1
        let window = references.indices.map { index in
          draw(sizes[index].total, from: pooled[index], with: &random)
        }
        calibration.judge(window, against: drawn, &standing)
      }
      tick(Double(run + 1) / Double(runs))
    }
    return calibration
  }

  /// Each stored window against all the others together, in their order: what time of day, weekday and chance do.
  ///
  /// - Parameter windows: at least two, oldest first.
  /// - Complexity: O(windows x cells).
  package static func asTrafficVaries(
    _ references: [FeatureReference], windows: [[BinCounts]],
    tick: (Double) -> Void = { _ in }
  ) -> DriftCalibration {
    precondition(windows.count > 1, "one window has no others")
    let pooled = pool(windows, of: references)
    var calibration = DriftCalibration()
    var standing = Standing(references.count)
    for (number, window) in windows.enumerated() {
      let others = references.indices.map { index in
        references[index].with(
          BinCounts(counts: zip(pooled[index].counts, window[index].counts).map { $0 - $1 }))
      }
      calibration.judge(window, against: others, &standing)
      tick(Double(number + 1) / Double(windows.count))
    }
    return calibration
  }

  private static func pool(
    _ windows: [[BinCounts]], of references: [FeatureReference]
  ) -> [BinCounts] {
    references.indices.map { index in
      var sum = BinCounts(references[index].bins)
      for window in windows { sum.merge(window[index]) }
      return sum
    }
  }

  private static func draw(
    _ size: Int64, from pooled: BinCounts, with random: inout SplitMix64
  ) -> BinCounts {
    guard pooled.total > 0 else { return pooled }
    return BinCounts(counts: random.multinomial(size, from: pooled.counts))
  }

  // MARK: Judging

  /// By feature, in the order of a report's.
  private struct Standing {
    var features: [DriftPersistence]

    init(_ count: Int) { features = Array(repeating: DriftPersistence(), count: count) }
  }

  private mutating func judge(
    _ window: [BinCounts], against references: [FeatureReference], _ standing: inout Standing
  ) {
    let windows = window.map { FeatureWindow(counts: $0, rows: $0.total) }
    var isOpen = false
    var isDrift = false
    var isPSI = false
    var isChiSquared = false
    let report = DriftJudge.judge(references, windows).features
    guard report.contains(where: \.verdict.isJudged) else { return }
    for (index, one) in report.enumerated() {
      _ = standing.features[index].step(one.verdict, psi: one.comparison?.psi)
      guard one.verdict.isJudged else { continue }
      vigia.feature.add(standing.features[index].isOpen)
      oneWindow.feature.add(one.verdict.isDrift)
      isOpen = isOpen || standing.features[index].isOpen
      isDrift = isDrift || one.verdict.isDrift
      guard let comparison = one.comparison else { continue }
      let byPSI = comparison.psi >= Self.psiLimit
      let byChiSquared = comparison.chiSquared.p <= Self.chiSquaredLimit
      psi.feature.add(byPSI)
      chiSquared.feature.add(byChiSquared)
      isPSI = isPSI || byPSI
      isChiSquared = isChiSquared || byChiSquared
    }
    vigia.window.add(isOpen)
    oneWindow.window.add(isDrift)
    psi.window.add(isPSI)
    chiSquared.window.add(isChiSquared)
  }
}
