import Domain
import TextUI

/// One feature in its reference and in a window, by the reference's bins, both as shares of their rows.
struct FeatureDistribution: Equatable {
  /// Rows in both.
  struct Cell: Equatable {
    var label = ""
    /// Where there is little room.
    var short: String?
    var reference: Int
    var current: Int
  }

  /// In the order of the reference's bins.
  private(set) var bins: [Cell]
  /// Between each two bins, in the feature's own unit; empty for a categorical feature.
  private(set) var edges: [Double]
  /// Those special cells that either side has rows in.
  let specials: [Cell]
  let referenceRows: Int
  let currentRows: Int

  /// - Returns: nil where the counts are not on these cells.
  init?(_ cells: FeatureCells, current: [Int]) {
    let first = FeatureCells.Special.allCases.count
    guard current.count == cells.counts.count, cells.counts.count > first else { return nil }
    let names = cells.levels.map { $0 + ["others"] } ?? []
    bins = (first..<current.count).map { cell in
      Cell(
        label: cell - first < names.count ? names[cell - first].sanitized : "",
        reference: cells.counts[cell], current: current[cell])
    }
    edges = cells.edges ?? []
    if cells.levels != nil, bins.last?.reference == 0, bins.last?.current == 0 {
      bins.removeLast()
    }
    specials = FeatureCells.Special.allCases.compactMap { special in
      let cell = Cell(
        label: special.word, short: special.shortWord, reference: cells.counts[special.rawValue],
        current: current[special.rawValue])
      return cell.reference > 0 || cell.current > 0 ? cell : nil
    }
    referenceRows = cells.total
    currentRows = current.reduce(0, +)
  }

  func referenceShare(_ cell: Cell) -> Double { Self.share(cell.reference, of: referenceRows) }

  func currentShare(_ cell: Cell) -> Double { Self.share(cell.current, of: currentRows) }

  private static func share(_ rows: Int, of all: Int) -> Double {
    all > 0 ? Double(rows) / Double(all) : 0
  }

  /// At most so many bins: neighbours of a numeric feature are joined, levels past them make one of others.
  func fitted(to count: Int) -> FeatureDistribution {
    guard bins.count > count, count > 0 else { return self }
    var fitted = self
    if edges.isEmpty {
      let kept = bins.prefix(count - 1)
      let rest = bins.dropFirst(count - 1)
      fitted.bins =
        kept + [
          Cell(
            label: "others", reference: rest.reduce(0) { $0 + $1.reference },
            current: rest.reduce(0) { $0 + $1.current })
        ]
      return fitted
    }
    let size = (bins.count + count - 1) / count
    let starts = Array(stride(from: 0, to: bins.count, by: size))
    fitted.bins = starts.map { start in
      let group = bins[start..<min(start + size, bins.count)]
      return Cell(
        reference: group.reduce(0) { $0 + $1.reference },
        current: group.reduce(0) { $0 + $1.current })
    }
    fitted.edges = starts.dropFirst().map { edges[$0 - 1] }
    return fitted
  }

  // MARK: Drawing

  /// Columns from which on special cells have their whole names.
  private static let roomy = 70

  func draw(
    in rect: Rect, tone: Tone, names: (value: String, mark: String), on grid: inout CellGrid,
    look: Look
  ) {
    let isRoomy = rect.width >= Self.roomy
    let others = specials.map { OverlaidBars.Bar($0, in: self, isRoomy: isRoomy) }
    // Labels of the axis, and what stands apart.
    let taken = others.reduce(8) { $0 + $1.label.count + 1 }
    let fitted = fitted(to: max(4, rect.width - taken))
    OverlaidBars(
      bars: fitted.bins.map { OverlaidBars.Bar($0, in: self, isRoomy: true) },
      borders: Figures.edges(fitted.edges), others: others, tone: tone, names: names,
      label: { Format.wholePercent($0).text }
    ).draw(in: rect, on: &grid, look: look)
  }

  /// Both sides as a row of bars each, on one scale, where there is no room for a chart.
  func rows(
    _ look: Look, tone: Tone, width: Int
  ) -> (reference: StyledText, current: StyledText) {
    let fitted = fitted(to: width)
    let all = fitted.bins + specials
    let top = all.flatMap { [referenceShare($0), currentShare($0)] }.max() ?? 0
    func row(_ share: (Cell) -> Double, _ style: Style) -> StyledText {
      // Nothing in a bin is a blank.
      let bars = fitted.bins.map {
        Glyphs.rung(of: look.glyphs.bars, for: share($0) / max(top, 1e-9))
      }
      return StyledText(String(bars), style)
    }
    return (row(referenceShare, look.theme.text), row(currentShare, look.style(tone)))
  }

  /// What the rows of bars leave out: `missing 3.1 %, was 0.00 %`.
  var specialWords: [String] {
    specials.map { cell in
      "\(cell.label) \(Format.percent(currentShare(cell)).text), was "
        + Format.percent(referenceShare(cell)).text
    }
  }
}

extension OverlaidBars.Bar {
  fileprivate init(
    _ cell: FeatureDistribution.Cell, in distribution: FeatureDistribution, isRoomy: Bool
  ) {
    self.init(
      distribution.currentShare(cell), mark: distribution.referenceShare(cell),
      label: isRoomy ? cell.label : cell.short ?? cell.label)
  }
}

extension FeatureCells.Special {
  fileprivate var word: String {
    switch self {
    case .missing: "missing"
    case .notFinite: "not finite"
    case .unseen: "unseen"
    case .wrongType: "wrong type"
    }
  }

  fileprivate var shortWord: String {
    switch self {
    case .missing: "none"
    case .notFinite: "NaN"
    case .unseen: "new"
    case .wrongType: "type"
    }
  }
}

extension Figures {
  /// Edges with as many digits as it takes to tell them apart.
  static func edges(_ edges: [Double]) -> [String] {
    let largest = edges.map(\.magnitude).max() ?? 0
    guard largest < 99_999.5 else { return edges.map { signed($0) } }
    for places in 0...4 {
      let texts = edges.map { Format.decimal($0, places: places) }
      // Whole numbers say little of what lies within a few of them.
      if Set(texts).count == edges.count, places > 0 || largest >= 99.5 || edges.count < 2 {
        return texts
      }
    }
    return edges.map { Format.decimal($0, places: 4) }
  }

  private static func signed(_ value: Double) -> String {
    (value < 0 ? "-" : "") + Format.compact(value.magnitude)
  }
}
