import CMarkdown
import Domain

/// The text within a node of cmark's tree. Without recursion: marks may stand as deep within one another as a file is long.
struct InlineReader {
  private var inlines: [RunbookInline] = []
  private var strong = 0
  private var emphasis = 0
  private var struck = 0
  private var links: [String] = []

  static func inlines(of node: OpaquePointer?) -> [RunbookInline] {
    var reader = InlineReader()
    let walk = cmark_iter_new(node)
    defer { cmark_iter_free(walk) }
    while true {
      let event = cmark_iter_next(walk)
      if event == CMARK_EVENT_DONE { break }
      reader.visit(cmark_iter_get_node(walk), isEntry: event == CMARK_EVENT_ENTER)
    }
    return reader.inlines
  }

  private mutating func visit(_ node: OpaquePointer?, isEntry: Bool) {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_TEXT: if isEntry { add(literal(node)) }
    case CMARK_NODE_CODE: if isEntry { add(literal(node), .code) }
    case CMARK_NODE_CODE_BLOCK, CMARK_NODE_HTML_BLOCK: if isEntry { add(literal(node) + " ") }
    case CMARK_NODE_HTML_INLINE: if isEntry { add(html: literal(node)) }
    case CMARK_NODE_SOFTBREAK: if isEntry { add(" ") }
    case CMARK_NODE_LINEBREAK: if isEntry { inlines.append(.lineBreak) }
    case CMARK_NODE_STRONG: strong += isEntry ? 1 : -1
    case CMARK_NODE_EMPH: emphasis += isEntry ? 1 : -1
    case CMARK_NODE_LINK, CMARK_NODE_IMAGE:
      if isEntry {
        links.append(cmark_node_get_url(node).map { String(cString: $0) } ?? "")
      } else {
        links.removeLast()
      }
    default:
      if cmark_node_get_type_string(node).map({ String(cString: $0) }) == "strikethrough" {
        struck += isEntry ? 1 : -1
      }
    }
  }

  private func literal(_ node: OpaquePointer?) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }

  /// A line break as such, a comment not at all, all else as it is written.
  private mutating func add(html: String) {
    switch html.lowercased().filter({ $0 != " " }) {
    case "<br>", "<br/>": inlines.append(.lineBreak)
    case let tag where tag.hasPrefix("<!--"): break
    default: add(html)
    }
  }

  private mutating func add(_ text: String, _ mark: RunbookRun.Marks = []) {
    guard !text.isEmpty else { return }
    var marks = mark
    if strong > 0 { marks.insert(.strong) }
    if emphasis > 0 { marks.insert(.emphasis) }
    if struck > 0 { marks.insert(.struck) }
    let link = links.last.flatMap { $0.isEmpty ? nil : $0 }
    if case .run(var last)? = inlines.last, last.marks == marks, last.link == link {
      last.text += text
      inlines[inlines.count - 1] = .run(last)
    } else {
      inlines.append(.run(RunbookRun(text, marks: marks, link: link)))
    }
  }
}
