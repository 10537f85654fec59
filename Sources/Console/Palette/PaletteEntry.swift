package import Domain
import TextUI

/// Something that the palette can find.
package struct PaletteEntry: Sendable, Equatable {
  package enum Deed: Sendable, Equatable {
    case intent(Intent)
    /// To the panel where a key does it; what it is done to stands there.
    case show(PanelID, key: String, title: String)
    /// An act on a version, whichever is selected.
    case act(Intent, on: ModelVersion)
    case model(String)
    case version(ModelVersion)
    case feature(ModelVersion, key: String)
    case alert(AlertID)
    case replay(IncidentID)
    case theme(String)
    /// Of the pages, for these words.
    case search(String)
  }

  package var deed: Deed
  /// What is matched with the letters typed, beside its names.
  package var title: String
  /// The words that the product has for it elsewhere: in hints, in the configuration. Those who know one type it.
  package var names: [String] = []
  /// What it would be done to: typed beside a name, never alone.
  package var object = ""
  /// "action", "panel", "model", "version", "feature", "alert", "incident", "theme" or "search".
  package var kind: String
  /// The key that does the same; empty for none.
  package var key = ""
  /// Why it would do nothing just now.
  package var obstacle: String?
}

extension ConsoleState {
  /// Everything that can be done or gone to from here: actions, panels, models, versions, features, alerts, incidents, themes.
  package var paletteEntries: [PaletteEntry] {
    actionEntries + elsewhereEntries + objectEntries + alertEntries + incidentEntries + themeEntries
  }

  /// What leads on whatever was typed: the words may stand in a page.
  ///
  /// - Parameter query: as typed.
  /// - Returns: nil where that is nothing.
  func searchEntry(for query: String) -> PaletteEntry? {
    let words = query.split(separator: " ").joined(separator: " ")
    guard !words.isEmpty else { return nil }
    return PaletteEntry(
      deed: .search(words), title: "search the runbooks for \"\(words)\"", kind: "search")
  }

  private var actionEntries: [PaletteEntry] {
    var seen: Set<Intent> = []
    return keymap.bindings.compactMap { binding in
      guard !binding.help.isEmpty, binding.intent.name != nil,
        binding.panels.isEmpty || binding.panels.contains(panel), !binding.intent.isMove,
        seen.insert(binding.intent).inserted
      else { return nil }
      return PaletteEntry(
        deed: .intent(binding.intent), title: binding.help, names: names(of: binding),
        object: binding.intent.isAct ? actObject : "",
        kind: binding.group == .panels ? "panel" : "action", key: binding.keys.first?.label ?? "",
        obstacle: obstacle(to: binding.intent))
    }
  }

  /// Actions that work on other panels alone: they lead there.
  private var elsewhereEntries: [PaletteEntry] {
    var seen = Set(
      keymap.bindings.filter { $0.panels.isEmpty || $0.panels.contains(panel) }.map(\.intent))
    return keymap.bindings.compactMap { binding in
      guard !binding.help.isEmpty, binding.intent.name != nil, !binding.intent.isMove,
        let place = PanelID.allCases.first(where: binding.panels.contains),
        seen.insert(binding.intent).inserted
      else { return nil }
      let key = binding.keys.first?.label ?? ""
      return PaletteEntry(
        deed: .show(place, key: key, title: binding.help),
        title: binding.help + (binding.help.contains(place.name) ? "" : ", on \(place.name)"),
        names: names(of: binding), kind: "action",
        key: key, obstacle: binding.intent.isAct ? actingObstacle : nil)
    }
  }

  private func names(of binding: Binding) -> [String] {
    // On a challenger's row it is no rollback, whatever the key is called.
    if binding.intent == .rollBack, let hint = rollBackHint, hint != binding.hint { return [hint] }
    let name = binding.intent.name ?? ""
    return [binding.hint, name, name.replacing("_", with: " ")]
  }

  private var actObject: String {
    selected.map { "\($0.model.name) \($0.version)" } ?? ""
  }

  private var objectEntries: [PaletteEntry] {
    let models = shown?.models ?? []
    let versions = models.flatMap { model in
      model.versions.map { version in
        let part = version.variant.map { ", \($0.name(isShort: false))" } ?? ""
        return PaletteEntry(
          deed: .version(ModelVersion(model: model.name, version: version.version)),
          title: "\(model.name) \(version.version)\(part)",
          names: ["\(model.name) \(version.version)"], kind: "version")
      }
    }
    return models.map {
      PaletteEntry(deed: .model($0.name), title: $0.name, names: [$0.name], kind: "model")
    }
      + versions + featureEntries(models)
  }

  /// Those of the drift panel's window, and the worst of every other model.
  private func featureEntries(_ models: [ModelSnapshot]) -> [PaletteEntry] {
    models.flatMap { model in
      (model.judgement?.drift ?? []).flatMap { drift in
        let isShown = model.name == selected?.model.name && drift.version == judgedVersion
        return (isShown ? shownFeatures : drift.worst).map { feature in
          PaletteEntry(
            deed: .feature(
              ModelVersion(model: model.name, version: drift.version), key: feature.key),
            title: "\(feature.name) of \(model.name) \(drift.version), \(feature.verdict.word)",
            kind: "feature")
        }
      }
    }
  }

  private var alertEntries: [PaletteEntry] {
    alertGroups.map(\.lead).map { alert in
      let words = [alert.name, alert.subject, alert.standing].filter { !$0.isEmpty }
      return PaletteEntry(
        deed: .alert(alert.id), title: words.joined(separator: ", "), kind: "alert")
    }
  }

  /// Those to play again, newest first: the last ones, as the source has them.
  private var incidentEntries: [PaletteEntry] {
    (board.incidents ?? []).map { incident in
      PaletteEntry(
        deed: .replay(incident.id), title: incident.replayTitle(wall, now: now), kind: "incident",
        obstacle: configuration.replayed == nil
          ? nil : "this console replays \(configuration.replayed?.incident.id.description ?? "")")
    }
  }

  private var themeEntries: [PaletteEntry] {
    settings.themes.map {
      PaletteEntry(
        deed: .theme($0.name), title: "theme \($0.name)  \($0.title)", kind: "theme",
        obstacle: showsColors ? nil : "this terminal shows no colours")
    }
  }
}

extension Intent {
  /// Steps of a cursor: of use under a finger, not in a list.
  fileprivate var isMove: Bool {
    switch self {
    case .up, .down, .pageUp, .pageDown, .first, .last, .previousModel, .nextModel, .earlier,
      .later, .palette:
      true
    default: false
    }
  }
}
