package import Domain
import TextUI

/// Verdicts as a glyph, a word and a colour.
extension DriftSummary {
  package var health: Health {
    switch state {
    case .noReference: Health(.quiet, "no ref")
    case .collecting where isWithoutVerdict: Health(.quiet, "no verdict")
    case .collecting: Health(.quiet, isFilling ? "filling" : "\(collected)/\(needed)")
    case .ok: Health(.ok, "ok")
    case .suspected: Health(.info, "suspect")
    case .drift: Health(.warn, "drift")
    case .major: Health(.critical, "major")
    }
  }

  /// Enough rows for a verdict came, and the window is not over.
  var isFilling: Bool { state == .collecting && !isWithoutVerdict && collected >= needed }

  /// A window ended, and none of its features can be compared.
  var isWithoutVerdict: Bool { state == .collecting && !worst.isEmpty }

  /// `drift in 1 of 6 features and in score and predicted class`: features are counted, answers named; nil where the last window
  /// was calm.
  var extent: String? {
    let answers = driftedAnswers?.joined(separator: " and ")
    guard drifted > 0 else { return answers.map { "drift in \($0), in no feature," } }
    return "drift in \(drifted) of \(features) features" + (answers.map { " and in \($0)" } ?? "")
  }

  /// With room for what the word means.
  package var title: String {
    switch state {
    case .noReference: "no reference yet"
    case .collecting where isWithoutVerdict: "no verdict"
    case .collecting: isFilling ? "filling the first window" : "collecting \(collected)/\(needed)"
    case .ok: "no drift"
    case .suspected: "suspected"
    case .drift: "drift"
    case .major: "major drift"
    }
  }
}

extension FeatureVerdict.Verdict {
  var tone: Tone {
    switch self {
    case .ok: .ok
    case .drift, .constantChanged: .warn
    case .major, .missing: .critical
    case .collecting, .noVerdict: .quiet
    }
  }

  var word: String {
    switch self {
    case .ok: "ok"
    case .drift: "drift"
    case .major: "major"
    case .collecting: "too few"
    case .constantChanged: "changed"
    case .missing: "missing"
    case .noVerdict: "no verdict"
    }
  }

  /// One that tells all of them apart without a colour.
  func glyph(_ look: Look) -> Character {
    switch self {
    case .ok: look.glyphs.ok
    case .drift: look.glyphs.warn
    case .major: look.glyphs.critical
    case .collecting: look.glyphs.hollow
    case .constantChanged: look.glyphs.partial
    case .missing: look.glyphs.stale
    case .noVerdict: look.glyphs.pending
    }
  }

  func status(_ look: Look) -> StyledText {
    look.text("\(glyph(look)) \(word)", tone)
  }

  /// Of several in one place the gravest is shown.
  var gravity: Int {
    switch self {
    case .collecting: 0
    case .noVerdict: 1
    case .ok: 2
    case .drift: 3
    case .constantChanged: 4
    case .major: 5
    case .missing: 6
    }
  }
}

extension ConceptSummary {
  package var health: Health {
    switch state {
    case .noLabels: Health(.quiet, "no labels")
    case .collecting: Health(.quiet, "collecting")
    case .ok: Health(.ok, "as right as before")
    case .drift: Health(.critical, "wrong more often")
    case .labelsMissing: Health(.warn, "labels missing")
    }
  }
}

extension ChampionAccuracy {
  /// Below what knows nothing is worse than below another version.
  package var health: Health {
    isBelowMajority
      ? Health(.critical, "wrong") : isBelowRival ? Health(.warn, "wrong") : Health(.ok, "ok")
  }

  /// Why no other version helps: it is as wrong on the same labels; nil where one may.
  package var labelDoubt: String? {
    guard isBelowMajority, isRivalBelowMajority, !isBelowRival, let rival else { return nil }
    return "v\(rival.version) is as wrong on the same labels: check the labels first"
  }

  /// `accuracy 0.57, below 2's 0.85 on the same labels`; nil where nothing is wrong.
  package var sentence: String? {
    guard isBelowMajority || isBelowRival else { return nil }
    func score(_ value: Double) -> String { Format.decimal(value, places: 2) }
    let commonest = "the commonest class's \(score(majority))"
    let begin = "accuracy \(score(champion.accuracy)), below "
    guard let rival else { return begin + commonest }
    let other = "v\(rival.version)'s \(score(rival.accuracy)) on the same labels"
    switch (isBelowMajority, isBelowRival) {
    case (true, true): return begin + other + " and " + commonest
    case (false, true): return begin + other
    default:
      return begin + commonest
        + (isRivalBelowMajority
          ? "; v\(rival.version)'s \(score(rival.accuracy)) is, too: check the labels" : "")
    }
  }
}

