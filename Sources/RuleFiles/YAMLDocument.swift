import Yams

/// The text of a YAML file as located nodes.
struct YAMLDocument {
  /// Aliases written out count each time, so that a small file cannot become a large tree.
  static let nodeLimit = 500_000

  private let path: String
  private var maskedKeys = MaskedKeys()
  private(set) var diagnostics: [FileDiagnostic] = []
  private var nodeCount = 0

  /// - Returns: nil for a file with nothing but comments, and for one that is not YAML, with a diagnostic. Of a key given twice
  ///   there is a diagnostic, too, and its first value.
  static func parse(_ text: String, path: String) -> (LocatedNode?, [FileDiagnostic]) {
    var document = YAMLDocument(path: path)
    do throws(FileDiagnostic) {
      guard let node = try document.compose(text) else { return (nil, document.diagnostics) }
      let located = try document.located(node, depth: 0)
      return (located, document.diagnostics)
    } catch {
      return (nil, document.diagnostics + [error])
    }
  }

  private init(path: String) { self.path = path }

  private mutating func compose(_ text: String) throws(FileDiagnostic) -> Node? {
    var text = text
    for attempt in 0..<MaskedKeys.most {
      do {
        return try Yams.compose(yaml: text)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let place = FileDiagnostic.Place(line: context.mark.line, column: context.mark.column)
        let key = keys.first ?? ""
        let diagnostic = FileDiagnostic(
          path: path, place: place, reason: "key \"\(key)\" is given twice; keep one of them")
        guard
          let masked = maskedKeys.mask(
            key, line: place.line, column: place.column, attempt: attempt, in: text)
        else { throw diagnostic }
        diagnostics.append(diagnostic)
        text = masked
      } catch {
        throw diagnostic(of: error)
      }
    }
    throw FileDiagnostic(path: path, reason: "more than \(MaskedKeys.most) keys given twice")
  }

  private mutating func located(_ node: Node, depth: Int) throws(FileDiagnostic) -> LocatedNode {
    nodeCount += 1
    let here = place(of: node)
    guard nodeCount <= Self.nodeLimit, depth < 100 else {
      throw FileDiagnostic(
        path: path, place: here,
        reason: "more than \(Self.nodeLimit) values or 100 levels, aliases written out")
    }
    switch node {
    case .scalar(let scalar):
      return LocatedNode(
        place: here, content: .scalar(scalar.string, Self.kind(of: node), scalar.style))
    case .sequence(let sequence):
      var items: [LocatedNode] = []
      for item in sequence { items.append(try located(item, depth: depth + 1)) }
      return LocatedNode(place: here, content: .list(items))
    case .mapping(let mapping):
      return LocatedNode(place: here, content: .mapping(try entries(of: mapping, depth: depth)))
    case .alias:
      return LocatedNode(place: here, content: .scalar("", .nothing, .any))
    }
  }

  private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(FileDiagnostic)
    -> [LocatedNode.Entry]
  {
    var entries: [LocatedNode.Entry] = []
    var merged: [LocatedNode.Entry] = []
    for (key, value) in mapping {
      let text = key.scalar?.string ?? "?"
      guard maskedKeys[text] == nil else { continue }
      let located = try located(value, depth: depth + 1)
      if text == "<<", key.tag.description == Tag.Name.merge.rawValue {
        merged += Self.mergeable(located)
      } else {
        entries.append(LocatedNode.Entry(key: text, place: place(of: key), value: located))
      }
    }
    // What is written in the block itself beats what is merged into it.
    for entry in merged where !entries.contains(where: { $0.key == entry.key }) {
      entries.append(entry)
    }
    return entries
  }

  private static func mergeable(_ node: LocatedNode) -> [LocatedNode.Entry] {
    switch node.content {
    case .mapping(let entries): entries
    case .list(let items): items.flatMap(mergeable)
    case .scalar: []
    }
  }

  private func place(of node: Node) -> FileDiagnostic.Place {
    FileDiagnostic.Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func kind(of node: Node) -> LocatedNode.ScalarKind {
    switch node.tag.description {
    case Tag.Name.int.rawValue: .integer
    case Tag.Name.float.rawValue: .number
    case Tag.Name.bool.rawValue: .boolean
    case Tag.Name.null.rawValue: .nothing
    default: .text
    }
  }

  private func diagnostic(of error: any Error) -> FileDiagnostic {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let reason = [problem, context?.text].compactMap(\.self).joined(separator: " ")
      return FileDiagnostic(
        path: path, place: FileDiagnostic.Place(line: mark.line, column: mark.column),
        reason: "not YAML: \(reason)")
    case YamlError.reader(let problem, _, _, _):
      return FileDiagnostic(path: path, reason: "not YAML: \(problem)")
    default: return FileDiagnostic(path: path, reason: "not YAML: it cannot be parsed")
    }
  }
}
