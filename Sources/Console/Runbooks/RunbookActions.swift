import Domain
import TextUI

/// What a page offers to do: rows under its title, each of which opens the question before its act.
struct RunbookActions {
  private let state: ConsoleState
  private let page: Runbook
  private let alert: Alert?

  init(_ state: ConsoleState, _ page: Runbook, _ alert: Alert?) {
    self.state = state
    self.page = page
    self.alert = alert
  }

  private static let prefix = "do "

  /// The action's word in an entry's id; nil for the entry of a check.
  static func word(ofEntry id: String) -> String? {
    guard id.hasPrefix(prefix) else { return nil }
    let word = String(id.dropFirst(prefix.count))
    return LeverName(rawValue: word) == nil ? nil : word
  }

  func entries(_ look: Look) -> [MarkdownEntry] {
    let levers = page.frontMatter.actions.compactMap { LeverName(rawValue: $0.text) }
    return levers.enumerated().map { index, lever in
      MarkdownEntry(
        id: Self.prefix + lever.rawValue, label: index == 0 ? "do" : "",
        value: text(lever, look))
    }
  }

  /// The first that can be done now, as an entry's id: where an alert names a client its limit, since no version answers more
  /// than the machine can; what refuses everybody is for a hand that goes there.
  var firstOpen: String? {
    let levers = openLevers.filter { $0 != .shed && doubt(of: $0) == nil }
    let isFlooded =
      alert?.model.flatMap { state.live?.client(namedBeside: alert, of: $0) } != nil
    let first = isFlooded && levers.contains(.limit) ? .limit : levers.first
    return first.map { Self.prefix + $0.rawValue }
  }

  /// Whether something can be done that may not help.
  var isDoubted: Bool { openLevers.contains { doubt(of: $0) != nil } }

  private var openLevers: [LeverName] {
    page.frontMatter.actions.compactMap { LeverName(rawValue: $0.text) }
      .filter { standing(of: $0).isOpen }
  }

  /// Why a change of versions may not help against this alert.
  private func doubt(of lever: LeverName) -> String? {
    guard lever == .rollback || lever == .pin, let live = state.live,
      let (model, _) = state.leverTarget(alert, in: live)
    else { return nil }
    return alert?.model == model.name ? state.labelDoubt(of: model) : nil
  }

  /// On a page that advises against a rollback: whether a pin's version is known to be better.
  private func proof(of lever: LeverName) -> String? {
    guard lever == .pin, page.rollbackAdvice != nil, doubt(of: lever) == nil,
      let live = state.live, let (model, _) = state.leverTarget(alert, in: live)
    else { return nil }
    return model.provenRival == nil
      ? "only if labels show that it is right more often"
      : "it is right more often on the same labels"
  }

  private enum Standing {
    /// The words say what it would be done to.
    case open(String)
    /// There is nothing that it could be done to.
    case idle(String)
    /// Something stands against it.
    case shut(String)

    var isOpen: Bool { if case .open = self { true } else { false } }
  }

  private func standing(of lever: LeverName) -> Standing {
    guard let live = state.live, let target = state.leverTarget(alert, in: live) else {
      return .idle("no model is served")
    }
    let (model, version) = target
    guard let act = lever.act(on: version, of: model, at: state.serverNow) else {
      return .idle(lever.idle(model.name))
    }
    if let obstacle = model.obstacle(
      to: act, version: version, at: state.serverNow, key: state.key)
    {
      return .shut(obstacle)
    }
    switch act {
    case .rollBack:
      let target = model.deployment.rollbackTarget
      return .open(
        "\(model.name) \(model.deployment.champion) to \(target ?? "nothing")"
          + readiness(of: target, model))
    case .endChallenger, .endShadow:
      return .open(model.rollBackSentence(on: version) ?? model.name)
    case .promote, .setWeight, .startShadow, .release, .load, .unload:
      return .open("\(model.name) \(version)")
    case .eject, .pin, .limit, .shed:
      let fields = ActDialog.leverFields(
        act, version: version, model: model, server: live.server, alert: alert,
        client: live.client(namedBeside: alert, of: model.name)?.name)
      let target = act == .pin ? fields.first { $0.kind == .version }?.input.text : nil
      return .open(
        Self.subject(act, fields, of: model.name, version) + readiness(of: target, model))
    default: return .open(model.name)
    }
  }

  /// Of where requests would go, where versions differ in that.
  private func readiness(of target: String?, _ model: ModelSnapshot) -> String {
    guard model.hasRemote, let version = target.flatMap({ model.version($0) }) else { return "" }
    return "; \(model.readiness(of: version))"
  }

