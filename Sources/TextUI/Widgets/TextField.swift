/// What a person has typed so far, and where the next character goes.
package struct TextInput: Sendable, Equatable {
  package private(set) var characters: [Character]
  /// How many characters stand before the cursor.
  package private(set) var cursor: Int

  package init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  package var text: String { String(characters) }

  /// Edits by a key.
  /// - Returns: false when the key means nothing here (Enter, Escape, Tab, ...), so that the caller
  ///   may use it.
  package mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert([character])
    case .backspace: if cursor > 0 { removeBeforeCursor(1) }
    case .delete: if cursor < characters.count { characters.remove(at: cursor) }
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .control("u"): removeBeforeCursor(cursor)
    case .control("k"): characters.removeSubrange(cursor...)
    case .control("w"): removeBeforeCursor(wordBeforeCursor)
    default: return false
    }
    return true
  }

  /// Inserts a paste: line breaks and tabs become spaces, other controls are left out.
  package mutating func paste(_ text: String) {
    var pasted: [Character] = []
    for character in text {
      if character.isNewline || character == "\t" {
        pasted.append(" ")
      } else if String(character).sanitized == String(character) {
        pasted.append(character)
      }
    }
    insert(pasted)
  }

  private mutating func insert(_ new: [Character]) {
    characters.insert(contentsOf: new, at: cursor)
    cursor += new.count
  }

  private mutating func removeBeforeCursor(_ count: Int) {
    characters.removeSubrange((cursor - count)..<cursor)
    cursor -= count
  }

  private var wordBeforeCursor: Int {
    let before = characters[..<cursor].reversed()
    let spaces = before.prefix { $0 == " " }.count
    return spaces + before.dropFirst(spaces).prefix { $0 != " " }.count
  }
}

/// One line to type into.
package struct TextField: Sendable, Equatable {
  package var input: TextInput
  /// Shown dim while nothing is typed.
  package var placeholder: String
  package var isFocused: Bool

  package init(_ input: TextInput, placeholder: String = "", isFocused: Bool = true) {
    self.input = input
    self.placeholder = placeholder
    self.isFocused = isFocused
  }

  /// Draws the field over the whole width; long text is shown around the cursor.
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard !rect.isEmpty else { return }
    let style = look.theme.field
    grid.fill(rect.row(0), with: Cell(" ", style))
    if input.characters.isEmpty {
      grid.write(
        StyledText(placeholder, look.theme.dim.on(style.background)),
        in: rect.row(0).inset(left: isFocused ? 1 : 0), ellipsis: look.glyphs.ellipsis)
    }
    let widths = input.characters.map { String($0).displayWidth }
    var first = 0
    while first < input.cursor, widths[first..<input.cursor].reduce(0, +) > rect.width - 1 {
      first += 1
    }
    let text = String(input.characters[first...])
    grid.write(text, at: rect.origin, style: style, maxWidth: rect.width)
    guard isFocused else { return }
    let x = rect.x + widths[first..<input.cursor].reduce(0, +)
    grid.restyle(Rect(x: x, y: rect.y, width: 1, height: 1)) { $0.reverse }
  }
}
