import Domain
import Statistics
import Storage

/// Where routing sticks to a key, keys are what is compared.
extension ExperimentWatch {
  /// Takes in what keys did under one revision: each counts once, at the arm where it was first.
  mutating func addKeyed(
    _ rollup: KeyedRollup, _ arm: Arm, _ slowCount: SlowCount?,
    to batches: inout [Int64: ExperimentBatch], _ draws: inout ClientDraws
  ) {
    guard var keys = memory.keys, var one = batch(rollup.revision, in: batches) else { return }
    memory.keys = nil
    let share = one.share
    func count(
      _ guardrail: Guardrail, _ novelty: FirstEventPerKey.Novelty, of client: String?,
      forCrowd crowder: String? = nil
    ) {
      one.count(guardrail, arm, event: novelty)
      guard novelty == .new else { return }
      for name in Set([client, crowder].compactMap { $0 }) where name != ClientCount.overflow {
        draws[name, default: [:]][guardrail, default: .zero][arm] += 1
      }
    }
    let crowder = crowd.crowder[arm]
    for request in rollup.events.requests {
      let key = FirstEventPerKey.hash(request.key)
      guard keys.place(ofHash: key, at: arm, share: share) else { continue }
      if keys.draw(ofHash: key) {
        noteDraw(arm, revision: rollup.revision, second: request.second)
      }
      guard request.isCounted else { continue }
      let asRequest = keys.observe(.request, ofHash: key, share: share)
      one.count(.errors, arm, trial: asRequest)
      // A key that asked before there was a limit has its trial when it asks again.
      let asAnswer =
        slowCount == .frozen ? keys.observe(.answer, ofHash: key, share: share) : asRequest
      if slowCount != nil { one.count(.slowRequests, arm, trial: asAnswer) }
      if request.isError {
        let novelty = keys.observe(.error, ofHash: key, share: share)
        count(
          .errors, novelty, of: request.client, forCrowd: request.isRefused ? crowder : nil)
      }
      if request.isSlow, slowCount != nil {
        let novelty = keys.observe(.slowRequest, ofHash: key, share: share)
        count(.slowRequests, novelty, of: request.client, forCrowd: crowder)
      }
    }
    if !rollup.events.labels.isEmpty { watchPredictions() }
    for label in rollup.events.labels {
      let key = FirstEventPerKey.hash(label.key)
      guard !keys.isElsewhere(ofHash: key, than: arm, share: share) else { continue }
      one.count(.wrongPredictions, arm, trial: keys.observe(.label, ofHash: key, share: share))
      if label.isWrong {
        let novelty = keys.observe(.wrongPrediction, ofHash: key, share: share)
        count(.wrongPredictions, novelty, of: label.client)
      }
    }
    memory.keys = keys
    batches[rollup.revision] = one
  }
}