  /// What the question would be filled in with: `digits: archive-scan to 8/s`.
  private static func subject(
    _ act: Act, _ fields: [ActDialog.Field], of model: String, _ version: String
  ) -> String {
    func text(_ kind: ActDialog.Field.Kind) -> String? {
      let text = fields.first(where: { $0.kind == kind })?.input.text ?? ""
      return text.isEmpty ? nil : text
    }
    let client = text(.client).map {
      $0 == "each" ? "each client" : $0 == "all" ? "all clients" : $0
    }
    return switch act {
    case .pin: text(.version).map { "\(model) to \($0)" } ?? model
    case .eject: (text(.upstream).map { "\($0) of " } ?? "") + "\(model) \(version)"
    case .limit:
      "\(model): \(client ?? "each client")" + (text(.rate).map { " to \($0)/s" } ?? "")
    default: "\(model): \(text(.share) ?? "0") % of \(client ?? "all clients")"
    }
  }

  /// What it would do, or why it would do nothing.
  private func text(_ lever: LeverName, _ look: Look) -> StyledText {
    switch standing(of: lever) {
    case .open(let subject):
      StyledText(lever.words, doubt(of: lever) == nil ? look.theme.accent.bold : look.theme.dim)
        + look.text("  \(subject)")
        + look.text(doubt(of: lever).map { "; may not help: \($0)" } ?? "", .warn)
        + look.text(proof(of: lever).map { "; \($0)" } ?? "", .quiet)
    case .idle(let reason), .shut(let reason):
      StyledText(lever.words, look.theme.dim) + look.text("  \(reason)", .quiet)
    }
  }
}

/// The levers as runbooks, commands and the ledger call them.
enum LeverName: String, Sendable, CaseIterable {
  case rollback, promote, freeze, unfreeze, release, load, unload, pin, unpin, limit, shed, eject
  case setWeight = "set-weight"
  case setShadow = "set-shadow"

  var words: String {
    switch self {
    case .rollback: "roll back"
    case .setWeight: "set share"
    case .setShadow: "shadow"
    default: rawValue
    }
  }

  /// The question to ask; nil where there is nothing to lift.
  func act(on version: String, of model: ModelSnapshot, at now: Timestamp) -> Act? {
    switch self {
    case .rollback: return model.rollBackAct(on: version)
    case .promote: return .promote
    case .setWeight: return .setWeight
    case .setShadow: return model.deployment.shadow == version ? .endShadow : .startShadow
    case .freeze: return model.deployment.activeFreeze(at: now) == nil ? .freeze : nil
    case .unfreeze: return model.deployment.activeFreeze(at: now) == nil ? nil : .unfreeze
    case .release: return .release
    case .load: return .load
    case .unload: return .unload
    case .pin: return .pin
    case .unpin: return model.deployment.pin == nil ? nil : .unpin
    case .limit: return .limit
    case .shed: return .shed
    case .eject: return .eject
    }
  }

  /// Why there is nothing to ask.
  func idle(_ model: String) -> String {
    switch self {
    case .freeze: "\(model) is frozen already"
    case .unfreeze: "\(model) is not frozen"
    case .unpin: "\(model) is not pinned"
    default: "nothing to do"
    }
  }
}

extension ModelSnapshot {
  /// A version that is right more often than the one that answers, on the same labels and beyond chance.
  var provenRival: String? {
    judgement?.championAccuracy.flatMap { $0.isBelowRival ? $0.rival?.version : nil }
  }
}

extension ConsoleState {
  /// The model and version that a page's action is about: the alert's as they are now, else the selected ones.
  func leverTarget(_ alert: Alert?, in live: SystemSnapshot) -> (ModelSnapshot, String)? {
    if let name = alert?.model {
      guard let model = live.model(name) else { return nil }
      return (
        model, alert?.version.flatMap { model.version($0)?.version } ?? model.deployment.champion
      )
    }
    guard let found = selection.resolved(in: live, allVersions: true) else { return nil }
    return (found.model, found.version)
  }

  /// Opens the question before a page's action, filled in for the alert that it is read for.
  mutating func open(
    action word: String, by key: Key, at instant: ContinuousClock.Instant
  ) -> [Effect] {
    guard let lever = LeverName(rawValue: word) else { return [] }
    if let actingObstacle {
      say(actingObstacle, .warn)
      return []
    }
    let alert = readAlert
    guard let live, let (model, version) = leverTarget(alert, in: live) else {
      say("no model is served: there is nothing to act on", .warn)
      return []
    }
    guard let act = lever.act(on: version, of: model, at: serverNow) else {
      say(lever.idle(model.name), .warn)
      return []
    }
    if let obstacle = model.obstacle(to: act, version: version, at: serverNow, key: self.key) {
      say(obstacle, .warn)
      return []
    }
    holdAlert()
    return ask(act, version: version, of: model, because: alert, by: key, at: instant)
  }
}
