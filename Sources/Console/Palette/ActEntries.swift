import Domain
import TextUI

/// Acts on what is named in the line, whichever row is selected: `roll back electricity`.
extension ConsoleState {
  /// What is done to a model as it answers, and what to one of its versions.
  private static let onModels: [Intent] = [.rollBack, .freeze, .pin, .limit, .shed]
  private static let onVersions: [Intent] = [.promote, .setWeight, .shadow, .release]

  /// Those for models that are named in the line, but for what the keys do on the selected row.
  func actEntries(naming query: String) -> [PaletteEntry] {
    let typed = Set(query.lowercased().split(separator: " ").map(String.init))
    let models = (live?.models ?? []).filter { typed.contains($0.name.lowercased()) }
    return models.flatMap { model in
      let champion = model.deployment.champion
      let others = model.versions.map(\.version).filter { $0 != champion }
      let targets =
        Self.onModels.map { ($0, champion) }
        + Self.onVersions.flatMap { intent in others.map { (intent, $0) } }
      return targets.compactMap { actEntry($0, on: $1, of: model) }
    }
  }

  private func actEntry(
    _ intent: Intent, on version: String, of model: ModelSnapshot
  ) -> PaletteEntry? {
    guard let binding = keymap.bindings.first(where: { $0.intent == intent }),
      let act = act(intent, on: version, of: model), !isSelected(version, of: model, for: intent)
    else { return nil }
    let object = Self.onModels.contains(intent) ? model.name : "\(model.name) \(version)"
    return PaletteEntry(
      deed: .act(intent, on: ModelVersion(model: model.name, version: version)),
      title: "\(act.verb) \(object)",
      names: [binding.hint, intent.name?.replacing("_", with: " ") ?? ""], object: object,
      kind: "action",
      obstacle: actingObstacle ?? model.obstacle(to: act, version: version, at: serverNow, key: key)
    )
  }

  /// Whether the key does just that on the selected row: then the entry with its key stands for it.
  private func isSelected(_ version: String, of model: ModelSnapshot, for intent: Intent) -> Bool {
    guard let selected, selected.model.name == model.name else { return false }
    return selected.version == version || Self.onModels.contains(intent) && intent != .rollBack
  }

  /// Goes to the version, and opens the question.
  mutating func goAndAsk(
    _ intent: Intent, on version: ModelVersion, at instant: ContinuousClock.Instant
  ) -> [Effect] {
    let isServing = live?.model(version.model)?.deployment.champion == version.version
    go(
      to: Selection(model: version.model, version: version.version),
      in: isServing ? .overview : .models)
    return act(intent, by: .enter, at: instant)
  }
}
