/// How well typed letters fit a text in which they occur in order, with gaps: "rbf" fits "Roll back fraud".
///
/// Letters that follow one another, and letters that begin a word, count more. Words typed apart may fit in any order.
/// In a long text letters with any gaps fit by chance: there a strict match asks that each word typed stands in it as a whole, or
/// is made of beginnings of its words.
package struct FuzzyMatch: Sendable, Equatable {
  package let score: Int
  /// Which characters of the text were hit, ascending.
  package let positions: [Int]

  private static let hit = 16
  private static let adjacent = 14
  private static let wordStart = 8
  private static let textStart = 4
  private static let gap = 1

  /// - Parameter isStrict: gaps end where a word begins: "robac" fits "Roll back", "rlbk" does not.
  /// - Returns: nil when a letter is missing. An empty query fits everything, with a score of 0.
  package init?(_ query: String, in text: String, isStrict: Bool = false) {
    let words = query.split(separator: " ")
    let characters = Array(text.lowercased())
    guard characters.count == text.count || words.isEmpty else { return nil }
    var score = 0
    var positions: Set<Int> = []
    for word in words {
      let letters = Array(word.lowercased())
      guard
        let match = FuzzyMatch.best(letters, characters, isStrict: isStrict)
          ?? FuzzyMatch.whole(letters, characters)
      else { return nil }
      score += match.score
      positions.formUnion(match.positions)
    }
    self.score = score
    self.positions = positions.sorted()
  }

  /// The placing of letters with the highest score.
  /// - Complexity: O(letters x characters).
  private static func best(
    _ letters: [Character], _ text: [Character], isStrict: Bool
  ) -> (score: Int, positions: [Int])? {
    guard !letters.isEmpty, letters.count <= text.count else { return nil }
    let lowest = Int.min / 2
    // For each letter and place: the best score with this letter there, and where the letter before it was.
    var rows: [[(score: Int, from: Int)]] = []
    for (index, letter) in letters.enumerated() {
      var row = [(score: Int, from: Int)](repeating: (lowest, -1), count: text.count)
      var reach = (score: lowest, from: -1)
      for place in text.indices {
        if index > 0, place > 0 {
          // What was reached further left loses a little with each step.
          reach.score -= gap
          let before = rows[index - 1][place - 1].score
          if before >= reach.score { reach = (before, place - 1) }
        }
        guard text[place] == letter else { continue }
        let isReached = !isStrict || bonus(at: place, in: text) > 0
        let value = hit + bonus(at: place, in: text)
        if index == 0 {
          guard isReached else { continue }
          row[place] = (value - min(place, 8) * gap, -1)
        } else {
          let joined = place > 0 ? rows[index - 1][place - 1].score + adjacent : lowest
          if joined >= reach.score || !isReached {
            row[place] = (joined + value, place - 1)
          } else {
            row[place] = (reach.score + value, reach.from)
          }
        }
      }
      rows.append(row)
    }
    guard let last = rows.last, let end = last.indices.max(by: { last[$0].score < last[$1].score }),
      last[end].score > 0
    else { return nil }
    var positions = [end]
    for index in letters.indices.dropFirst().reversed() {
      positions.append(rows[index][positions[positions.count - 1]].from)
    }
    return (last[end].score, positions.reversed())
  }

  /// All letters side by side, wherever that is.
  private static func whole(
    _ letters: [Character], _ text: [Character]
  ) -> (score: Int, positions: [Int])? {
    guard let range = text.firstRange(of: letters) else { return nil }
    return (hit * letters.count + adjacent * (letters.count - 1), Array(range))
  }

  private static func bonus(at place: Int, in text: [Character]) -> Int {
    if place == 0 { return wordStart + textStart }
    let before = text[place - 1]
    return before.isLetter || before.isNumber ? 0 : wordStart
  }
}
