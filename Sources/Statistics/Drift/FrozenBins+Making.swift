extension FrozenBins {
  /// The bins of a numeric reference: quantile edges at j/20, those that fall together once.
  ///
  /// - Parameter sorted: finite values, ascending. With none there is one bin, and nothing in it.
  /// - Complexity: O(log n).
  package init(sorted: [Double]) {
    guard let lowest = sorted.first, let highest = sorted.last else {
      self.init(edges: [], isDecile: [])
      return
    }
    var edges: [Double] = []
    var isDecile: [Bool] = []
    for j in 1..<20 {
      let edge = Self.quantile(Double(j) / 20, of: sorted)
      if edge == edges.last {
        isDecile[isDecile.count - 1] = isDecile[isDecile.count - 1] || j % 2 == 0
      } else {
        edges.append(edge)
        isDecile.append(j % 2 == 0)
      }
    }
    if edges[0] == lowest, lowest.nextDown.isFinite {
      edges.insert(lowest.nextDown, at: 0)
      isDecile.insert(true, at: 0)
    }
    // One value at the end of a small sample is no end of the feature: it has to come twice.
    let last = edges[edges.count - 1]
    if last < highest, sorted[sorted.count - 2] == highest,
      Self.least(above: last, sorted) == highest
    {
      edges.append(highest)
      isDecile.append(true)
    }
    self.init(edges: edges, isDecile: isDecile)
  }

  /// - Precondition: the last of `sorted` is above `bound`.
  private static func least(above bound: Double, _ sorted: [Double]) -> Double {
    var low = 0
    var high = sorted.count - 1
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= bound { low = middle + 1 } else { high = middle }
    }
    return sorted[low]
  }

  /// The linear rule, type 7 of Hyndman and Fan, rounded as numpy rounds it.
  ///
  /// Source: Hyndman, Fan 1996, "Sample quantiles in statistical packages", doi:10.1080/00031305.1996.10473566.
  static func quantile(_ q: Double, of sorted: [Double]) -> Double {
    let position = Double(sorted.count - 1) * q
    let index = Int(position)
    guard index + 1 < sorted.count else { return sorted[sorted.count - 1] }
    let (low, high) = (sorted[index], sorted[index + 1])
    let share = position - Double(index)
    // The difference of two finite values may be beyond the range.
    let step = high - low
    guard step.isFinite else { return low * (1 - share) + high * share }
    return share < 0.5 ? low + step * share : high - step * (1 - share)
  }

  /// What a level needs for a bin of its own, and how many are kept.
  private enum LevelLimits {
    /// Rows that a window is expected to have of it: below, chi-squared is no approximation.
    static let expected = 5.0
    static let own = 50
    /// Names kept to tell a rare level from one that was never seen.
    static let rare = 1_000
  }

  /// The bins of a categorical reference, and the counts to compare with on them.
  ///
  /// A level has a bin of its own when a window of `windowRows` rows is expected to have 5 or more of it, at most 50 have;
  /// the others share one. Levels that are seldom enough are not kept by name and count as unseen.
  ///
  /// How many rows of a window will be unseen without any drift is estimated by leaving each row of the reference out
  /// once: a row whose level would not be kept without it counts as unseen. With few levels that is none; with a new
  /// name on every row (an id) it is all.
  ///
  /// - Parameters:
  ///   - counts: rows by level, each above 0.
  ///   - untracked: further rows, of levels too many to count one by one.
  /// - Complexity: O(levels log levels).
  ///
  /// Source: Good 1953, "The population frequencies of species and the estimation of population parameters",
  /// doi:10.1093/biomet/40.3-4.237 (the share of the unseen is that of the levels seen once).
  static func ofLevels(
    _ counts: [String: Int64], untracked: Int64, windowRows: Int64
  ) -> (bins: FrozenBins, counts: BinCounts) {
    let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let total = ranked.reduce(untracked) { $0 + $1.value }
    let needed = LevelLimits.expected * Double(total) / Double(max(windowRows, 1))
    let ownCount = ranked.prefix(LevelLimits.own).prefix {
      Double($0.value) >= max(needed, LevelLimits.expected)
    }.count
    let others = ranked[ownCount...]
    // Not kept by name: all whose count does not exceed that of the first one too many.
    let threshold = others.dropFirst(LevelLimits.rare).first?.value ?? 0
    let rare = others.prefix { $0.value > threshold }
    let bins = FrozenBins(
      levels: ranked[..<ownCount].map(\.key), rareLevels: rare.map(\.key).sorted())
    var made = BinCounts(cells: bins.cellCount)
    for (index, level) in ranked[..<ownCount].enumerated() {
      made.add(specialCount + index, count: level.value)
    }
    made.add(unseenCell, count: untracked)
    for (_, count) in others {
      made.add(
        count <= threshold + 1 ? unseenCell : specialCount + ownCount, count: count)
    }
    return (bins, made)
  }
}
