/// The replacement of `label_replace`: text with `$1`, `${name}` and `$$`.
struct ReplacementTemplate {
  private enum Part {
    case text(String)
    case group(String)
  }

  private var parts: [Part] = []

  init(_ template: String) {
    var rest = Substring(template)
    var text = ""
    while let dollar = rest.firstIndex(of: "$") {
      text += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.hasPrefix("$") {
        text += "$"
        rest = rest.dropFirst()
      } else if let (name, after) = Self.groupName(rest) {
        parts.append(.text(text))
        parts.append(.group(name))
        text = ""
        rest = after
      } else {
        text += "$"
      }
    }
    parts.append(.text(text + rest))
  }

  func expanded(_ group: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .group(let name): group(name)
      }
    }.joined()
  }

  /// The longest name after a dollar sign: `$1x` means `${1x}`, as in Go.
  private static func groupName(_ rest: Substring) -> (String, Substring)? {
    let isBraced = rest.hasPrefix("{")
    let body = isBraced ? rest.dropFirst() : rest
    let name = body.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    guard !name.isEmpty else { return nil }
    let after = body[name.endIndex...]
    guard isBraced else { return (String(name), after) }
    return after.hasPrefix("}") ? (String(name), after.dropFirst()) : nil
  }
}
