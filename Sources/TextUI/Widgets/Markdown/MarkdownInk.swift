/// Turns text with marks into sanitized glyphs in the styles of a look.
struct MarkdownInk {
  let look: Look
  private let words: [[String]]

  init(look: Look, highlights: [String]) {
    self.look = look
    words = highlights.map { $0.map { $0.lowercased() } }.filter { !$0.isEmpty }
  }

  /// Code cannot be told by its background: its marks are shown.
  var isFlat: Bool { look.colorDepth == .mono || look.theme.dialog == .default }

  /// On few colours a background between two others is lost, weight is not.
  var code: Style {
    if isFlat { return look.theme.text }
    return look.colorDepth >= .indexed256
      ? look.theme.text.on(look.theme.dialog) : look.theme.text.bold
  }

  func blank(_ columns: Int) -> [MarkdownGlyph] {
    Array(
      repeating: MarkdownGlyph(character: " ", width: 1, style: .plain), count: max(0, columns))
  }

  func glyphs(_ text: String, _ style: Style, target: Int? = nil) -> [MarkdownGlyph] {
    var result: [MarkdownGlyph] = []
    forEachGlyph(in: text) { character, width in
      result.append(
        MarkdownGlyph(character: character, width: width, style: style, target: target))
      return true
    }
    return result
  }

  func glyphs(_ text: StyledText) -> [MarkdownGlyph] {
    text.spans.flatMap { glyphs($0.text, $0.style) }
  }

  /// - Parameter link: gives each link its number; nil for one that cannot have the focus.
  func glyphs(
    _ inlines: [MarkdownInline], base: Style = .plain, link: (String) -> Int? = { _ in nil }
  ) -> [MarkdownGlyph] {
    var result: [MarkdownGlyph] = []
    var rest = inlines[...]
    while let inline = rest.popFirst() {
      guard case .run(let run) = inline else {
        result.append(.lineEnd)
        continue
      }
      guard let address = run.link else {
        result += glyphs(run, base: base)
        continue
      }
      var runs = [run]
      while case .run(let next)? = rest.first, next.link == address {
        runs.append(next)
        rest.removeFirst()
      }
      result += glyphs(link: address, runs, base: base, target: link(address))
    }
    return highlighted(result)
  }

  /// A line of code for each line, tabs to every fourth column.
  func lines(ofCode text: String) -> [[MarkdownGlyph]] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var column = 0
      var expanded = ""
      for character in line {
        let piece =
          character == "\t" ? String(repeating: " ", count: 4 - column % 4) : String(character)
        column += piece.displayWidth
        expanded += piece
      }
      return highlighted(glyphs(expanded, code))
    }
  }

  // MARK: Runs

  private func glyphs(_ run: MarkdownRun, base: Style, target: Int? = nil) -> [MarkdownGlyph] {
    var style = base
    if run.link != nil { style = look.theme.accent.underline.adding(base.attributes) }
    if run.marks.contains(.strong) { style = style.bold }
    if run.marks.contains(.emphasis) { style = style.italic }
    if run.marks.contains(.code), !isFlat {
      style = Style(style.foreground, on: code.background, style.attributes.union(code.attributes))
    }
    var text = run.text.replacing("\t", with: " ")
    if run.marks.contains(.code), isFlat { text = "`\(text)`" }
    if run.marks.contains(.struck) {
      text = "~~\(text)~~"
      style = look.theme.dim.adding(style.attributes)
    }
    return glyphs(text, style, target: target)
  }

  /// A link's text, and where it leads unless the text says so: text can lie.
  private func glyphs(link address: String, _ runs: [MarkdownRun], base: Style, target: Int?)
    -> [MarkdownGlyph]
  {
    let text = runs.map(\.text).joined()
    return glyphs(text, address, runs, base: base, target: target).map { glyph in
      var glyph = glyph
      glyph.link = Hyperlink(address)
      return glyph
    }
  }

  private func glyphs(
    _ text: String, _ address: String, _ runs: [MarkdownRun], base: Style, target: Int?
  ) -> [MarkdownGlyph] {
    let shown = runs.flatMap { glyphs($0, base: base, target: target) }
    let same = [text, "http://" + text, "https://" + text, "mailto:" + text]
    if same.contains(address) { return shown }
    return shown + glyphs(" (\(address))", look.theme.dim, target: target)
  }

  // MARK: Highlights

  private func highlighted(_ glyphs: [MarkdownGlyph]) -> [MarkdownGlyph] {
    guard !words.isEmpty else { return glyphs }
    var result = glyphs
    let letters = glyphs.map { $0.character.lowercased() }
    for start in glyphs.indices where beginsWord(start, in: glyphs) {
      for word in words where letters[start...].starts(with: word) {
        for index in start..<(start + word.count) {
          result[index].style = glyphs[index].style.reverse
        }
      }
    }
    return result
  }

  /// Names like FeatureDrift have two words.
  private func beginsWord(_ index: Int, in glyphs: [MarkdownGlyph]) -> Bool {
    guard index > 0 else { return true }
    let (before, here) = (glyphs[index - 1].character, glyphs[index].character)
    return !(before.isLetter || before.isNumber) || before.isLowercase && here.isUppercase
  }
}
