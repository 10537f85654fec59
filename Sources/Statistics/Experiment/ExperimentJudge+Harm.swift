/// What ends an experiment, or makes a person look.
extension ExperimentJudge {
  func absoluteHarm(_ context: ExperimentContext) -> ExperimentVerdict? {
    if let fault = context.engineFault.challenger {
      guard context.engineFault.champion == nil else {
        return .init(.withheld, Sentence.bothEngines(fault), withholding: .sharedOutage)
      }
      return .init(.rollBack, Sentence.engine(fault))
    }
    switch hardLimit.finding(of: crowd) {
    case .harm(let failures, let requests):
      return .init(.rollBack, Sentence.failing(failures, requests), guardrail: .errors)
    // Where events are common in both arms there is no outage to wait for the end of.
    case .sharedOutage where context.isOfRecord: return nil
    case .sharedOutage(let failures, let requests):
      return .init(
        .withheld, Sentence.shared(failures, requests), guardrail: .errors,
        withholding: .sharedOutage)
    case .oneClient(let client, let failures, let requests):
      return .init(
        .withheld, Sentence.oneClient(client, failures: failures, requests: requests),
        guardrail: .errors, withholding: .oneClient(client))
    case nil: return context.burn.flatMap(burning)
    }
  }

  /// A version that spends its error budget so fast that it is paged for, while the other does not.
  private func burning(_ burn: ByArm<ExperimentContext.Burn>) -> ExperimentVerdict? {
    let challenger = burn.challenger
    guard
      challenger.hour >= BurnLimit.page, challenger.fiveMinutes >= BurnLimit.page,
      challenger.badCount >= BurnLimit.leastBad
    else { return nil }
    guard burn.champion.hour < BurnLimit.page / 6 else {
      return .init(
        .withheld, Sentence.bothBurn(burn), guardrail: .errors, withholding: .sharedOutage)
    }
    if let client = challenger.worstClient {
      let others = challenger.badCount - client.badCount
      let hour = challenger.hour * Double(others) / Double(challenger.badCount)
      guard hour >= BurnLimit.page, others >= BurnLimit.leastBad else {
        return .init(
          .withheld, Sentence.oneClientBurns(client.name, client.badCount, challenger.badCount),
          guardrail: .errors, withholding: .oneClient(client.name))
      }
    }
    return .init(.rollBack, Sentence.burns(burn), guardrail: .errors)
  }

  private enum BurnLimit {
    /// Of a 30-day budget, 2 % in an hour. Source: The Site Reliability Workbook, chapter 5.
    static let page = 14.4
    /// With little traffic a single error would be a page.
    static let leastBad = 10
  }

  /// The guardrail with the strongest proof that does not rest on one client; else the strongest; nil: there is none.
  var relativeHarm: ExperimentVerdict? {
    let proven = guardrails.map { ($0, $0.logE - policy.logThreshold($0.rule)) }
      .filter { $0.1 >= 0 }.sorted { $0.1 > $1.1 }.map(\.0)
    var withheld: ExperimentVerdict?
    for evidence in proven {
      let guardrail = evidence.rule.guardrail
      let (rest, client) = evidence.logEWithoutOne(of: crowd, unitIsKey: policy.unitIsKey)
      if rest >= policy.logThreshold(evidence.rule) {
        return .init(
          .rollBack, Sentence.worse(evidence, unitIsKey: policy.unitIsKey), guardrail: guardrail)
      }
      withheld =
        withheld
        ?? .init(
          .withheld, Sentence.restsOnOne(evidence, client, unitIsKey: policy.unitIsKey),
          guardrail: guardrail,
          withholding: .oneClient(client))
    }
    return withheld
  }

  /// What is said of a split that is not what it is said to be, whatever else is; nil: nothing is wrong with it.
  package var mismatch: ExperimentVerdict? {
    guard sampleRatio.isMismatch else { return nil }
    return .init(
      .sampleRatioMismatch,
      Sentence.mismatch(
        arrivals, expected: expectedOfChallenger, p: sampleRatio.p,
        unitIsKey: policy.unitIsKey))
  }
}
