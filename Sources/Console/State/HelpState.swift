package import TextUI

/// Where the help page stands, and what is looked for in it.
package struct HelpState: Sendable, Equatable {
  package var firstLine = 0
  package var search = TextInput()
  /// Whether letters go into the search.
  package var isSearching = false
}

extension ConsoleState {
  /// Keys while the help page is open.
  mutating func takeInHelp(_ intent: Intent, by key: Key) {
    guard var page = help else { return }
    let body = Frame(size, notices: Notices.lines(self).count).body
    let last = HelpPage(keymap: keymap, page).lastStart(in: body)
    switch intent {
    case .down: page.firstLine = min(page.firstLine + 1, last)
    case .up: page.firstLine = max(0, page.firstLine - 1)
    case .pageDown: page.firstLine = min(page.firstLine + 10, last)
    case .pageUp: page.firstLine = max(0, page.firstLine - 10)
    case .first: page.firstLine = 0
    case .last: page.firstLine = last
    case .back where !page.search.text.isEmpty: page = HelpState()
    default:
      guard key == .character("/") else {
        help = nil
        return
      }
      page.isSearching = true
    }
    help = page
  }

  /// Whether a key on the help page is the first of a word that is looked for: a letter that neither moves the page nor
  /// closes it.
  func beginsHelpSearch(_ key: Key) -> Bool {
    guard help != nil, case .character(let character) = key, character.isLetter else {
      return false
    }
    return switch keymap.binding(for: key, in: panel)?.intent {
    case .down, .up, .pageDown, .pageUp, .first, .last, .back, .help, .quit: false
    default: true
    }
  }

  /// A key for the search of the help page.
  mutating func searchHelp(_ key: Key) {
    switch key {
    case .enter, .down, .up: help?.isSearching = false
    case .escape: help = HelpState()
    default:
      _ = help?.search.handle(key)
      help?.firstLine = 0
    }
  }
}
