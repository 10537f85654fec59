import CMarkdown
import Domain

/// Markdown as blocks: a walk over cmark's tree. One reader reads one text.
struct MarkdownReader {
  /// Where blocks stood too deep within one another, and were shown as plain text.
  private(set) var flattenedLine: Int?
  /// The tables could grow without measure, and are shown as they are written.
  private(set) var leavesTables = false
  private var names = StepNames()

  mutating func read(_ text: String) -> [RunbookBlock] {
    guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else {
      return [.paragraph([.run(RunbookRun(text))])]
    }
    defer { cmark_parser_free(parser) }
    leavesTables = TableBound.isExceeded(by: text)
    for name in Self.extensions where name != "table" || !leavesTables {
      cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name))
    }
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        cmark_parser_feed(parser, $0.baseAddress, $0.count)
      }
    }
    let root = cmark_parser_finish(parser)
    defer { cmark_node_free(root) }
    return blocks(in: root, depth: 0)
  }

  /// Registered once a process, by whoever is first.
  private static let extensions: [String] = {
    cmark_gfm_core_extensions_ensure_registered()
    return ["table", "strikethrough", "autolink", "tasklist"]
  }()

  // MARK: Blocks

  private mutating func blocks(in parent: OpaquePointer?, depth: Int) -> [RunbookBlock] {
    var fold = DetailsFold(depth: depth)
    for node in Children(of: parent) {
      if cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK {
        fold.add(html: text(cmark_node_get_literal(node)))
      } else if let block = block(node, depth: depth + fold.openCount + 1) {
        fold.add(block)
      }
    }
    return fold.finished()
  }

  private mutating func block(_ node: OpaquePointer, depth: Int) -> RunbookBlock? {
    let type = cmark_node_get_type(node)
    if depth >= RunbookBlock.depthLimit, type == CMARK_NODE_BLOCK_QUOTE || type == CMARK_NODE_LIST {
      flattenedLine = flattenedLine ?? Int(cmark_node_get_start_line(node))
      return .paragraph(InlineReader.inlines(of: node))
    }
    switch type {
    case CMARK_NODE_HEADING:
      let inlines = InlineReader.inlines(of: node)
      names.heading = RunbookInline.text(of: inlines)
      return .heading(level: Int(cmark_node_get_heading_level(node)), text: inlines)
    case CMARK_NODE_PARAGRAPH: return .paragraph(InlineReader.inlines(of: node))
    case CMARK_NODE_BLOCK_QUOTE: return .quote(blocks(in: node, depth: depth))
    case CMARK_NODE_LIST: return .list(list(node, depth: depth))
    case CMARK_NODE_CODE_BLOCK:
      return .code(
        text(cmark_node_get_literal(node)), language: text(cmark_node_get_fence_info(node)))
    case CMARK_NODE_THEMATIC_BREAK: return .thematicBreak
    default:
      guard text(cmark_node_get_type_string(node)) == "table" else { return nil }
      return .table(table(node))
    }
  }

  private mutating func list(_ node: OpaquePointer, depth: Int) -> RunbookList {
    var items: [RunbookList.Item] = []
    for item in Children(of: node) {
      var step: RunbookStep?
      if text(cmark_node_get_type_string(item)) == "tasklist" {
        let first = cmark_node_first_child(item)
        let words =
          cmark_node_get_type(first) == CMARK_NODE_PARAGRAPH
          ? RunbookInline.text(of: InlineReader.inlines(of: first)) : ""
        step = RunbookStep(
          id: names.id(ofStep: words), text: words,
          isDone: cmark_gfm_extensions_get_tasklist_item_checked(item))
      }
      items.append(RunbookList.Item(step: step, blocks(in: item, depth: depth)))
    }
    let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
    return RunbookList(
      start: isOrdered ? Int(cmark_node_get_list_start(node)) : nil,
      isTight: cmark_node_get_list_tight(node) != 0, items)
  }

  private func table(_ node: OpaquePointer) -> RunbookTable {
    let columns = Int(cmark_gfm_extensions_get_table_columns(node))
    let letters = cmark_gfm_extensions_get_table_alignments(node)
    let alignments = (0..<columns).map { column -> RunbookTable.Alignment in
      switch letters?[column] {
      case UInt8(ascii: "c"): .center
      case UInt8(ascii: "r"): .right
      default: .left
      }
    }
    let rows = Children(of: node).map { row in
      let cells = Children(of: row).map { InlineReader.inlines(of: $0) }
      return cells.prefix(columns)
        + Array(repeating: [], count: max(0, columns - cells.count))
    }
    return RunbookTable(
      alignments: alignments, header: rows.first.map(Array.init) ?? [],
      rows: rows.dropFirst().map(Array.init))
  }

  private func text(_ string: UnsafePointer<CChar>?) -> String {
    string.map { String(cString: $0) } ?? ""
  }
}

/// The nodes within a node of cmark's tree, which must outlive it.
struct Children: Sequence, IteratorProtocol {
  private var node: OpaquePointer?

  init(of parent: OpaquePointer?) { node = cmark_node_first_child(parent) }

  mutating func next() -> OpaquePointer? {
    defer { node = cmark_node_next(node) }
    return node
  }
}
