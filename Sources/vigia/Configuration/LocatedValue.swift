/// A value with the place it was written at: the tree that the configuration is read from, whichever source it has.
struct LocatedValue {
  var place: ConfigurationPlace
  var content: Content

  enum Content {
    case scalar(String, ScalarKind)
    case list([LocatedValue])
    case mapping([Entry])
  }

  /// What YAML takes a scalar for.
  enum ScalarKind {
    case text, integer, number, boolean, nothing
  }

  struct Entry {
    var key: String
    var keyPlace: ConfigurationPlace
    var value: LocatedValue
  }

  /// How a message names what was found.
  var found: String {
    switch content {
    case .scalar(_, .nothing): "nothing"
    case .scalar(let text, .text): "text \(ConfigurationProblem.quoted(text))"
    case .scalar(let text, .integer), .scalar(let text, .number): "number \(text)"
    case .scalar(let text, .boolean): text
    case .list(let items): items.count == 1 ? "a list of 1" : "a list of \(items.count)"
    case .mapping: "a block of keys"
    }
  }
}
