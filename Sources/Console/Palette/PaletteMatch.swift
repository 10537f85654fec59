import TextUI

/// How well an entry of the palette fits what is typed.
///
/// Words as the product prints them come before letters that happen to stand somewhere: `help` is the help, and not a title in
/// which these four letters occur. Each word typed has to fit; one that is only the object of an act fits beside another.
struct PaletteMatch: Comparable {
  /// How far the worst of the words typed is from a word of the entry, the worst first in comparisons.
  private let worst: Place
  /// Of all words typed, added.
  private let distance: Int
  private let score: Int
  /// Which characters of the title were hit, ascending.
  let positions: [Int]

  /// Where a word that was typed was found, the best first.
  private enum Place: Int, Comparable {
    case name, nameStart, titleWord, titleStart, object, letters, gaps

    static func < (one: Place, other: Place) -> Bool { one.rawValue < other.rawValue }
  }

  /// Beyond it letters with gaps fit nearly any title.
  private static let shortTitle = 24

  /// - Returns: nil where a word typed fits nothing. What is empty fits everything.
  init?(_ query: String, _ entry: PaletteEntry) {
    let typed = query.lowercased().split(separator: " ").map(String.init)
    let words = Words(entry)
    var places: [Place] = []
    var positions: Set<Int> = []
    var score = 0
    for word in typed {
      let match = FuzzyMatch(word, in: entry.title, isStrict: true)
      let loose = entry.title.count <= Self.shortTitle ? FuzzyMatch(word, in: entry.title) : nil
      guard
        let place = words.place(of: word) ?? (match != nil ? .letters : loose.map { _ in .gaps })
      else { return nil }
      places.append(place)
      positions.formUnion((match ?? loose)?.positions ?? [])
      score += (match ?? loose)?.score ?? 0
    }
    guard typed.isEmpty || places.contains(where: { $0 != .object }) else { return nil }
    worst = places.max() ?? .name
    // A name as a whole comes before one that has more words.
    let isWhole = entry.names.contains { $0.lowercased() == typed.joined(separator: " ") }
    distance = places.reduce(isWhole ? -1 : 0) { $0 + $1.rawValue }
    self.score = score
    self.positions = positions.sorted()
  }

  /// The better one first.
  static func < (one: PaletteMatch, other: PaletteMatch) -> Bool {
    (one.worst.rawValue, one.distance, -one.score)
      < (other.worst.rawValue, other.distance, -other.score)
  }

  /// An entry's words, in small letters.
  private struct Words {
    let names: [Substring]
    let title: [Substring]
    let object: [Substring]

    init(_ entry: PaletteEntry) {
      func words(_ text: String) -> [Substring] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }
      }
      names = entry.names.flatMap(words)
      title = words(entry.title)
      object = words(entry.object)
    }

    func place(of typed: String) -> Place? {
      if names.contains(typed[...]) { return .name }
      if names.contains(where: { $0.hasPrefix(typed) }) { return .nameStart }
      // Also where the title names it: a model's name is no wish to act on it.
      if object.contains(where: { $0.hasPrefix(typed) }) { return .object }
      if title.contains(typed[...]) { return .titleWord }
      return title.contains { $0.hasPrefix(typed) } ? .titleStart : nil
    }
  }
}
