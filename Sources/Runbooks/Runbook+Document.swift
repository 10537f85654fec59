package import Domain

extension Runbook {
  /// The page as a search index takes it: all that is read on the screen, front matter too.
  package var document: RunbookDocument {
    var text = PlainText()
    if let firstAction = frontMatter.firstAction { text.lines.append(firstAction) }
    text.add(blocks)
    for check in frontMatter.checks { text.lines.append("\(check.name) \(check.query)") }
    text.lines += [frontMatter.owner].compactMap(\.self)
    text.lines += frontMatter.actions.map(\.text)
    let headings = ([alert] + text.headings).joined(separator: "\n")
    return RunbookDocument(
      id: id, title: title, headings: headings, body: text.lines.joined(separator: "\n"))
  }
}

/// The words of blocks, a line for each.
private struct PlainText {
  var lines: [String] = []
  var headings: [String] = []

  mutating func add(_ blocks: [RunbookBlock]) {
    for block in blocks {
      switch block {
      case .heading(_, let inlines):
        headings.append(words(inlines))
        lines.append(words(inlines))
      case .paragraph(let inlines): lines.append(words(inlines))
      case .list(let list): for item in list.items { add(item.blocks) }
      case .quote(let inner): add(inner)
      case .code(let text, _): lines.append(text)
      case .table(let table):
        for row in [table.header] + table.rows {
          lines.append(row.map(words).joined(separator: " "))
        }
      case .details(let summary, let inner):
        lines.append(summary)
        add(inner)
      case .thematicBreak: break
      }
    }
  }

  private func words(_ inlines: [RunbookInline]) -> String {
    RunbookInline.text(of: inlines)
  }
}
