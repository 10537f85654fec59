import Glibc

/// The words of a verdict, all in one place.
enum Sentence {
  // MARK: Harm

  static func worse(_ evidence: GuardrailEvidence, unitIsKey: Bool) -> String {
    "challenger \(verb(evidence.rule.guardrail)) more often: \(rates(evidence, unitIsKey)), e-value \(Words.evidence(evidence.logE))"
  }

  static func failing(_ failures: ByArm<Int>, _ requests: ByArm<Int>) -> String {
    "challenger failed \(failures.challenger) of its last \(requests.challenger) requests, champion \(failures.champion) of \(requests.champion)"
  }

  static func burns(_ burn: ByArm<ExperimentContext.Burn>) -> String {
    "challenger spends its error budget \(Words.number(burn.challenger.hour)) times too fast (1 h; 5 min: \(Words.number(burn.challenger.fiveMinutes))), champion \(Words.number(burn.champion.hour))"
  }

  static func engine(_ fault: String) -> String { "challenger's engine: \(fault)" }

  // MARK: Withheld

  static func shared(_ failures: ByArm<Int>, _ requests: ByArm<Int>) -> String {
    "both fail: challenger \(failures.challenger) of its last \(requests.challenger) requests, champion \(failures.champion) of \(requests.champion); a rollback would not help"
  }

  static func bothBurn(_ burn: ByArm<ExperimentContext.Burn>) -> String {
    "both spend their error budgets too fast: challenger \(Words.number(burn.challenger.hour)) times, champion \(Words.number(burn.champion.hour)); a rollback would not help"
  }

  static func bothEngines(_ fault: String) -> String {
    "both engines fail; challenger's: \(fault); a rollback would not help"
  }

  static func oneClient(_ client: String, failures: Int, requests: Int) -> String {
    "one client alone fails on the challenger: \(client), \(failures) of its last \(requests) requests"
  }

  static func oneClientBurns(_ client: String, _ count: Int, _ total: Int) -> String {
    "one client alone spends the challenger's error budget: \(client), \(count) of \(total) bad requests"
  }

  static func restsOnOne(
    _ evidence: GuardrailEvidence, _ client: String?, unitIsKey: Bool
  ) -> String {
    let who = client.map { "one client alone, \($0)," } ?? "one key alone"
    return
      "\(who) decides that the challenger \(verb(evidence.rule.guardrail)) more often (\(rates(evidence, unitIsKey)), e-value \(Words.evidence(evidence.logE)))"
  }

  static func mismatch(
    _ arrivals: ByArm<Int>, expected: Double, p: Double, unitIsKey: Bool
  ) -> String {
    let total = Double(max(arrivals.total, 1))
    return
      "the split is not what it is said to be: challenger has \(arrivals.challenger) of \(arrivals.total)\(unitIsKey ? " keys" : "") (\(Words.percent(Double(arrivals.challenger) / total))), expected \(Words.percent(expected / total)) (p \(Words.probability(p))); find out why before comparing"
  }

  // MARK: Progress

  static func collecting(
    _ guardrail: Guardrail, _ shortage: ExperimentJudge.Shortage,
    _ silence: (seconds: Double, isChallenger: Bool)?, unitIsKey: Bool
  ) -> String {
    let unit =
      shortage.unit == .events ? events(guardrail, unitIsKey) : trials(guardrail, unitIsKey)
    let whose = shortage.unit == .events ? "of both arms" : "of the challenger"
    // Beside a table with more keys than these, it must be clear whose number this is.
    let subject =
      unitIsKey && shortage.unit == .trials && guardrail == .wrongPredictions
      ? "wrong predictions: " : ""
    var sentence =
      "not enough data: \(subject)\(shortage.count) of \(shortage.needed) \(unit) \(whose)"
    if let silence {
      sentence += "; \(silent(guardrail, silence))"
    } else if let left = shortage.timeLeft {
      sentence += ", about \(Words.duration(left)) left"
    }
    return sentence
  }

  static func limitCollecting(_ answers: Int64, of needed: Int64) -> String {
    "not enough data: \(answers) of \(needed) answers of the champion, whose p99 is what slow requests are counted by"
  }

  static func bothFail(_ evidence: GuardrailEvidence, unitIsKey: Bool) -> String {
    "both fail, \(rates(evidence, unitIsKey)): nothing is fit to promote"
  }

  static func silent(
    _ guardrail: Guardrail, _ silence: (seconds: Double, isChallenger: Bool)
  ) -> String {
    "no \(trials(guardrail)) of the \(silence.isChallenger ? "challenger" : "champion") for \(Words.duration(silence.seconds))"
  }

  /// Why an arm is silent, where the split says so; nil: it gives both a share.
  static func onlyOne(_ share: Double) -> String? {
    switch share {
    case 1: "the challenger has all of the traffic: nothing is compared any more"
    case 0: "the challenger has none of the traffic: nothing is compared"
    default: nil
    }
  }

  static func notYet(
    _ evidence: GuardrailEvidence, _ policy: ExperimentPolicy,
    _ shortage: ExperimentJudge.Shortage
  ) -> String {
    let left = shortage.timeLeft.map { ", about \(Words.duration($0)) left" } ?? ""
    return
      "keep: nothing shows that the challenger \(verb(evidence.rule.guardrail)) more often (\(rates(evidence, policy.unitIsKey))); \(shortage.count) of \(shortage.needed) \(trials(evidence.rule.guardrail, policy.unitIsKey)) of the challenger before it may be promoted\(left)"
  }

