/// How often an experiment of a version with itself would have been rolled back.
package struct ExperimentCalibration: Sendable, Equatable, Encodable {
  /// What one version counted in a minute.
  package struct Minute: Sendable, Equatable {
    /// Answered or failed.
    package var requests: Int64
    package var failures: Int64
    /// Answered, but late.
    package var slow: Int64
    package var labels: Int64
    package var wrong: Int64

    package init(
      requests: Int64, failures: Int64, slow: Int64, labels: Int64 = 0, wrong: Int64 = 0
    ) {
      self.requests = requests
      self.failures = failures
      self.slow = slow
      self.labels = labels
      self.wrong = wrong
    }

    /// What a guardrail could count.
    package var events: Int64 { failures + slow + wrong }
  }

  /// The challenger's, of the traffic.
  package let share: Double
  /// The chance of a rollback that is stated, at most.
  package let alpha: Double
  /// One trial a run through all minutes.
  package private(set) var rollbacks = AlarmRate()
  /// Runs that ended with a sample ratio mismatch.
  package private(set) var mismatches = AlarmRate()

  /// Splits the requests of each minute at random, each by itself, and asks the judge after each minute.
  ///
  /// - Parameters:
  ///   - minutes: oldest first.
  ///   - policy: its guardrails say what of a minute is watched.
  ///   - tick: called with the share that is done.
  /// - Complexity: O(runs x minutes).
  package static func split(
    _ minutes: [Minute], policy: ExperimentPolicy, share: Double, runs: Int = 200, seed: UInt64,
    tick: (Double) -> Void = { _ in }
  ) -> ExperimentCalibration {
    var random = SplitMix64(seed: seed)
    var calibration = ExperimentCalibration(share: share, alpha: policy.alpha)
    for run in 0..<runs {
      var judge = ExperimentJudge(policy: policy)
      for (number, minute) in minutes.enumerated() where minute.requests > 0 || minute.labels > 0 {
        let now = Double(number + 1) * 60
        judge.observe(batch(of: minute, policy, share: share, with: &random), at: now)
        if judge.step(at: now).kind == .rollBack { break }
      }
      calibration.rollbacks.add(judge.verdict?.kind == .rollBack)
      calibration.mismatches.add(judge.sampleRatio.isMismatch)
      tick(Double(run + 1) / Double(runs))
    }
    return calibration
  }

  private static func batch(
    of minute: Minute, _ policy: ExperimentPolicy, share: Double, with random: inout SplitMix64
  ) -> ExperimentBatch {
    func split(_ count: Int64) -> ByArm<Int> {
      let challenger = random.binomial(max(0, count), share)
      return ByArm(champion: Int(max(0, count) - challenger), challenger: Int(challenger))
    }
    let failures = split(minute.failures)
    let slow = split(minute.slow)
    var requests = split(minute.requests - minute.failures - minute.slow)
    requests += failures
    requests += slow
    var batch = ExperimentBatch(share: share)
    batch.arrivals = requests
    batch.requests = requests
    batch.failures = failures
    for rule in policy.rules {
      switch rule.guardrail {
      case .errors: batch.counts[.errors] = .init(events: failures, trials: requests)
      case .slowRequests: batch.counts[.slowRequests] = .init(events: slow, trials: requests)
      case .wrongPredictions:
        let wrong = split(minute.wrong)
        var labels = split(minute.labels - minute.wrong)
        labels += wrong
        batch.counts[.wrongPredictions] = .init(events: wrong, trials: labels)
      }
    }
    return batch
  }
}
