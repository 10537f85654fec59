import TextUI

/// Every key and what it does, made from the table that dispatches them.
struct HelpPage {
  let keymap: Keymap
  let firstLine: Int

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel("keys", hotkey: "?", isFocused: true).draw(in: rect, on: &grid, look: look)
    let groups = Binding.Group.allCases.map { paragraphs($0, look) }
    guard inner.width >= 110 else {
      let all = Array(groups.joined(separator: [.gap])) + [.gap] + HelpPage.dialogs(look)
      TextPage(all, firstLine: firstLine).draw(in: inner, on: &grid, look: look)
      return
    }
    let halves = inner.columns([.share(1), .share(1)], gap: 2)
    let left = groups.prefix(3).joined(separator: [.gap])
    let right = groups.dropFirst(3).joined(separator: [.gap])
    TextPage(Array(left), firstLine: firstLine).draw(in: halves[0], on: &grid, look: look)
    let rest = Array(right) + [.gap] + HelpPage.dialogs(look)
    TextPage(rest, firstLine: firstLine).draw(in: halves[1], on: &grid, look: look)
  }

  private func paragraphs(_ group: Binding.Group, _ look: Look) -> [TextPage.Paragraph] {
    let rows = keymap.bindings.filter { $0.group == group && !$0.help.isEmpty }
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
