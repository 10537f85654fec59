package import Domain

extension ActDialog {
  /// Why it cannot be confirmed yet, or the command's action.
  package func command(at now: Timestamp) -> Result<Command.Action, Blocked> {
    if let typed = text(.typedVersion), typed != version {
      return .failure(Blocked("this is production: Tab, then type \(version)"))
    }
    if trimmedReason.isEmpty {
      return .failure(
        Blocked(
          act == .note ? "there is nothing to note yet" : "a reason is needed: Tab, then say why"))
    }
    if let alert { return alertAction(alert, at: now) }
    if let lever = leverAction() { return lever }
    switch act {
    case .rollBack: return .success(.rollBack(model: model, breakGlass: isBreakGlass))
    case .endChallenger:
      return .success(.setWeight(model: model, version: version, weight: 0))
    case .endShadow: return .success(.setShadow(model: model, version: nil))
    case .startShadow: return .success(.setShadow(model: model, version: version))
    case .unfreeze: return .success(.unfreeze(model: model))
    case .release: return .success(.release(model: model, version: version))
    case .promote: return promotion
    case .setWeight:
      guard let weight else {
        return .failure(Blocked("the share is a number from 0 to 100, as 20 or 0.5"))
      }
      if let seen, weight == seen.weight(of: version) {
        return .failure(Blocked("that is its share already: Tab, then type another one"))
      }
      return .success(.setWeight(model: model, version: version, weight: weight))
    case .freeze:
      guard let seconds = ActDialog.duration(text(.until) ?? "") else {
        return .failure(ActDialog.badDuration)
      }
      return .success(.freeze(model: model, until: now.adding(seconds: seconds)))
    case .undo:
      guard let entry else { return .failure(Blocked("no row is selected")) }
      return .success(.undo(model: model, row: entry.sequence))
    case .pin, .unpin, .limit, .shed, .eject, .load, .unload:
      return .failure(Blocked("there is nothing to do"))
    case .note: return .success(.note(incident: nil, model: model))
    case .acknowledge, .takeBack, .silence, .endSilence:
      return .failure(Blocked("no alert is selected"))
    }
  }

  package struct Blocked: Error, Sendable, Equatable {
    package var why: String
    init(_ why: String) { self.why = why }
  }

  package var trimmedReason: String {
    let text = text(.reason) ?? ""
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  private var promotion: Result<Command.Action, Blocked> {
    let verification: Command.Verification = isWaived ? .waived : .required
    let action = Command.Action.promote(
      model: model, version: version, verification: verification)
    if isWaived { return .success(action) }
    switch preflight {
    case .running: return .failure(Blocked("the preflight is running; it takes at most 2 s"))
    case .report(let report) where !report.passed:
      return .failure(Blocked("the preflight did not pass: w goes on without it"))
    case .failed: return .failure(Blocked("the preflight gave no answer: w goes on without it"))
    case .notNeeded, .report: return .success(action)
    }
  }

  /// The share typed, 0 through 1.
  package var weight: Double? {
    guard let text = text(.weight) else { return nil }
    let digits = text.filter { $0 != " " && $0 != "%" }
    guard digits.utf8.count <= 8, let percent = Double(digits), (0...100).contains(percent) else {
      return nil
    }
    return percent / 100
  }

  /// `30m`, `4h`, `2d`, `90s` in seconds; nil for anything else and beyond thirty days.
  static func duration(_ text: String) -> Double? {
    let compact = text.filter { $0 != " " }
    guard let unit = compact.last, let number = Double(compact.dropLast()), number > 0 else {
      return nil
    }
    let scale: Double? =
      switch unit {
      case "s": 1
      case "m": 60
      case "h": 3_600
      case "d": 86_400
      default: nil
      }
    guard let scale, number * scale <= 30 * 86_400 else { return nil }
    return number * scale
  }
}
