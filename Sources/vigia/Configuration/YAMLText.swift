import RuleFiles
import Yams

/// The configuration's text as located values.
struct YAMLText {
  /// Aliases written out count each time, so a small file cannot become a large tree.
  static let nodeLimit = 20_000

  private let path: String
  private var maskedKeys = MaskedKeys()
  private var nodeCount = 0

  /// - Parameters:
  ///   - place: nil for a file, so that each value is at its line and column; else where all values are said to be.
  /// - Returns: nil for a file with nothing but comments.
  static func parse(_ text: String, path: String, place: ConfigurationPlace? = nil)
    throws(ConfigurationDiagnostic) -> LocatedValue?
  {
    var reader = YAMLText(path: path)
    guard let node = try reader.compose(text, place: place ?? .file(path: path)) else {
      return nil
    }
    return try reader.located(node, place: place, depth: 0)
  }

  private init(path: String) { self.path = path }

  private mutating func compose(_ text: String, place: ConfigurationPlace)
    throws(ConfigurationDiagnostic) -> Node?
  {
    var text = text
    for attempt in 0..<MaskedKeys.most {
      do {
        return try Yams.compose(yaml: text)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let mark = context.mark
        let name = keys.first ?? ""
        guard
          let masked = maskedKeys.mask(
            name, line: mark.line, column: mark.column, attempt: attempt, in: text)
        else {
          throw ConfigurationDiagnostic(
            .position(path: path, line: mark.line, column: mark.column),
            .duplicateKey(name, firstLine: nil))
        }
        text = masked
      } catch {
        throw Self.diagnostic(of: error, path: path, place: place)
      }
    }
    throw ConfigurationDiagnostic(
      place, .notYAML(reason: "more than \(MaskedKeys.most) keys given twice"))
  }

  private mutating func located(_ node: Node, place: ConfigurationPlace?, depth: Int)
    throws(ConfigurationDiagnostic) -> LocatedValue
  {
    nodeCount += 1
    let here = place ?? position(of: node)
    guard nodeCount <= Self.nodeLimit, depth < 100 else {
      throw ConfigurationDiagnostic(here, .tooLarge(limit: Self.nodeLimit))
    }
    switch node {
    case .scalar(let scalar):
      return LocatedValue(place: here, content: .scalar(scalar.string, Self.kind(of: node)))
    case .sequence(let sequence):
      var items: [LocatedValue] = []
      for item in sequence { items.append(try located(item, place: place, depth: depth + 1)) }
      return LocatedValue(place: here, content: .list(items))
    case .mapping(let mapping):
      var entries: [LocatedValue.Entry] = []
      for (key, value) in mapping {
        let text = key.scalar?.string ?? "?"
        entries.append(
          LocatedValue.Entry(
            key: maskedKeys[text] ?? text, keyPlace: place ?? position(of: key),
            value: try located(value, place: place, depth: depth + 1)))
      }
      return LocatedValue(place: here, content: .mapping(entries))
    case .alias:
      return LocatedValue(place: here, content: .scalar("", .nothing))
    }
  }

  private func position(of node: Node) -> ConfigurationPlace {
    guard let mark = node.mark else { return .file(path: path) }
    return .position(path: path, line: mark.line, column: mark.column)
  }

  private static func kind(of node: Node) -> LocatedValue.ScalarKind {
    switch node.tag.description {
    case Tag.Name.int.rawValue: .integer
    case Tag.Name.float.rawValue: .number
    case Tag.Name.bool.rawValue: .boolean
    case Tag.Name.null.rawValue: .nothing
    default: .text
    }
  }

  private static func diagnostic(of error: any Error, path: String, place: ConfigurationPlace)
    -> ConfigurationDiagnostic
  {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let reason = [problem, context?.text].compactMap(\.self).joined(separator: " ")
      guard case .file = place else {
        return ConfigurationDiagnostic(place, .notYAML(reason: reason))
      }
      return ConfigurationDiagnostic(
        .position(path: path, line: mark.line, column: mark.column), .notYAML(reason: reason))
    case YamlError.reader(let problem, _, _, _):
      return ConfigurationDiagnostic(place, .notYAML(reason: problem))
    default:
      return ConfigurationDiagnostic(place, .notYAML(reason: "it cannot be parsed"))
    }
  }
}
