extension CellGrid {
  /// The picture as lines with colour sequences (ECMA-48 SGR, colours of 24 bits), to be shown by `cat`.
  package var ansi: String {
    (0..<height).map { y in
      var line = ""
      var column = 0
      for run in runs(ofRow: y) {
        line += String(repeating: " ", count: run.x - column)
        column = run.x + run.width
        line += run.style == .plain ? run.text : "\u{1B}[\(run.style.sgr)m\(run.text)\u{1B}[m"
      }
      return line
    }.joined(separator: "\n") + "\n"
  }
}

extension Style {
  fileprivate var sgr: String {
    var parts: [String] = []
    for (attribute, number) in [
      (Attributes.bold, 1), (.dim, 2), (.italic, 3), (.underline, 4), (.reverse, 7),
    ] where attributes.contains(attribute) {
      parts.append("\(number)")
    }
    if case .rgb(let red, let green, let blue) = foreground {
      parts.append("38;2;\(red);\(green);\(blue)")
    }
    if case .rgb(let red, let green, let blue) = background {
      parts.append("48;2;\(red);\(green);\(blue)")
    }
    return parts.joined(separator: ";")
  }
}
