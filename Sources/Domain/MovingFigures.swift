/// What of a model moves from second to second, beside the figures of its versions: told by itself, for the rest of a model is ten
/// times as long and seldom changes.
package struct MovingFigures: Codable, Sendable, Equatable {
  package struct Version: Codable, Sendable, Equatable {
    package var queueDepth: Int
    package var shadowDropped: Int64
    package var execution: String
    package var executionFigures: ExecutionFigures?

    fileprivate init(_ version: VersionSnapshot) {
      queueDepth = version.queueDepth
      shadowDropped = version.shadowDropped
      execution = version.execution
      executionFigures = version.executionFigures
    }
  }

  /// Those that changed, by name.
  package var versions: [String: Version]?
  /// These, and the judgement, where they changed.
  package var hurtClients: [ClientFigures]?
  package var judgement: ModelJudgement?

  /// - Parameter previous: the model that is the same but for what moves.
  /// - Returns: nil where something is gone that was known: that is told by the whole model alone.
  init?(from previous: ModelSnapshot, to next: ModelSnapshot) {
    guard previous.hurtClients == nil || next.hurtClients != nil,
      previous.judgement == nil || next.judgement != nil
    else { return nil }
    let moved = zip(previous.versions, next.versions)
      .filter { Version($0) != Version($1) }
      .map { ($1.version, Version($1)) }
    versions = moved.isEmpty ? nil : Dictionary(moved) { first, _ in first }
    hurtClients = previous.hurtClients == next.hurtClients ? nil : next.hurtClients
    judgement = previous.judgement == next.judgement ? nil : next.judgement
  }

  var isEmpty: Bool { versions == nil && hurtClients == nil && judgement == nil }

  /// - Returns: nil where a version is told of that the model does not have.
  func applied(to model: ModelSnapshot) -> ModelSnapshot? {
    var model = model
    for (name, moved) in versions ?? [:] {
      guard let index = model.versions.firstIndex(where: { $0.version == name }) else { return nil }
      model.versions[index].queueDepth = moved.queueDepth
      model.versions[index].shadowDropped = moved.shadowDropped
      model.versions[index].execution = moved.execution
      model.versions[index].executionFigures = moved.executionFigures
    }
    model.hurtClients = hurtClients ?? model.hurtClients
    model.judgement = judgement ?? model.judgement
    return model
  }
}

extension ModelSnapshot {
  /// The same, but for what moves from second to second.
  var withoutMovingFigures: ModelSnapshot {
    var copy = self
    copy.hurtClients = nil
    copy.judgement = nil
    for index in copy.versions.indices {
      copy.versions[index].recent = RecentFigures()
      copy.versions[index].queueDepth = 0
      copy.versions[index].shadowDropped = 0
      copy.versions[index].execution = ""
      copy.versions[index].executionFigures = nil
    }
    return copy
  }
}
