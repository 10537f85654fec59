/// Why a request was refused before a model or a route was asked: a label of a counter, so its texts stay.
package enum HTTPRefusal: String, Sendable, CaseIterable {
  /// The server has no such name.
  case host
  /// A page of a site that is not listed.
  case origin
  case unauthorized
  /// A role that does not reach this far, or a user that the control socket is not for.
  case forbidden
  case unknownPath = "unknown_path"
  /// A model that is not here: whatever its name is, it is no label.
  case unknownModel = "unknown_model"
  case wrongMethod = "wrong_method"
  case contentType = "content_type"
  /// Another transfer coding than `chunked`.
  case transferCoding = "transfer_coding"
  /// It is not HTTP as this server takes it.
  case malformed
  case headTooLarge = "head_too_large"
  /// Of a body; that of a prediction is counted with its model.
  case tooLarge = "too_large"
  case tooManyBytes = "too_many_bytes"
  case tooSlow = "too_slow"
}

/// What the HTTP port has to do.
package struct HTTPFigures: Sendable, Equatable {
  /// Open now.
  package var connections: Int
  package var connectionLimit: Int
  /// Since the start.
  package var refusals: [HTTPRefusal: UInt64]

  package init(
    connections: Int = 0, connectionLimit: Int = 0, refusals: [HTTPRefusal: UInt64] = [:]
  ) {
    self.connections = connections
    self.connectionLimit = connectionLimit
    self.refusals = refusals
  }
}
