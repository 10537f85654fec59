import Domain

/// A runbook's text as markup. Whatever stands in the file comes out as text: its raw HTML was never more than that.
enum RunbookHTML {
  static func text(of blocks: [RunbookBlock]) -> String {
    blocks.map(text).joined(separator: "\n")
  }

  private static func text(_ block: RunbookBlock) -> String {
    switch block {
    // Below the page's own two levels.
    case .heading(let level, let words):
      HTML.element("h\(min(level + 2, 6))", "", text(of: words))
    case .paragraph(let words): HTML.element("p", "", text(of: words))
    case .list(let list): text(list)
    case .quote(let inner): HTML.element("blockquote", "", text(of: inner))
    case .code(let code, _): "<pre><code>\(HTML.lines(code))</code></pre>"
    case .table(let table): text(table)
    case .details(let summary, let inner):
      "<details><summary>\(HTML.shown(summary))</summary>\(text(of: inner))</details>"
    case .thematicBreak: "<hr>"
    }
  }

  private static func text(_ list: RunbookList) -> String {
    let items = list.items.map { item -> String in
      let box = item.step.map { $0.isDone ? "&#9745; " : "&#9744; " } ?? ""
      // The box belongs into the line that it is of.
      if case .paragraph(let words)? = item.blocks.first {
        return "<li>\(box)\(text(of: words))\(text(of: Array(item.blocks.dropFirst())))</li>"
      }
      return "<li>\(box)\(text(of: item.blocks))</li>"
    }
    return list.start.map { "<ol start=\"\($0)\">\(items.joined())</ol>" }
      ?? "<ul>\(items.joined())</ul>"
  }

  private static func text(_ table: RunbookTable) -> String {
    func row(_ cells: [[RunbookInline]], _ name: String) -> String {
      HTML.element("tr", "", cells.map { HTML.element(name, "", text(of: $0)) }.joined())
    }
    return "<table>\(row(table.header, "th"))\(table.rows.map { row($0, "td") }.joined())</table>"
  }

  static func text(of inlines: [RunbookInline]) -> String {
    inlines.map { inline in
      switch inline {
      case .lineBreak: "<br>"
      case .run(let run): text(run)
      }
    }.joined()
  }

  private static func text(_ run: RunbookRun) -> String {
    var result = HTML.shown(run.text)
    for (mark, name) in [
      (RunbookRun.Marks.code, "code"), (.strong, "b"), (.emphasis, "em"), (.struck, "s"),
    ] where run.marks.contains(mark) {
      result = HTML.element(name, "", result)
    }
    return run.link.flatMap { HTML.link(to: $0, result) } ?? result
  }
}
