import Domain
import TextUI

/// Whether wrong answers came with a version, or with labels and inputs that every version gets.
extension ConsoleState {
  /// Why no other version may help against a model's wrong answers; nil where one may.
  func labelDoubt(of model: ModelSnapshot) -> String? {
    guard let compared = model.judgement?.championAccuracy else { return nil }
    if let doubt = compared.labelDoubt { return doubt }
    guard let fall = compared.fall, fall.before.version == compared.champion.version,
      !compared.isBelowRival
    else { return nil }
    return
      "v\(fall.before.version) itself was right in \(share(fall)) until \(time(fall)), and no version "
      + "changed then: check labels and inputs first"
  }

  /// What to do first about a model's wrong answers, by what tells their cause; nil where nothing does.
  func accuracyAdvice(of model: ModelSnapshot) -> String? {
    guard let compared = model.judgement?.championAccuracy, compared.sentence != nil else {
      return nil
    }
    if let doubt = labelDoubt(of: model) { return "change no version: \(doubt)" }
    guard let fall = compared.fall, fall.before.version != compared.champion.version else {
      return nil
    }
    let before = fall.before.version
    let lever =
      model.deployment.rollbackTarget == before
      ? "press \(key(.rollBack))" : "pin v\(before) (\(key(.pin)))"
    return
      "\(lever): v\(before) was right in \(share(fall)) until v\(compared.champion.version) was "
      + "promoted at \(time(fall))"
  }

  /// The same for the page that is read for an alert: nil for pages of anything else.
  func accuracyAdvice(on page: Runbook, for alert: Alert?) -> String? {
    guard let name = alert?.model, let model = shown?.model(name),
      let advice = accuracyAdvice(of: model),
      page.frontMatter.checks.contains(where: {
        $0.query.contains(SeriesCatalogue.championAccuracy.name)
      })
    else { return nil }
    return advice
  }

  private func share(_ fall: ChampionAccuracy.Fall) -> String {
    Format.percent(fall.before.accuracy).text
  }

  private func time(_ fall: ChampionAccuracy.Fall) -> String {
    wall.short(fall.since, now: shownTime)
  }
}
