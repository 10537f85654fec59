package import TextUI

/// A line of `keys:` in the configuration: an action and the keys that it shall have.
package struct KeyChange: Sendable, Equatable {
  package var action: String
  package var keys: [String]

  package init(action: String, keys: [String]) {
    self.action = action
    self.keys = keys
  }
}

/// Why a keymap is not taken.
package enum KeymapProblem: Error, Sendable, Equatable, CustomStringConvertible {
  case unknownAction(String)
  case unknownKey(String, action: String)
  case taken(Key, by: String, action: String)
  /// Without it there is no way out, or none to find one.
  case needed(action: String)
  case reserved(Key, action: String)
  /// The key answers the question that the act opens.
  case answers(Key, action: String)

  package var description: String {
    switch self {
    case .unknownAction(let name):
      "no action is called \"\(name.sanitized)\"; ? shows them, `vigia console --help` lists their names"
    case .unknownKey(let label, let action):
      "\(action): \"\(label.sanitized)\" is no key; write R, Enter, Space, F1, ^R or M-r"
    case .taken(let key, let other, let action):
      "\(action): \(key.label) is the key of \(other) already; give that another one"
    case .needed(let action): "\(action): it needs a key"
    case .reserved(let key, let action): "\(action): \(key.label) always leaves the console"
    case .answers(let key, let action):
      "\(action): \(key.label) answers the question that it opens; an act needs another key"
    }
  }
}

extension Keymap {
  /// The table with other keys for some actions.
  ///
  /// - Returns: the first problem, with the index of the change that has it: then nothing is changed.
  package func remapped(
    _ changes: [KeyChange]
  ) -> Result<Keymap, RemappingError> {
    var result = self
    for (index, change) in changes.enumerated() {
      do throws(KeymapProblem) {
        try result.apply(change)
      } catch {
        return .failure(RemappingError(change: index, problem: error))
      }
    }
    // Clashes are looked for at the end, so that two actions may exchange their keys.
    for (index, change) in changes.enumerated() {
      if let clash = result.clash(of: change.action) {
        return .failure(RemappingError(change: index, problem: clash))
      }
    }
    return .success(result)
  }

  package struct RemappingError: Error, Sendable, Equatable {
    package var change: Int
    package var problem: KeymapProblem

    package init(change: Int, problem: KeymapProblem) {
      self.change = change
      self.problem = problem
    }
  }

  /// All names that may stand under `keys:`.
  package var actionNames: [String] {
    var names: [String] = []
    for name in bindings.compactMap(\.intent.name) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  private static let neverUnbound: Set<String> = ["quit", "help"]
  private static let alwaysQuits = Key.control("c")
  private static let answers: Set<Key> = [
    .enter, .escape, .tab, .backTab, .up, .down, .backspace, .character("y"), .character("w"),
    .character("n"), .character("d"), .character("x"), .character(" "),
    // Beside y, where a finger slips.
    .character("6"), .character("7"), .character("t"), .character("u"), .character("g"),
    .character("h"), .character("Y"), .character("T"), .character("U"), .character("G"),
    .character("H"),
  ]

  private mutating func apply(_ change: KeyChange) throws(KeymapProblem) {
    let name = change.action
    let rows = bindings.indices.filter { bindings[$0].intent.name == name }
    guard let first = rows.first else { throw .unknownAction(name) }
    var keys: [Key] = []
    for label in change.keys {
      guard let key = Key(label: label) else { throw .unknownKey(label, action: name) }
      if key == Keymap.alwaysQuits, name != "quit" { throw .reserved(key, action: name) }
      if bindings[first].intent.isAct, Keymap.answers.contains(key) {
        throw .answers(key, action: name)
      }
      if !keys.contains(key) { keys.append(key) }
    }
    if keys.isEmpty, Keymap.neverUnbound.contains(name) { throw .needed(action: name) }
    if name == "quit", !keys.contains(Keymap.alwaysQuits) { keys.append(Keymap.alwaysQuits) }
    for row in rows { bindings[row].keys = keys }
  }

  private func clash(of name: String) -> KeymapProblem? {
    for own in bindings where own.intent.name == name {
      for other in bindings where other.intent.name != name && other.meets(own) {
        if let key = own.keys.first(where: other.keys.contains) {
          return .taken(key, by: other.intent.name ?? other.hint, action: name)
        }
      }
    }
    return nil
  }
}

extension Binding {
  /// Whether both work in some panel.
  fileprivate func meets(_ other: Binding) -> Bool {
    panels.isEmpty || other.panels.isEmpty || !panels.isDisjoint(with: other.panels)
  }
}
