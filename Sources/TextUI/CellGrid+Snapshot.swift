extension CellGrid {
  /// The characters, one line a row, without the spaces at the ends of lines: what tests compare.
  package var text: String {
    (0..<height).map { y in
      let line = String(row(y).lazy.filter { !$0.isContinuation }.map(\.character))
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// The styles as a picture: each style that occurs is named by a letter in order of appearance
  /// (`.` is plain), followed by the legend.
  package var styleSnapshot: String {
    var names: [Style: Character] = [.plain: "."]
    var legend: [String] = []
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    let picture = (0..<height).map { y in
      String(
        row(y).map { cell in
          if let name = names[cell.style] { return name }
          let name = names.count <= letters.count ? letters[names.count - 1] : "?"
          names[cell.style] = name
          legend.append("\(name) \(cell.style.summary)")
          return name
        })
    }
    return (picture + legend).joined(separator: "\n")
  }
}

extension Style {
  /// The style in words, as `#59b0ff on #28182a bold`.
  package var summary: String {
    var words = [foreground.summary]
    if background != .default { words += ["on", background.summary] }
    for (attribute, name) in [
      (Attributes.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"),
      (.reverse, "reverse"),
    ] where attributes.contains(attribute) {
      words.append(name)
    }
    return words.joined(separator: " ")
  }
}

extension Color {
  package var summary: String {
    guard case .rgb(let red, let green, let blue) = self else { return "default" }
    return "#"
      + [red, green, blue].map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
  }

  /// A colour as `#59b0ff` or `59b0ff`; nil for anything else.
  package init?(hex: String) {
    let digits = hex.hasPrefix("#") ? hex.dropFirst() : hex[...]
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
      let value = UInt32(digits, radix: 16)
    else { return nil }
    self = .rgb(
      UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
      UInt8(truncatingIfNeeded: value))
  }
}
