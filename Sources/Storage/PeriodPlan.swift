import Domain

/// Which rows make the sums of periods of any length: each second of them stands in one row of one tier, and so counts once.
///
/// A period is made of the coarsest rows that lie wholly in it, and of finer ones at its borders. Where what is kept is coarser
/// than a border, the row that holds the border belongs to the later period.
struct PeriodPlan: Equatable {
  /// Where rows are divided: the borders that were asked for, moved to the start of the row that they would cut. The last is
  /// moved to the end of its row: what a question ends in is in the answer.
  let borders: [Int64]
  private(set) var segments: [TierPlan.Segment] = []

  private let watermarks: [Int64]
  private let now: Int64
  private let tiers: [Tier]

  /// Rows that a coarser tier has to save a question of its own for.
  private static let rowsWorthwhile: Int64 = 8

  /// - Parameters:
  ///   - borders: ascending: where each period begins, and where the last ends.
  ///   - watermarks: of each of the tiers.
  ///   - now: what has gone by its age.
  ///   - leftOut: stretches that no row may be of, ascending; no two touch. A row that holds one of their seconds is left
  ///     out with its whole minute, and with its whole hour where minutes are not kept any more.
  ///   - tiers: finest first, each step a multiple of the one before; the first is written directly.
  /// - Complexity: O(borders + stretches left out).
  init(
    _ borders: [Int64], watermarks: [Int64], now: Int64, leavingOut leftOut: [Range<Int64>] = [],
    tiers: [Tier] = Tier.all
  ) {
    self.watermarks = watermarks
    self.now = now
    self.tiers = tiers
    guard let first = borders.first, let last = borders.last, borders.count > 1 else {
      self.borders = []
      return
    }
    let grid = { Self.grid($0, since: first, now: now, tiers: tiers) }
    self.borders =
      borders.dropLast().map { grid($0).floor($0) } + [grid(last).floor(last + grid(last).step - 1)]
    let whole = leftOut.map { stretch in
      let (start, end) = (
        max(grid(stretch.lowerBound).step, 60), max(grid(stretch.upperBound).step, 60)
      )
      return stretch.lowerBound / start * start..<(stretch.upperBound + end - 1) / end * end
    }
    for (from, to) in zip(self.borders, self.borders.dropFirst()) {
      var start = from
      for stretch in whole where stretch.upperBound > from && stretch.lowerBound < to {
        cover(start, stretch.lowerBound, index: tiers.count - 1)
        start = max(start, stretch.upperBound)
      }
      cover(start, to, index: tiers.count - 1)
    }
  }

  /// The finest tier that can be cut at a time: it has what is left of the coarser row that is cut there, as far as that was
  /// asked for.
  ///
  /// - Parameter first: from when on something is asked for.
  static func grid(
    _ time: Int64, since first: Int64, now: Int64, tiers: [Tier] = Tier.all
  ) -> Tier {
    zip(tiers, tiers.dropFirst()).first { tier, coarser in
      max(coarser.floor(time), tier.floor(first)) >= now - tier.retention
    }?.0 ?? tiers[tiers.count - 1]
  }

  private mutating func cover(_ from: Int64, _ to: Int64, index: Int) {
    guard from < to else { return }
    guard index > 0 else { return append(tiers[0], from, to) }
    let tier = tiers[index]
    let start = tier.floor(from + tier.step - 1)
    let end = tier.floor(min(to, watermarks[index]))
    let isWorthwhile =
      (start == from && end == to) || end - start >= Self.rowsWorthwhile * tier.step
      || Self.grid(from, since: borders[0], now: now, tiers: tiers) == tier
    guard start < end, isWorthwhile else { return cover(from, to, index: index - 1) }
    cover(from, start, index: index - 1)
    append(tier, start, end)
    cover(end, to, index: index - 1)
  }

  private mutating func append(_ tier: Tier, _ from: Int64, _ to: Int64) {
    if let last = segments.last, last.tier == tier, last.to == from {
      segments[segments.count - 1] = TierPlan.Segment(tier: tier, from: last.from, to: to)
    } else {
      segments.append(TierPlan.Segment(tier: tier, from: from, to: to))
    }
  }

  /// The period in which a row that begins at `time` counts: of several that begin there the last, which alone is not empty.
  /// Nil outside of what was asked for.
  ///
  /// - Complexity: O(log borders).
  func period(at time: Int64) -> Int? {
    guard let first = borders.first, let last = borders.last, time >= first, time < last else {
      return nil
    }
    // Borders up to `lower` are not after the time, those from `upper` on are.
    var (lower, upper) = (0, borders.count - 1)
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if borders[middle] <= time { lower = middle } else { upper = middle }
    }
    return lower
  }
}
