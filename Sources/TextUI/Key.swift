/// A key as a person pressed it.
package enum Key: Sendable, Hashable {
  case character(Character)
  case enter
  case escape
  case tab
  case backTab
  case up
  case down
  case left
  case right
  case home
  case end
  case pageUp
  case pageDown
  case insert
  case delete
  case backspace
  case function(Int)
  /// Control with a letter, lower case: Control-C is `.control("c")`.
  case control(Character)
  /// Alt (or Meta) with a character.
  case alt(Character)
}

extension Key {
  /// How the key is called on the screen: `Enter`, `Esc`, `^C`, `F1`, or the character itself.
  package var label: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .insert: "Ins"
    case .delete: "Del"
    case .backspace: "Backspace"
    case .function(let number): "F\(number)"
    case .control(let character): "^" + character.uppercased()
    case .alt(let character): "M-\(character)"
    }
  }
}

extension Key {
  /// A key by its label, as a person writes it: `R`, `Enter`, `Space`, `F1`, `^C` or `C-c`, `M-x`.
  package init?(label: String) {
    let named: [String: Key] = [
      "space": .character(" "), "enter": .enter, "esc": .escape, "escape": .escape, "tab": .tab,
      "s-tab": .backTab, "up": .up, "down": .down, "left": .left, "right": .right, "home": .home,
      "end": .end, "pgup": .pageUp, "pageup": .pageUp, "pgdn": .pageDown, "pagedown": .pageDown,
      "ins": .insert, "insert": .insert, "del": .delete, "delete": .delete,
      "backspace": .backspace,
    ]
    if let key = named[label.lowercased()] {
      self = key
    } else if label.count == 1, let character = label.first, String(character).sanitized == label {
      self = .character(character)
    } else if let first = label.first, first == "F" || first == "f",
      let number = Int(label.dropFirst()), (1...20).contains(number)
    {
      self = .function(number)
    } else if let letter = Key.last(of: label, after: ["^", "C-", "c-"]), letter.isLetter {
      self = .control(Character(letter.lowercased()))
    } else if let character = Key.last(of: label, after: ["M-", "m-"]) {
      self = .alt(character)
    } else {
      return nil
    }
  }

  private static func last(of label: String, after prefixes: [String]) -> Character? {
    for prefix in prefixes where label.hasPrefix(prefix) && label.count == prefix.count + 1 {
      return label.last.flatMap { $0.isASCII ? $0 : nil }
    }
    return nil
  }
}

/// What a mouse did, at a cell.
package struct MouseEvent: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    case press
    case release
    case wheelUp
    case wheelDown
  }

  package let action: Action
  package let position: Point

  package init(_ action: Action, at position: Point) {
    self.action = action
    self.position = position
  }
}
