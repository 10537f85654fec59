package import Domain

/// The model whose picture stands beside the list of models: the selected one, as soon as the cursor rests on it.
///
/// A picture that changed with each step of the cursor would send kilobytes for a model that is only passed by.
struct Preview: Sendable, Equatable {
  /// How long the cursor must rest, in seconds.
  static let rest = 0.3

  fileprivate(set) var model: String?
  /// When the cursor came to another model.
  fileprivate var movedAt: Timestamp?
}

extension ConsoleState {
  /// The model that the overview's map is about.
  package var previewed: ModelSnapshot? {
    preview.model.flatMap { shown?.model($0) } ?? selected?.model
  }

  /// Lets the picture follow the cursor, unless it moved just now.
  mutating func followCursor(from before: String?) {
    guard let name = selected?.model.name else { return }
    if before != nil, before != name { preview.movedAt = now }
    if previewRest == nil || preview.model == nil { preview = Preview(model: name) }
  }

  /// Seconds until the picture follows the cursor; nil when it need not, or may at once.
  var previewRest: Double? {
    guard panel == .overview, let name = selected?.model.name, name != preview.model,
      let movedAt = preview.movedAt
    else { return nil }
    let left = Preview.rest - now.secondsSince(movedAt)
    // More than the whole rest: the clock was set back.
    return left > 0 && left <= Preview.rest ? left : nil
  }
}
