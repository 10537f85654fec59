import Console
import Domain
import TextUI

/// Runbooks as lines of text, sanitized, for a terminal or a file.
struct RunbookText {
  let columns: Int
  let glyphs: Glyphs

  /// Without styles: code keeps its marks.
  private var look: Look { Look(theme: .monochrome, glyphs: glyphs, colorDepth: .mono) }

  func lines(of page: Runbook) -> [String] {
    let actions = page.frontMatter.actions.map(\.text).joined(separator: ", ")
    let entries =
      actions.isEmpty ? [] : [MarkdownEntry(label: "actions", value: StyledText(actions))]
    let document = MarkdownDocument(page, actions: entries) { StyledText($0.query) }
    return lines(of: document)
  }

  /// For each page its title, and where it matches under it.
  func lines(of hits: [RunbookHit]) -> [String] {
    let blocks = hits.flatMap { hit -> [MarkdownBlock] in
      let title = hit.title.map(\.text).joined() == hit.id ? "" : "\(hit.id): "
      return [
        .heading(level: 2, [.text(title + marked(hit.title))]),
        .paragraph([.text(marked(hit.snippet))]),
      ]
    }
    return lines(of: MarkdownDocument(blocks))
  }

  private func lines(of document: MarkdownDocument) -> [String] {
    MarkdownLayout(document, width: columns, look: look).lines.map(\.text.text)
  }

  private func marked(_ parts: [RunbookHit.Part]) -> String {
    parts.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
  }
}
