/// A name with `*` for any characters and `?` for one.
struct NamePattern {
  private let pattern: [Character]

  init(_ text: String) { pattern = Array(text) }

  /// - Complexity: O(pattern × name), without recursion.
  func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (place, next) = (0, 0)
    var (star, resume): (Int?, Int) = (nil, 0)
    while next < name.count {
      if place < pattern.count, pattern[place] == "*" {
        (star, resume) = (place, next)
        place += 1
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == name[next] {
        place += 1
        next += 1
      } else if let last = star {
        resume += 1
        (place, next) = (last + 1, resume)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
