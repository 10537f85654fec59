/// A page of Markdown as `MarkdownView` draws it: blocks from top to bottom.
package struct MarkdownDocument: Sendable, Equatable {
  package var blocks: [MarkdownBlock]

  package init(_ blocks: [MarkdownBlock] = []) { self.blocks = blocks }

  /// What can have the focus, in reading order: the same at every width.
  package var targets: [MarkdownTarget] { MarkdownLayout(self, width: 80).targets }
}

/// What can have the focus in a page.
package enum MarkdownTarget: Sendable, Hashable {
  /// By its id.
  case step(String)
  /// By where it leads.
  case link(String)
  /// By its id.
  case entry(String)
}

package enum MarkdownBlock: Sendable, Equatable {
  case heading(level: Int, [MarkdownInline])
  case paragraph([MarkdownInline])
  case list(MarkdownList)
  case quote([MarkdownBlock])
  /// Lines ended by `\n`.
  case code(String)
  case table(MarkdownTable)
  /// Background under a line that names it.
  case details(summary: String, [MarkdownBlock])
  case thematicBreak
  /// Rows that are not in the file: live values, things to do.
  case entries([MarkdownEntry])
}

package struct MarkdownList: Sendable, Equatable {
  package struct Item: Sendable, Equatable {
    package var box: Box?
    package var blocks: [MarkdownBlock]

    package init(box: Box? = nil, _ blocks: [MarkdownBlock]) {
      self.box = box
      self.blocks = blocks
    }
  }

  /// Makes an item a step.
  package struct Box: Sendable, Equatable {
    package var id: String
    package var isTicked: Bool

    package init(id: String, isTicked: Bool = false) {
      self.id = id
      self.isTicked = isTicked
    }
  }

  /// The first number; nil for bullets.
  package var start: Int?
  /// Without blank lines between the items.
  package var isTight: Bool
  package var items: [Item]

  package init(start: Int? = nil, isTight: Bool = true, _ items: [Item]) {
    self.start = start
    self.isTight = isTight
    self.items = items
  }
}

package struct MarkdownTable: Sendable, Equatable {
  /// One for each column; left where there are too few.
  package var alignments: [Alignment]
  package var header: [[MarkdownInline]]
  package var rows: [[[MarkdownInline]]]

  package init(
    alignments: [Alignment] = [], header: [[MarkdownInline]], rows: [[[MarkdownInline]]]
  ) {
    self.alignments = alignments
    self.header = header
    self.rows = rows
  }
}

/// A label and what belongs to it, in line with the entries around it.
package struct MarkdownEntry: Sendable, Equatable {
  /// Nil for one that cannot have the focus.
  package var id: String?
  package var label: String
  package var value: StyledText

  package init(id: String? = nil, label: String, value: StyledText) {
    self.id = id
    self.label = label
    self.value = value
  }
}

package enum MarkdownInline: Sendable, Equatable {
  case run(MarkdownRun)
  case lineBreak

  /// Text without marks.
  package static func text(_ text: String) -> MarkdownInline { .run(MarkdownRun(text)) }
}

package struct MarkdownRun: Sendable, Equatable {
  package var text: String
  package var marks: Marks
  /// Where a link leads.
  package var link: String?

  package init(_ text: String, marks: Marks = [], link: String? = nil) {
    self.text = text
    self.marks = marks
    self.link = link
  }

  package struct Marks: OptionSet, Sendable, Hashable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let code = Marks(rawValue: 1)
    package static let strong = Marks(rawValue: 2)
    package static let emphasis = Marks(rawValue: 4)
    package static let struck = Marks(rawValue: 8)
  }
}
