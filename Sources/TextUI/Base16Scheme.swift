/// A colour scheme in the base16 format of the tinted-theming project, as its hundreds of files are: sixteen colours
/// under `palette:`, or in the older form beside the name.
///
/// Source: github.com/tinted-theming/home, styling.md and builder.md.
package struct Base16Scheme: Sendable, Hashable {
  package var name: String
  package var isDark: Bool
  /// `base00` to `base0F` in order.
  package var colors: [Color]

  /// The theme that is made of it.
  package var theme: Theme? { Theme(base16: colors) }
}

/// What is wrong with a scheme's file.
package struct SchemeProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  package var line: Int
  package var reason: Reason

  package enum Reason: Sendable, Equatable {
    case notAKey(String)
    case notAColor(key: String, found: String)
    case twice(key: String)
    case missing([String])
  }

  package var description: String {
    switch reason {
    case .notAKey(let text): "expected `key: value`, found \(SchemeProblem.quoted(text))"
    case .notAColor(let key, let found) where found.isEmpty:
      "\(key): expected a colour as \"#59b0ff\", found nothing; a colour with # needs quotes"
    case .notAColor(let key, let found):
      "\(key): expected a colour as \"#59b0ff\", found \(SchemeProblem.quoted(found))"
    case .twice(let key): "\(key) is given twice"
    case .missing(let keys):
      "expected the colours base00 to base0F, \(keys.joined(separator: ", ")) missing"
    }
  }

  private static func quoted(_ text: String) -> String { "\"\(text.truncated(to: 30).sanitized)\"" }
}

extension Base16Scheme {
  /// Reads a scheme's file.
  ///
  /// - Parameter fallbackName: used when the file gives no name.
  package static func parse(
    _ text: String, fallbackName: String
  ) throws(SchemeProblem) -> Base16Scheme {
    var values: [String: (text: String, line: Int)] = [:]
    var count = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      count += 1
      guard let entry = try entry(in: line, number: count) else { continue }
      guard values[entry.key] == nil else {
        throw SchemeProblem(line: count, reason: .twice(key: entry.key))
      }
      values[entry.key] = (entry.value, count)
    }
    var colors: [Color] = []
    var missing: [String] = []
    for key in colorKeys {
      guard let value = values[key] else {
        missing.append(key)
        continue
      }
      guard let color = Color(hex: value.text) else {
        throw SchemeProblem(line: value.line, reason: .notAColor(key: key, found: value.text))
      }
      colors.append(color)
    }
    guard missing.isEmpty else { throw SchemeProblem(line: count, reason: .missing(missing)) }
    let name = values["name"]?.text ?? values["scheme"]?.text ?? fallbackName
    let isDark = values["variant"].map { $0.text != "light" } ?? (colors[0].luminance < 0.2)
    return Base16Scheme(name: name.isEmpty ? fallbackName : name, isDark: isDark, colors: colors)
  }

  private static let colorKeys = (0..<16).map { "base0" + String($0, radix: 16).uppercased() }

  /// A line's key and value; nil for one that has none.
  private static func entry(
    in line: Substring, number: Int
  ) throws(SchemeProblem) -> (key: String, value: String)? {
    let trimmed = trim(line)
    if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed == "---" || trimmed == "..." {
      return nil
    }
    guard let colon = trimmed.firstIndex(of: ":"), colon > trimmed.startIndex else {
      throw SchemeProblem(line: number, reason: .notAKey(String(trimmed)))
    }
    let key = trim(trimmed[..<colon])
    let rest = trim(trimmed[trimmed.index(after: colon)...])
    return (normal(String(key)), scalar(rest))
  }

  /// `base0a` is `base0A`.
  private static func normal(_ key: String) -> String {
    key.count == 6 && key.hasPrefix("base0") ? "base0" + key.suffix(1).uppercased() : key
  }

  /// A scalar without its quotes, or a plain one without the comment behind it.
  private static func scalar(_ text: Substring) -> String {
    if let quote = text.first, quote == "\"" || quote == "'",
      let end = text.dropFirst().firstIndex(of: quote)
    {
      return String(text[text.index(after: text.startIndex)..<end])
    }
    if text.hasPrefix("#") { return "" }
    let plain = text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text
    return String(trim(plain))
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" || first == "\u{FEFF}" {
      text.removeFirst()
    }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
