/// Somebody is about to act on a model: a console that asks before an act says so, and whoever else looks sees it.
///
/// The first holds the model's deployment, between consoles: another one's command is refused, and may be sent again to
/// act all the same. It ends with the command, when the question is closed, and when nothing was heard of it for
/// `lifetime` seconds. A command of another origin is not held up by it.
package struct Intention: Codable, Sendable, Equatable, Identifiable {
  /// How long one stands that is not renewed, in seconds.
  package static let lifetime = 15.0

  /// Of the command that would come of it.
  package var id: CommandID
  package var model: String
  /// In a console's words, after "is about to": "roll back to 2".
  package var words: String
  /// As the server established it.
  package var by: String
  package var since: Timestamp

  package init(id: CommandID, model: String, words: String, by: String, since: Timestamp) {
    self.id = id
    self.model = model
    self.words = words
    self.by = by
    self.since = since
  }

  /// What a console sends: again before the lifetime is over, and once more when it is over.
  package struct Notice: Codable, Sendable, Equatable {
    /// In Unicode scalars, which is what JSON Schema counts.
    package static let wordsMax = 200

    package var id: CommandID
    package var model: String
    package var words: String
    package var isOver: Bool

    package init(id: CommandID, model: String, words: String, isOver: Bool = false) {
      self.id = id
      self.model = model
      self.words = words
      self.isOver = isOver
    }
  }
}
