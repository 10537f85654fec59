/// Where each value of a feature is counted, frozen with the reference so that windows can be compared with it and merged.
///
/// Cells come in a fixed order: first the special ones, whose indices are the same for every feature, then the bins. A
/// numeric feature has the bins between the reference's 20-quantiles, `(e[i-1], e[i]]`, the outer ones open; its deciles
/// are some of the same edges, so counts on 20 bins merge exactly to those on 10. Where the lowest or highest bin held one
/// value only, what lies beyond that value has a bin of its own, empty in the reference: so a constant has the three bins
/// below, at and above it. A categorical feature has a bin for each common level and one for the rest.
///
/// Values are compared as they are: a reference for a model with single-precision inputs has to be made from values
/// rounded to single precision, else 0.1 and the `Float` nearest to it lie on two sides of an edge.
package struct FrozenBins: Sendable, Equatable {
  package static let missingCell = 0
  /// Not a number, or infinite.
  package static let nonFiniteCell = 1
  /// A level that the reference had not.
  package static let unseenCell = 2
  /// Text for a number, or a number for a name.
  package static let wrongTypeCell = 3
  /// The index of the first bin.
  package static let specialCount = 4

  package let kind: FeatureKind
  /// Numeric: ascending, distinct, finite; one fewer than there are bins.
  package let edges: [Double]
  /// Which edges are left when bins are merged to 10. As long as `edges`.
  package let isDecile: [Bool]
  /// Categorical: the levels with a bin of their own, the most common first.
  package let levels: [String]
  /// The levels that share the last bin, in the order of their bytes.
  package let rareLevels: [String]

  private let cellOfLevel: [String: Int]
  /// Of levels that are numbers, so that a number is looked up without making a string.
  private let cellOfNumber: [Double: Int]

  private init(
    kind: FeatureKind, edges: [Double] = [], isDecile: [Bool] = [], levels: [String] = [],
    rareLevels: [String] = []
  ) {
    self.kind = kind
    self.edges = edges
    self.isDecile = isDecile
    self.levels = levels
    self.rareLevels = rareLevels
    var cellOfLevel: [String: Int] = [:]
    for (index, level) in levels.enumerated() { cellOfLevel[level] = Self.specialCount + index }
    for level in rareLevels { cellOfLevel[level] = Self.specialCount + levels.count }
    self.cellOfLevel = cellOfLevel
    cellOfNumber = Dictionary(
      cellOfLevel.compactMap { level, cell in Double(level).map { ($0, cell) } },
      uniquingKeysWith: min)
  }

  /// - Precondition: `edges` ascend strictly and are finite; a decile mark for each.
  init(edges: [Double], isDecile: [Bool]) {
    precondition(edges.count == isDecile.count, "each edge is a decile or not")
    // Of the two zeros the one that `cell(of:)` can subtract from.
    self.init(kind: .numeric, edges: edges.map { $0 + 0 }, isDecile: isDecile)
  }

  /// - Precondition: no level stands in both, or twice.
  init(levels: [String], rareLevels: [String]) {
    self.init(kind: .categorical, levels: levels, rareLevels: rareLevels)
  }

  package var binCount: Int {
    switch kind {
    case .numeric: edges.count + 1
    case .categorical: levels.count + 1
    }
  }

  package var cellCount: Int { Self.specialCount + binCount }

  /// The cell that counts `value`. Allocates nothing.
  ///
  /// A number for a categorical feature is the level that is written as that number.
  ///
  /// - Complexity: O(log edges).
  package func cell(of value: Double) -> Int {
    guard value.isFinite else { return Self.nonFiniteCell }
    guard kind == .numeric else {
      return cellOfNumber[value] ?? (cellOfNumber.isEmpty ? Self.wrongTypeCell : Self.unseenCell)
    }
    // Halves without a branch, which would be guessed wrong as often as right: the sign of the difference says which.
    var bin = 0
    var left = edges.count
    while left > 0 {
      let half = (left &+ 1) / 2
      let isAbove = Int((edges[bin &+ half &- 1] - value).bitPattern >> 63)
      bin &+= half &* isAbove
      left &-= half
    }
    return Self.specialCount + bin
  }

  /// What a level is known by: the first 256 bytes of its name, so that names of any length take bounded memory.
  static func level(_ text: String) -> String {
    text.utf8.count <= levelBytesMax
      ? text : String(decoding: text.utf8.prefix(levelBytesMax), as: UTF8.self)
  }

  private static let levelBytesMax = 256

  /// The cell that counts `text`; an empty one is missing.
  package func cell(of text: String) -> Int {
    guard !text.isEmpty else { return Self.missingCell }
    switch kind {
    case .numeric:
      return Double(text).map { cell(of: $0) } ?? Self.wrongTypeCell
    case .categorical:
      return cellOfLevel[Self.level(text)] ?? Self.unseenCell
    }
  }
}

extension FrozenBins: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, edges, deciles, levels, rareLevels
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    switch kind {
    case .numeric:
      try container.encode(edges, forKey: .edges)
      try container.encode(isDecile, forKey: .deciles)
    case .categorical:
      try container.encode(levels, forKey: .levels)
      try container.encode(rareLevels, forKey: .rareLevels)
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func require(_ holds: Bool, _ what: String, _ key: CodingKeys) throws {
      guard !holds else { return }
      throw DecodingError.dataCorruptedError(
        forKey: key, in: container, debugDescription: what)
    }
    switch try container.decode(FeatureKind.self, forKey: .kind) {
    case .numeric:
      let edges = try container.decode([Double].self, forKey: .edges)
      let isDecile = try container.decode([Bool].self, forKey: .deciles)
      let ascends = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
      try require(ascends && edges.allSatisfy(\.isFinite), "edges ascend", .edges)
      try require(edges.count == isDecile.count, "a mark for each edge", .deciles)
      self.init(edges: edges, isDecile: isDecile)
    case .categorical:
      let levels = try container.decode([String].self, forKey: .levels)
      let rareLevels = try container.decode([String].self, forKey: .rareLevels)
      try require(
        Set(levels + rareLevels).count == levels.count + rareLevels.count,
        "each level stands once", .levels)
      self.init(levels: levels, rareLevels: rareLevels)
    }
  }
}
