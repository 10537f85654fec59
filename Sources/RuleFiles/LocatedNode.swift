import Yams

/// A value of a YAML file with the place it was written at.
struct LocatedNode {
  var place: FileDiagnostic.Place
  var content: Content

  enum Content {
    case scalar(String, ScalarKind, Node.Scalar.Style)
    case list([LocatedNode])
    case mapping([Entry])
  }

  /// What YAML takes a scalar for.
  enum ScalarKind {
    case text, integer, number, boolean, nothing
  }

  struct Entry {
    var key: String
    var place: FileDiagnostic.Place
    var value: LocatedNode
  }

  var isNothing: Bool {
    if case .scalar(_, .nothing, _) = content { true } else { false }
  }

  /// How a message names what was found.
  var found: String {
    switch content {
    case .scalar(_, .nothing, _): "nothing"
    case .scalar(let text, .text, _): "text \"\(text.prefix(60))\""
    case .scalar(let text, _, _): text
    case .list: "a list"
    case .mapping: "a block of keys"
    }
  }
}