  static func mayBeWorse(_ evidence: GuardrailEvidence, unitIsKey: Bool) -> String {
    let high = evidence.interval.map { Words.percent($0.high) } ?? "100 %"
    return
      "keep: the challenger may still have up to \(high) more \(events(evidence.rule.guardrail, unitIsKey)) (\(rates(evidence))); promotion needs less than \(Words.percent(evidence.rule.differenceMargin))"
  }

  static func labelsIncomplete(_ completeness: Double) -> String {
    "keep: only \(Words.percent(completeness)) of the due labels have come; promotion needs 95 %"
  }

  static func promote(
    _ guardrails: [GuardrailEvidence], _ policy: ExperimentPolicy,
    isProven: (GuardrailEvidence) -> Bool
  ) -> String {
    let parts = guardrails.map { evidence in
      let bound =
        isProven(evidence)
        ? "" : ", at most \(Words.percent(evidence.interval?.high ?? 1)) more"
      return "\(events(evidence.rule.guardrail, policy.unitIsKey)) \(rates(evidence))\(bound)"
    }.joined(separator: "; ")
    let claim =
      guardrails.allSatisfy(isProven)
      ? "no guardrail worse by more than \(Words.percent(policy.promotionMargin - 1))"
      : "no guardrail shown worse at the planned sample"
    return "promote: \(claim) (\(parts))"
  }

  /// What a person has to weigh before a challenger is promoted that no guardrail holds back.
  static func slower(_ limit: SlowLimit?) -> String {
    let margin = "more than \(Words.percent(ExperimentPolicy.latencyMargin)) of the champion's p99"
    if case .objective(let objective)? = limit {
      return
        "keep: slower within the objective of \(Words.latency(objective)), but by \(margin): promotion needs a person"
    }
    return "keep: slower by \(margin): promotion needs a person"
  }

  /// By what slow requests were counted; nil while there is nothing to count by.
  static func limit(_ limit: SlowLimit) -> String? {
    switch limit {
    case .objective(let limit): "slow is above the objective of \(Words.latency(limit))"
    case .championP99(let limit):
      "slow is above \(Words.latency(limit)), the champion's p99 when the comparison began"
    case .collecting: nil
    }
  }

  /// "challenger slower at p99 by 38 ms, 95 % CI 21 to 55"; nil while the interval has no end, or holds no difference.
  static func latency(_ difference: QuantileDifference) -> String? {
    guard let low = difference.low, let high = difference.high, low > 0 || high < 0 else {
      return nil
    }
    let isMilliseconds = abs(difference.estimate) >= 1_000
    let ends = [low, high].map { abs($0) / (isMilliseconds ? 1_000 : 1) }.sorted()
    let size = Words.number(abs(difference.estimate) / (isMilliseconds ? 1_000 : 1))
    return
      "challenger \(low > 0 ? "slower" : "faster") at p99 by \(size) \(isMilliseconds ? "ms" : "us"), 95 % CI \(Words.number(ends[0])) to \(Words.number(ends[1]))"
  }

  /// What a verdict about keys leaves out, and how that ends.
  static func keyless(_ requests: KeylessRequests) -> String {
    let key = requests.header ?? "key"
    let remedy = requests.header == nil ? "" : ": send it, or remove routing_key"
    return
      "\(requests.count) of \(requests.total) requests carry no \(key) and are not judged\(remedy)"
  }

  static func mixed(_ strays: StrayKeys) -> String {
    let keys = strays.mixed == 1 ? "1 key was" : "\(strays.mixed) keys were"
    let requests = strays.leftOut == 1 ? "1 request" : "\(strays.leftOut) requests"
    return
      "\(keys) at both arms under one share: judged at the arm of the first request, \(requests) at the other left out"
  }

  static func moved(_ count: Int) -> String {
    "\(count == 1 ? "1 key" : "\(count) keys") changed arms with the share: counted at both, evidence once"
  }

  // MARK: Words

  /// - Parameter unitIsKey: to be said, where no word beside it does.
  private static func rates(_ evidence: GuardrailEvidence, _ unitIsKey: Bool = false) -> String {
    guard let rates = evidence.rates else { return "no rates yet" }
    let ofKeys = unitIsKey ? " of keys" : ""
    return
      "\(Words.percent(rates.challenger))\(ofKeys) against \(Words.percent(rates.champion))"
  }

  private static func verb(_ guardrail: Guardrail) -> String {
    switch guardrail {
    case .errors: "fails"
    case .wrongPredictions: "is wrong"
    case .slowRequests: "is slow"
    }
  }

  private static func events(_ guardrail: Guardrail, _ unitIsKey: Bool) -> String {
    switch guardrail {
    case .errors: unitIsKey ? "keys with an error" : "errors"
    case .wrongPredictions: unitIsKey ? "keys with a wrong prediction" : "wrong predictions"
    case .slowRequests: unitIsKey ? "keys with a slow request" : "slow requests"
    }
  }

  private static func trials(_ guardrail: Guardrail, _ unitIsKey: Bool = false) -> String {
    if unitIsKey { return guardrail == .wrongPredictions ? "labelled keys" : "keys" }
    return guardrail == .wrongPredictions ? "labels" : "requests"
  }
}
