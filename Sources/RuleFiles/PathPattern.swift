import Foundation

/// Paths by patterns, as Go's `filepath.Glob` finds them: `*`, `?` and `[…]` within one name; no `**`.
package enum PathPattern {
  /// - Returns: sorted; what does not exist is left out.
  static func paths(matching pattern: String) -> [String] {
    let isAbsolute = pattern.hasPrefix("/")
    var found = [isAbsolute ? "/" : ""]
    for part in pattern.split(separator: "/") {
      found = found.flatMap { folder -> [String] in
        let prefix = folder.isEmpty || folder == "/" ? folder : folder + "/"
        guard part.contains(where: { "*?[\\".contains($0) }) else {
          let path = prefix + part
          return FileManager.default.fileExists(atPath: path) ? [path] : []
        }
        let names =
          (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder))
          ?? []
        return names.sorted().filter { matches(Array($0)[...], Array(part)[...]) }.map {
          prefix + $0
        }
      }
    }
    return found.filter { !$0.isEmpty }
  }

  package static func matches(_ name: String, pattern: String) -> Bool {
    matches(Array(name)[...], Array(pattern)[...])
  }

  private static func matches(
    _ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>
  ) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case "*": return (0...name.count).contains { matches(name.dropFirst($0), rest) }
    case "?": return !name.isEmpty && matches(name.dropFirst(), rest)
    case "[":
      guard let end = rest.dropFirst().firstIndex(of: "]"), let character = name.first else {
        return false
      }
      return isOne(character, of: rest[..<end]) && matches(name.dropFirst(), pattern[(end + 1)...])
    case "\\":
      return !rest.isEmpty && name.first == rest.first
        && matches(name.dropFirst(), rest.dropFirst())
    default: return name.first == first && matches(name.dropFirst(), rest)
    }
  }

  private static func isOne(_ character: Character, of set: ArraySlice<Character>) -> Bool {
    let isNegated = set.first == "^"
    var rest = isNegated ? set.dropFirst() : set
    var isFound = false
    while let low = rest.popFirst() {
      var high = low
      if rest.first == "-", rest.count > 1 {
        high = rest[rest.startIndex + 1]
        rest = rest.dropFirst(2)
      }
      if low <= character, character <= high { isFound = true }
    }
    return isFound != isNegated
  }
}
