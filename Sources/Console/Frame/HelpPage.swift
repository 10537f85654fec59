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
    if isSearched {
      grid.write(StyledText("/", look.theme.accent.bold), in: frame.row(0))
      TextField(help.search, placeholder: "words to look for", isFocused: help.isSearching)
        .draw(
          in: frame.row(0).inset(left: 1, right: max(0, frame.width - 40)), on: &grid, look: look)
    }
    let columns = columns(in: frame, look)
    if columns.isEmpty {
      EmptyState("no key does that", hints: [Hint("Esc", "clears")])
        .draw(in: textPlace(in: frame), on: &grid, look: look)
    }
    for (place, page) in columns { page.draw(in: place, on: &grid, look: look) }
  }

  /// The last line that it can begin with in a rectangle: what follows just fits.
  func lastStart(in rect: Rect) -> Int {
    columns(in: Panel.content(of: rect), Look()).map { place, page in
      max(0, page.lineCount(width: place.width) - place.height)
    }.max() ?? 0
  }

  private var isSearched: Bool { help.isSearching || !help.search.text.isEmpty }

  private func textPlace(in frame: Rect) -> Rect { isSearched ? frame.inset(top: 2) : frame }

  /// What stands where; nothing where nothing was found.
  private func columns(in frame: Rect, _ look: Look) -> [(Rect, TextPage)] {
    let place = textPlace(in: frame)
    let groups = Binding.Group.allCases.map { paragraphs($0, look) }.filter { $0.count > 1 }
    func page(_ groups: some Collection<[TextPage.Paragraph]>, _ more: [TextPage.Paragraph] = [])
      -> TextPage
    {
      TextPage(Array(groups.joined(separator: [.gap])) + more, firstLine: help.firstLine)
    }
    guard help.search.text.isEmpty else { return groups.isEmpty ? [] : [(place, page(groups))] }
    let dialogs = [.gap] + HelpPage.dialogs(look)
    guard place.width >= 110 else { return [(place, page(groups, dialogs))] }
    let halves = place.columns([.share(1), .share(1)], gap: 2)
    return [
      (halves[0], page(groups.prefix(3))), (halves[1], page(groups.dropFirst(3), dialogs)),
    ]
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
