package import Domain
package import TextUI

extension MarkdownDocument {
  /// A page for the screen: under its title the first action, its checks and what can be done; then its text.
  ///
  /// - Parameters:
  ///   - ticked: ids of steps that are done, beside those that the file has as done.
  ///   - actions: rows with ids that the caller knows.
  ///   - value: what is shown beside a check's name.
  package init(
    _ page: Runbook, ticked: Set<String> = [], actions: [MarkdownEntry] = [],
    value: (RunbookCheck) -> StyledText
  ) {
    var blocks = page.blocks.map { MarkdownBlock($0, ticked: ticked) }
    var entries = page.frontMatter.checks.map {
      MarkdownEntry(label: $0.name, value: value($0))
    }
    entries += actions
    if let first = page.frontMatter.firstAction {
      entries.insert(MarkdownEntry(label: "first", value: StyledText(first)), at: 0)
    }
    if !entries.isEmpty {
      // Front matter that could not be read stands above the title as code.
      let title = blocks.firstIndex { if case .heading = $0 { true } else { false } }
      blocks.insert(.entries(entries), at: title.map { $0 + 1 } ?? 0)
    }
    self.init(blocks)
  }
}

extension MarkdownBlock {
  init(_ block: RunbookBlock, ticked: Set<String>) {
    switch block {
    case .heading(let level, let text): self = .heading(level: level, text.map { .init($0) })
    case .paragraph(let text): self = .paragraph(text.map { .init($0) })
    case .list(let list):
      let items = list.items.map { item in
        MarkdownList.Item(
          box: item.step.map {
            .init(id: $0.id, isTicked: $0.isDone || ticked.contains($0.id))
          }, item.blocks.map { MarkdownBlock($0, ticked: ticked) })
      }
      self = .list(MarkdownList(start: list.start, isTight: list.isTight, items))
    case .quote(let inner): self = .quote(inner.map { MarkdownBlock($0, ticked: ticked) })
    case .code(let text, _): self = .code(text)
    case .table(let table):
      self = .table(
        MarkdownTable(
          alignments: table.alignments.map(Alignment.init),
          header: table.header.map { $0.map { .init($0) } },
          rows: table.rows.map { $0.map { $0.map { .init($0) } } }))
    case .details(let summary, let inner):
      self = .details(summary: summary, inner.map { MarkdownBlock($0, ticked: ticked) })
    case .thematicBreak: self = .thematicBreak
    }
  }
}

extension MarkdownInline {
  fileprivate init(_ inline: RunbookInline) {
    switch inline {
    case .lineBreak: self = .lineBreak
    case .run(let run):
      var marks: MarkdownRun.Marks = []
      if run.marks.contains(.code) { marks.insert(.code) }
      if run.marks.contains(.strong) { marks.insert(.strong) }
      if run.marks.contains(.emphasis) { marks.insert(.emphasis) }
      if run.marks.contains(.struck) { marks.insert(.struck) }
      self = .run(MarkdownRun(run.text, marks: marks, link: run.link))
    }
  }
}

extension Alignment {
  fileprivate init(_ alignment: RunbookTable.Alignment) {
    switch alignment {
    case .left: self = .left
    case .center: self = .center
    case .right: self = .right
    }
  }
}
