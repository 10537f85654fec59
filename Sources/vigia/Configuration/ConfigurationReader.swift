/// Reads located values as settings, and keeps a list of all that is wrong with them.
struct ConfigurationReader {
  var diagnostics: [ConfigurationDiagnostic] = []
  /// Relative paths of a file start here; those of flags and variables at the working directory.
  let folder: String
  let workingDirectory: String

  mutating func report(_ place: ConfigurationPlace, _ problem: ConfigurationProblem) {
    diagnostics.append(ConfigurationDiagnostic(place, problem))
  }

  // MARK: Blocks

  /// The entries of a block whose keys are known, by key; the first of a key given twice.
  ///
  /// - Parameter owner: how a message names the block; nil for the whole file.
  mutating func block(_ value: LocatedValue, owner: String?, keys: [String])
    -> [String: LocatedValue.Entry]
  {
    var known: [String: LocatedValue.Entry] = [:]
    for entry in entries(value, owner: owner) {
      if keys.contains(entry.key) {
        known[entry.key] = entry
      } else {
        report(
          entry.keyPlace,
          .unknownKey(entry.key, suggestion: Spelling.nearest(to: entry.key, among: keys)))
      }
    }
    return known
  }

  /// The entries of a block with any keys, in order.
  mutating func entries(_ value: LocatedValue, owner: String?) -> [LocatedValue.Entry] {
    guard case .mapping(let entries) = value.content else {
      if let owner {
        report(
          value.place, .wrongType(key: owner, expected: "a block of keys", found: value.found))
      } else {
        report(value.place, .notAMapping(found: value.found))
      }
      return []
    }
    var first: [String: ConfigurationPlace] = [:]
    return entries.filter { entry in
      guard let earlier = first[entry.key] else {
        first[entry.key] = entry.keyPlace
        return true
      }
      var line: Int?
      if case .position(_, let number, _) = earlier { line = number }
      report(entry.keyPlace, .duplicateKey(entry.key, firstLine: line))
      return false
    }
  }

  // MARK: Scalars

  /// Text that is no number, no boolean and not empty.
  mutating func text(_ value: LocatedValue, key: String, expected: String = "text") -> String? {
    guard case .scalar(let text, .text) = value.content else {
      report(value.place, .wrongType(key: key, expected: expected, found: value.found))
      return nil
    }
    guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else {
      let found = text.isEmpty ? "empty text" : value.found
      report(value.place, .badForm(key: key, expected: expected, found: found))
      return nil
    }
    return text
  }

  mutating func number(_ value: LocatedValue, key: String, in range: ClosedRange<Double>)
    -> Double?
  {
    let (low, high) = (Self.short(range.lowerBound), Self.short(range.upperBound))
    let expected = "a number from \(low) to \(high)"
    guard case .scalar(let text, let kind) = value.content, kind == .integer || kind == .number,
      let number = Double(text.replacing("_", with: "")), !number.isNaN
    else {
      report(value.place, .wrongType(key: key, expected: expected, found: value.found))
      return nil
    }
    guard range.contains(number) else {
      report(value.place, .outOfRange(key: key, expected: expected, found: text))
      return nil
    }
    return number
  }

  mutating func integer(_ value: LocatedValue, key: String, in range: ClosedRange<Int>) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .scalar(let text, .integer) = value.content else {
      report(value.place, .wrongType(key: key, expected: expected, found: value.found))
      return nil
    }
    guard let number = Int(text), range.contains(number) else {
      report(value.place, .outOfRange(key: key, expected: expected, found: text))
      return nil
    }
    return number
  }

  mutating func boolean(_ value: LocatedValue, key: String) -> Bool? {
    if case .scalar(let text, .boolean) = value.content {
      return ["yes", "true", "on"].contains(text.lowercased())
    }
    if case .scalar("1", .integer) = value.content, !isInFile(value.place) { return true }
    if case .scalar("0", .integer) = value.content, !isInFile(value.place) { return false }
    report(value.place, .wrongType(key: key, expected: "true or false", found: value.found))
    return nil
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }

  // MARK: Paths

  /// An absolute path: a relative one starts at the file's folder, or where the program was started.
  mutating func path(_ value: LocatedValue, key: String) -> String? {
    text(value, key: key, expected: "a path").map { absolute($0, at: value.place) }
  }

  /// Paths in a list; one path may stand alone.
  mutating func paths(_ value: LocatedValue, key: String) -> [String]? {
    guard case .list(let items) = value.content else {
      guard case .scalar(_, .text) = value.content else {
        report(
          value.place, .wrongType(key: key, expected: "a list of paths", found: value.found))
        return nil
      }
      return path(value, key: key).map { [$0] }
    }
    return items.enumerated().compactMap { index, item in path(item, key: "\(key)[\(index + 1)]") }
  }

  func absolute(_ path: String, at place: ConfigurationPlace) -> String {
    FilePath.absolute(path, in: isInFile(place) ? folder : workingDirectory)
  }

  private func isInFile(_ place: ConfigurationPlace) -> Bool {
    switch place {
    case .file, .position: true
    case .variable, .flag, .standard: false
    }
  }
}
