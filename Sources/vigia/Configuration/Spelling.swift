/// Finds the name that someone probably meant.
package enum Spelling {
  /// The candidate with the fewest edits, when they are few enough to be a slip.
  ///
  /// - Complexity: O(candidates × length²).
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    let limit = max(1, word.count / 3)
    let ranked = candidates.map { (name: $0, distance: distance(word, $0)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit,
      best.distance < word.count
    else { return nil }
    return best.name
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other: the
  /// restricted Damerau–Levenshtein distance. Case counts as no difference.
  ///
  /// Source: Boytsov 2011, J. Exp. Algorithmics 16, section 2.2.
  package static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased().prefix(100))
    let right = Array(right.lowercased().prefix(100))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var next = [row + 1]
      for column in right.indices {
        let cost = left[row] == right[column] ? 0 : 1
        var best = min(last[column + 1] + 1, next[column] + 1, last[column] + cost)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        next.append(best)
      }
      (beforeLast, last) = (last, next)
    }
    return last[right.count]
  }
}
