import Domain
import Statistics
import Storage

/// Classes that labels name and that the version's reference has not: labels in other words than the predictions, which count
/// as wrong, or a class that came up since.
struct UnseenClasses: Sendable, Equatable {
  private(set) var rows: Int64 = 0
  private(set) var labelled: Int64 = 0
  /// The commonest first, `named` at most.
  private(set) var names: [String] = []

  /// So many of the newest minutes with labels are looked at, so that a feed that was put right is soon called so.
  static let minutes = 60
  /// From this share of rows on it is told; below, rare classes are what they are called.
  static let told = 0.01
  private static let named = 3

  init() {}

  init(_ minutes: [ConceptWatch.Minute], classes: FrozenBins) {
    var counts: [String: Int64] = [:]
    for minute in minutes.lazy.filter({ $0.row.baselines.rows > 0 }).suffix(Self.minutes) {
      labelled += minute.row.baselines.rows
      for (name, count) in minute.row.baselines.classes
      where !classes.has(name) {
        counts[name, default: 0] += count
      }
    }
    rows = counts.values.reduce(0, +)
    names = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.named).map(\.key)
  }

  /// Nil where there is nothing to tell.
  var sentence: String? {
    let share = labelled > 0 ? Double(rows) / Double(labelled) : 0
    guard share >= Self.told else { return nil }
    let list = names.map { "\"\($0.prefix(40))\"" }.joined(separator: ", ")
    return "\(percent((share * 100).rounded() / 100)) of the newest labels name classes that the "
      + "reference has not (\(list))"
  }
}

extension FrozenBins {
  /// A class may be written as another number of the same value: `1` for `1.0`.
  fileprivate func has(_ name: String) -> Bool {
    cell(of: name) >= Self.specialCount
      || Double(name).map { cell(of: $0) >= Self.specialCount } ?? false
  }
}
