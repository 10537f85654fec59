import Domain

/// Puts the blocks between `<details>` and `</details>` into one. Other HTML is kept as the text that it is; comments
/// are left out.
struct DetailsFold {
  private let depth: Int
  private var open: [(summary: String, blocks: [RunbookBlock])] = []
  private var blocks: [RunbookBlock] = []

  /// - Parameter depth: how deep the blocks stand within others.
  init(depth: Int) { self.depth = depth }

  var openCount: Int { open.count }

  mutating func add(_ block: RunbookBlock) {
    if open.isEmpty { blocks.append(block) } else { open[open.count - 1].blocks.append(block) }
  }

  mutating func add(html: String) {
    let pieces = HTMLPiece.pieces(of: html)
    guard pieces.contains(where: { $0 == .open || $0 == .close || $0.isSummary }) else {
      let text = pieces.map(\.text).joined()
      if text.contains(where: { !$0.isWhitespace }) { add(.code(text, language: "html")) }
      return
    }
    for piece in pieces {
      switch piece {
      case .open:
        if depth + open.count + 1 < RunbookBlock.depthLimit { open.append(("", [])) }
      case .close: close()
      case .summary(let text):
        if open.isEmpty || !open[open.count - 1].summary.isEmpty {
          add(paragraph: text)
        } else {
          open[open.count - 1].summary = Self.trimmed(text)
        }
      case .text(let text): add(paragraph: text)
      }
    }
  }

  /// All blocks; what is still open ends here.
  mutating func finished() -> [RunbookBlock] {
    while !open.isEmpty { close() }
    return blocks
  }

  private mutating func close() {
    guard let last = open.popLast() else { return }
    add(.details(summary: last.summary, last.blocks))
  }

  private mutating func add(paragraph text: String) {
    let lines = Self.trimmed(text).split(separator: "\n").map {
      RunbookInline.run(RunbookRun(String($0)))
    }
    guard let first = lines.first else { return }
    add(.paragraph([first] + lines.dropFirst().flatMap { [.lineBreak, $0] }))
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}

/// A part of a block of HTML, as far as it matters here.
enum HTMLPiece: Equatable {
  case open
  case close
  case summary(String)
  case text(String)

  var isSummary: Bool { if case .summary = self { true } else { false } }

  var text: String {
    switch self {
    case .text(let text), .summary(let text): text
    case .open, .close: ""
    }
  }

  /// - Complexity: O(n).
  static func pieces(of html: String) -> [HTMLPiece] {
    var pieces: [HTMLPiece] = []
    var text = ""
    var rest = html[...]
    func endText() {
      if !text.isEmpty { pieces.append(.text(text)) }
      text = ""
    }
    while let start = rest.firstIndex(of: "<") {
      text += rest[..<start]
      rest = rest[start...]
      if rest.hasPrefix("<!--") {
        rest = after("-->", in: rest) ?? rest[rest.endIndex...]
      } else if let tag = tag(at: rest, named: "details") {
        endText()
        pieces.append(.open)
        rest = tag
      } else if let tag = tag(at: rest, named: "/details") {
        endText()
        pieces.append(.close)
        rest = tag
      } else if let tag = tag(at: rest, named: "summary") {
        endText()
        let end = tag.firstIndex(of: "<") ?? tag.endIndex
        pieces.append(.summary(String(tag[..<end])))
        rest = tag[end...]
      } else if let tag = Self.tag(at: rest, named: "/summary") {
        rest = tag
      } else {
        text += "<"
        rest = rest.dropFirst()
      }
    }
    text += rest
    endText()
    return pieces
  }

  /// What follows the tag that the text begins with; nil when it is another.
  private static func tag(at text: Substring, named name: String) -> Substring? {
    let body = text.dropFirst()
    guard body.prefix(name.count).lowercased() == name else { return nil }
    let rest = body.dropFirst(name.count)
    guard let next = rest.first, next == ">" || next.isWhitespace else { return nil }
    return after(">", in: rest)
  }

  private static func after(_ end: String, in text: Substring) -> Substring? {
    var rest = text
    while let first = rest.firstIndex(of: end.first ?? ">") {
      if rest[first...].hasPrefix(end) { return rest[first...].dropFirst(end.count) }
      rest = rest[first...].dropFirst()
    }
    return nil
  }
}
