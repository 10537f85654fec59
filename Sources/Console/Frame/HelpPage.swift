import TextUI

/// Every key and what it does, made from the table that dispatches them.
struct HelpPage {
  private let keymap: Keymap
  private let help: HelpState

  init(keymap: Keymap, _ help: HelpState) {
    self.keymap = keymap
    self.help = help
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let frame = Panel("keys", hotkey: "?", isFocused: true).draw(in: rect, on: &grid, look: look)
    var inner = frame
    if help.isSearching || !help.search.text.isEmpty {
      inner = frame.inset(top: 2)
      grid.write(StyledText("/", look.theme.accent.bold), in: frame.row(0))
      TextField(help.search, placeholder: "words to look for", isFocused: help.isSearching)
        .draw(
          in: frame.row(0).inset(left: 1, right: max(0, frame.width - 40)), on: &grid, look: look)
    }
    let groups = Binding.Group.allCases.map { paragraphs($0, look) }.filter { $0.count > 1 }
    guard help.search.text.isEmpty else {
      let found = Array(groups.joined(separator: [.gap]))
      guard !found.isEmpty else {
        EmptyState("no key does that", hints: [Hint("Esc", "clears")])
          .draw(in: inner, on: &grid, look: look)
        return
      }
      TextPage(found, firstLine: help.firstLine).draw(in: inner, on: &grid, look: look)
      return
    }
    guard inner.width >= 110 else {
      let all = Array(groups.joined(separator: [.gap])) + [.gap] + HelpPage.dialogs(look)
      TextPage(all, firstLine: help.firstLine).draw(in: inner, on: &grid, look: look)
      return
    }
    let halves = inner.columns([.share(1), .share(1)], gap: 2)
    let left = groups.prefix(3).joined(separator: [.gap])
    let right = groups.dropFirst(3).joined(separator: [.gap])
    TextPage(Array(left), firstLine: help.firstLine).draw(in: halves[0], on: &grid, look: look)
    let rest = Array(right) + [.gap] + HelpPage.dialogs(look)
    TextPage(rest, firstLine: help.firstLine).draw(in: halves[1], on: &grid, look: look)
  }

  private func paragraphs(_ group: Binding.Group, _ look: Look) -> [TextPage.Paragraph] {
    let rows = keymap.bindings.filter { $0.group == group && !$0.help.isEmpty && matches($0) }
    return [TextPage.Paragraph(StyledText(group.rawValue, look.theme.title))]
      + rows.map { row in
        let keys = row.keys.map(\.label).joined(separator: " ")
        let panels = row.panels.map { "\($0.key)" }.sorted().joined(separator: " ")
        let place = panels.isEmpty ? "" : look.text("  in \(panels)", .quiet)
        return TextPage.Paragraph(
          look.text(row.help) + place,
          marker: StyledText(keys.padded(to: 14), look.theme.accent.bold), indent: 1)
      }
  }

  /// Whether the binding has every word that is looked for, in its keys, its words or its name.
  private func matches(_ binding: Binding) -> Bool {
    let text =
      ([binding.help, binding.hint, binding.intent.name ?? ""] + binding.keys.map(\.label))
      .joined(separator: "\n").lowercased()
    return help.search.text.lowercased().split(separator: " ").allSatisfy { text.contains($0) }
  }

  private static func dialogs(_ look: Look) -> [TextPage.Paragraph] {
    [
      TextPage.Paragraph(StyledText("In a question", look.theme.title)),
      TextPage.Paragraph(
        look.text("does it; keys are ignored for 0.3 s after it opens"),
        marker: StyledText("y".padded(to: 14), look.theme.accent.bold), indent: 1),
      TextPage.Paragraph(
        look.text("leave, nothing is done"),
        marker: StyledText("Esc Enter".padded(to: 14), look.theme.accent.bold), indent: 1),
      TextPage.Paragraph(
        look.text("to the fields (reason, share, version) and back"),
        marker: StyledText("Tab".padded(to: 14), look.theme.accent.bold), indent: 1),
    ]
  }
}
