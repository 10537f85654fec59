package import Domain
package import TextUI

/// One picture of a panel without a terminal: connects, asks what the panel needs, draws, and is done.
package struct PanelPicture: Sendable {
  package var panel: PanelID
  /// Nil: the first one.
  package var model: String?
  package var size: Size
  package var settings: ConsoleSettings
  package var configuration: ConsoleConfiguration

  package init(
    panel: PanelID, model: String?, size: Size, settings: ConsoleSettings,
    configuration: ConsoleConfiguration
  ) {
    self.panel = panel
    self.model = model
    self.size = size
    self.settings = settings
    self.configuration = configuration
  }

  /// What answers bring may lead to further questions, but not for long.
  private static let rounds = 3

  /// - Returns: the state to draw or to take data from.
  /// - Throws: when there is no snapshot, or the model is not there. A question that fails is drawn as such.
  package func taken(
    from source: any ConsoleSource, at now: Timestamp
  ) async throws(SourceError) -> ConsoleState {
    let snapshot = try await first(of: source)
    if let model, snapshot.model(model) == nil {
      let known = snapshot.models.map(\.name).joined(separator: ", ")
      throw .invalid(reason: "no model is called \"\(model.sanitized)\"; there are \(known)")
    }
    var state = ConsoleState(
      configuration: configuration, settings: settings, size: size, now: now, seed: (0, 0))
    state.panel = panel
    state.selection = Selection(model: model)
    var effects = update(&state, .snapshot(snapshot), at: now)
    for round in 1...PanelPicture.rounds {
      let answers = await answers(to: effects, from: source)
      guard !answers.isEmpty else { break }
      effects = []
      for answer in answers {
        // Questions go out once a second: let it have passed, without the wait.
        effects += update(&state, answer, at: now.adding(seconds: Double(round) * 1.01))
      }
    }
    state.now = now
    return state
  }

  private func first(of source: any ConsoleSource) async throws(SourceError) -> SystemSnapshot {
    do {
      for try await delta in source.snapshots(.live) {
        if let snapshot = delta.applied(to: nil) { return snapshot }
      }
    } catch let error as SourceError {
      throw error
    } catch {
      throw .failed(reason: "\(error)")
    }
    throw .failed(reason: "the server gave no snapshot")
  }

  private func answers(to effects: [Effect], from source: any ConsoleSource) async -> [Action] {
    await withTaskGroup(of: Action.self) { group in
      for case .ask(let slot, let question) in effects {
        group.addTask { await source.answer(slot, question) }
      }
      var answers: [Action] = []
      for await answer in group { answers.append(answer) }
      return answers
    }
  }
}