extension ExperimentSummary.Verdict {
  package var health: Health {
    switch self {
    case .collecting: Health(.quiet, "collecting")
    case .keep: Health(.ok, "keep")
    case .promote: Health(.ok, "may be promoted")
    case .rollBack: Health(.critical, "roll back")
    case .ratioMismatch: Health(.warn, "sample ratio mismatch")
    case .withheld: Health(.warn, "no verdict")
    }
  }
}

extension ExperimentSummary {
  private var worst: Guardrail? {
    guardrails.max { $0.evidence / $0.needed < $1.evidence / $1.needed }
  }

  /// The guardrail of which there is most evidence, where that is enough.
  var proven: Guardrail? { worst.flatMap { $0.evidence >= $0.needed ? $0 : nil } }

  /// In what the challenger is worse, by the guardrail with the most evidence.
  var failing: String {
    switch worst?.name {
    case "errors": "fails more often"
    case "slow_requests": "slow more often"
    case "wrong_predictions": "wrong more often"
    default: "worse"
    }
  }

  /// Why the challenger should not be made champion; nil while it may be, and while that is open.
  var promotionDoubt: String? {
    switch verdict {
    case .rollBack: "the comparison says roll back: \(challenger) \(failing) than \(champion)"
    case .ratioMismatch, .withheld: "the comparison has no verdict: \(sentence)"
    case .keep: "the comparison says keep \(champion): \(sentence)"
    case .collecting, .promote: nil
    }
  }

  /// What is concluded, without the word that stands before it.
  var sentence: String {
    if let dryRun { return dryRun }
    return words.hasPrefix("keep: ") ? String(words.dropFirst(6)) : words
  }
}

extension StyledText {
  /// Wrapped into so many lines; the last one shows when it is not the end.
  func wrapped(to columns: Int, lines most: Int, _ look: Look) -> [StyledText] {
    var lines = wrapped(to: max(1, columns))
    guard lines.count > most, most > 0 else { return lines }
    lines.removeLast(lines.count - most)
    let last = lines[most - 1]
    lines[most - 1] =
      (last + " " + look.glyphs.ellipsis.styled(last)).truncated(
        to: columns, ellipsis: look.glyphs.ellipsis)
    return lines
  }
}

extension String {
  fileprivate func styled(_ like: StyledText) -> StyledText {
    StyledText(self, like.spans.last?.style ?? .plain)
  }
}

extension ObjectiveSummary {
  /// What the budget says: overspent or burning is critical; under a quarter, or less than a day before it is empty, a warning.
  var health: Health {
    guard let left = budgetLeft else { return Health(.quiet, "no data") }
    if left < 0 { return Health(.critical, "overspent") }
    if windows.contains(where: \.isFiring) { return Health(.critical, "burning") }
    if let words = emptySoon { return Health(.warn, words) }
    return left < 0.25 ? Health(.warn, "low") : Health(.ok, "ok")
  }

  /// `empty in 3 h`, as it burns now, where that is within a day.
  var emptySoon: String? {
    guard let left = budgetLeft, left > 0, let seconds = emptyIn, seconds < 86_400 else {
      return nil
    }
    return "empty in \(Format.age(seconds: seconds).text)"
  }

  /// How much its budget needs a look: 0 most.
  fileprivate var need: Int {
    switch health.tone {
    case .critical: 0
    case .warn: 1
    case .normal, .quiet, .accent, .ok, .info: 2
    }
  }

  /// What was attained beside its target. While much of the budget is left, a share below it is a warning all the same.
  var attainedTone: Tone {
    guard let attained, attained < target, health.tone == .ok else { return health.tone }
    return .warn
  }

  var name: String {
    switch kind {
    case .availability: "availability"
    case .latency: "latency"
    }
  }
}

extension ModelJudgement {
  package func drift(of version: String) -> DriftSummary? {
    drift.first { $0.version == version }
  }

  package func concept(of version: String) -> ConceptSummary? {
    concept.first { $0.version == version }
  }

  /// Nil for a version that does not answer.
  func championAccuracy(of version: String) -> ChampionAccuracy? {
    championAccuracy.flatMap { $0.champion.version == version ? $0 : nil }
  }

  /// What is said of a version's answers as they were labelled; nil where nothing is.
  func accuracyHealth(of version: String) -> Health? {
    guard let compared = championAccuracy else { return nil }
    if compared.champion.version == version { return compared.health }
    guard compared.isRivalBelowMajority, compared.rival?.version == version else { return nil }
    return Health(.critical, "wrong")
  }

  /// The objective whose budget says the worst, of several the one with the least left.
  var leastBudget: ObjectiveSummary? {
    objectives.filter { $0.budgetLeft != nil }
      .min { ($0.need, $0.budgetLeft ?? 1) < ($1.need, $1.budgetLeft ?? 1) }
  }
}
