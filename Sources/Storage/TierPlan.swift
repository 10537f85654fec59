import Domain

/// Which tiers answer a question about a window.
///
/// The leading tier is the coarsest that gives the same answer as the finest would: it covers the window's beginning, and its
/// step divides the window's. What it has not folded yet comes from finer tiers.
struct TierPlan: Equatable {
  struct Segment: Equatable {
    let tier: Tier
    let from: Int64
    let to: Int64
  }

  /// The grid on which rows are added up: the window's own, or the tier's when that is coarser.
  let from: Int64
  let step: Int64
  let cells: Int
  let segments: [Segment]

  /// - Parameters:
  ///   - watermarks: of each of the tiers.
  ///   - tiers: finest first; the first is written directly.
  init(_ window: Window, watermarks: [Int64], now: Int64, tiers: [Tier] = Tier.all) {
    let covering = tiers.indices.filter { window.from >= now - tiers[$0].retention }
    let finest = covering.first ?? tiers.count - 1
    let lead =
      covering.last {
        window.step % tiers[$0].step == 0 && window.from % tiers[$0].step == 0
      } ?? finest
    let tier = tiers[lead]
    let isCoarser = tier.step > window.step || window.from % tier.step != 0
    step = isCoarser ? max(tier.step, window.step) : window.step
    from = isCoarser ? tier.floor(window.from) : window.from
    cells = window.to > from ? Int((window.to - from + step - 1) / step) : 0

    var segments: [Segment] = []
    var position = from
    for index in stride(from: lead, through: 0, by: -1) {
      let end = index == 0 ? window.to : min(window.to, watermarks[index])
      guard end > position else { continue }
      segments.append(Segment(tier: tiers[index], from: position, to: end))
      position = end
    }
    self.segments = segments
  }

  /// The cell that a step of the window reads from.
  func cell(of position: Int, in window: Window) -> Int {
    Int((window.from + Int64(position) * window.step - from) / step)
  }
}
