/// A part of a page, from top to bottom. At most `RunbookBlock.depthLimit` stand within one another.
package enum RunbookBlock: Codable, Sendable, Equatable {
  /// Levels 1 to 6.
  case heading(level: Int, text: [RunbookInline])
  case paragraph([RunbookInline])
  case list(RunbookList)
  case quote([RunbookBlock])
  /// Lines ended by `\n`; the language is empty where none is named.
  case code(String, language: String)
  case table(RunbookTable)
  /// `<details>`: background that a page folds away elsewhere; here it is shown.
  case details(summary: String, [RunbookBlock])
  case thematicBreak

  package static let depthLimit = 24

  /// The steps of blocks and all that is in them, in reading order.
  package static func steps(in blocks: [RunbookBlock]) -> [RunbookStep] {
    blocks.flatMap { block -> [RunbookStep] in
      switch block {
      case .list(let list):
        list.items.flatMap { ($0.step.map { [$0] } ?? []) + steps(in: $0.blocks) }
      case .quote(let inner), .details(_, let inner): steps(in: inner)
      case .heading, .paragraph, .code, .table, .thematicBreak: []
      }
    }
  }
}

package struct RunbookList: Codable, Sendable, Equatable {
  /// The first number; nil for bullets.
  package var start: Int?
  /// Items without blank lines between them.
  package var isTight: Bool
  package var items: [Item]

  package struct Item: Codable, Sendable, Equatable {
    /// What can be ticked; nil for an item without a box.
    package var step: RunbookStep?
    package var blocks: [RunbookBlock]

    package init(step: RunbookStep? = nil, _ blocks: [RunbookBlock]) {
      self.step = step
      self.blocks = blocks
    }
  }

  package init(start: Int? = nil, isTight: Bool = true, _ items: [Item]) {
    self.start = start
    self.isTight = isTight
    self.items = items
  }
}

/// A step that can be ticked.
package struct RunbookStep: Codable, Sendable, Equatable, Identifiable {
  /// 16 hexadecimal digits of the heading above it and its own text: it stays when other parts of the page change.
  package var id: String
  /// Its first paragraph, without marks.
  package var text: String
  /// Ticked in the file itself.
  package var isDone: Bool

  package init(id: String, text: String, isDone: Bool = false) {
    self.id = id
    self.text = text
    self.isDone = isDone
  }
}

package struct RunbookTable: Codable, Sendable, Equatable {
  package enum Alignment: String, Codable, Sendable, CaseIterable { case left, center, right }

  /// One for each column.
  package var alignments: [Alignment]
  package var header: [[RunbookInline]]
  /// Each as long as the header.
  package var rows: [[[RunbookInline]]]

  package init(
    alignments: [Alignment], header: [[RunbookInline]], rows: [[[RunbookInline]]]
  ) {
    self.alignments = alignments
    self.header = header
    self.rows = rows
  }
}

/// A part of a line of text.
package enum RunbookInline: Codable, Sendable, Equatable {
  case run(RunbookRun)
  /// The line ends here, by the author's wish.
  case lineBreak

  /// The text without its marks, a line break as a space.
  package static func text(of inlines: [RunbookInline]) -> String {
    inlines.map {
      switch $0 {
      case .run(let run): run.text
      case .lineBreak: " "
      }
    }.joined()
  }
}

/// Text in one look.
package struct RunbookRun: Codable, Sendable, Equatable {
  package var text: String
  package var marks: Marks
  /// Where a link leads, as the file has it.
  package var link: String?

  package init(_ text: String, marks: Marks = [], link: String? = nil) {
    self.text = text
    self.marks = marks
    self.link = link
  }

  package struct Marks: OptionSet, Codable, Sendable, Hashable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let code = Marks(rawValue: 1)
    package static let strong = Marks(rawValue: 2)
    package static let emphasis = Marks(rawValue: 4)
    package static let struck = Marks(rawValue: 8)
  }
}
