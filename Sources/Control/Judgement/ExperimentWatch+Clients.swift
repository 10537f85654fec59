import Domain
import Statistics
import Storage

/// Who is behind what is counted: one client alone must not decide a comparison.
extension ExperimentWatch {
  /// Events that are evidence, by the client whose keys had them.
  typealias ClientDraws = [String: [Guardrail: ByArm<Int>]]

  /// Those with the most failures, slow requests and wrong predictions of a batch.
  ///
  /// - Parameter keyed: where keys are the unit, what each client's added to the evidence.
  func clients(
    _ batch: SecondBatch, model: String, _ slowCount: SlowCount?, keyed: ClientDraws
  ) -> [ExperimentBatch.Client] {
    var clients: [String: ExperimentBatch.Client] = [:]
    func with(_ name: String, _ change: (inout ExperimentBatch.Client) -> Void) {
      change(&clients[name, default: ExperimentBatch.Client(name, requests: .zero)])
    }
    // Where keys are the unit, a client's failures are not what it added to the evidence, but its keys' first ones.
    for (name, draws) in keyed {
      with(name) {
        $0.draws = draws
        $0.holdsOthers = [crowd.crowder.champion, crowd.crowder.challenger].contains(name)
      }
    }
    let isEvidence = memory.keys == nil
    for count in batch.clients where count.version.model == model {
      guard let arm = arm(count.version.version, count.variant) else { continue }
      if let crowder = crowd.crowder[arm], crowder != count.client {
        with(crowder) { $0.takeOver(count, arm, slowCount, isEvidence: isEvidence) }
      }
      guard count.isOfOneClient else { continue }
      with(count.client) { client in
        client.requests[arm] += Int(count.count)
        if count.outcome.isServerError { client.failures[arm] += Int(count.count) }
        guard isEvidence else { return }
        if count.outcome.isServerError {
          client.draws[.errors, default: .zero][arm] += Int(count.count)
        }
        client.draws[.slowRequests, default: .zero][arm] += count.times.slow(by: slowCount)
      }
    }
    if isEvidence {
      for wrong in wrongPredictions(batch, model: model) {
        with(wrong.client) { $0.draws[.wrongPredictions, default: .zero][wrong.arm] += wrong.count }
      }
    }
    return clients.values.sorted { left, right in
      let events = [left, right].map {
        $0.draws.values.reduce($0.failures.total) { $0 + $1.total }
      }
      return (events[0], left.requests.total, right.name)
        > (events[1], right.requests.total, left.name)
    }.prefix(32).map { $0 }
  }

  /// A client's part of what is judged by its trials' share is measured by the same share: what is taken off for it is then
  /// what it added.
  ///
  /// - Parameter answered: the revision under which answers came now; labels have that of their prediction.
  mutating func give(
    _ clients: inout [ExperimentBatch.Client], _ batch: SecondBatch, model: String, answered: Int64
  ) {
    for index in clients.indices {
      let slow = clients[index].draws.removeValue(forKey: .slowRequests) ?? .zero
      clients[index].draws[.wrongPredictions] = nil
      guard slow.total > 0 else { continue }
      lately.given.add(.slowRequests, client: clients[index].name, slow, revision: answered)
    }
    for wrong in wrongPredictions(batch, model: model) {
      var events = ByArm<Int>.zero
      events[wrong.arm] = wrong.count
      lately.given.add(
        .wrongPredictions, client: wrong.client, events, revision: wrong.revision)
    }
  }

  private typealias WrongPredictions = (revision: Int64, client: String, arm: Arm, count: Int)

  /// Of each client, by the revision of the prediction where its share is known.
  private func wrongPredictions(_ batch: SecondBatch, model: String) -> [WrongPredictions] {
    batch.revisionLabels.flatMap { rollup -> [WrongPredictions] in
      guard rollup.version.model == model, memory.shares[rollup.revision] != nil,
        let arm = arm(rollup.version.version, rollup.variant)
      else { return [] }
      return rollup.clients.sorted { $0.key < $1.key }.compactMap { name, counts in
        guard counts.wrong > 0, name != ClientCount.overflow else { return nil }
        return (rollup.revision, name, arm, Int(counts.wrong))
      }
    }
  }

  /// Of the revisions whose share is known: under which what was labelled now was predicted.
  func newestLabelled(_ batch: SecondBatch, model: String) -> Int64? {
    batch.revisionLabels.filter { rollup in
      rollup.version.model == model && memory.shares[rollup.revision] != nil
        && arm(rollup.version.version, rollup.variant) != nil
    }.map(\.revision).max()
  }
}

extension ExperimentBatch.Client {
  /// Counts what became late or was refused of another's requests because this one fills the queue.
  fileprivate mutating func takeOver(
    _ count: ClientCount, _ arm: Arm, _ slowCount: ExperimentWatch.SlowCount?, isEvidence: Bool
  ) {
    holdsOthers = true
    if count.outcome.isRefusal { failures[arm] += Int(count.count) }
    guard isEvidence else { return }
    if count.outcome.isRefusal { draws[.errors, default: .zero][arm] += Int(count.count) }
    draws[.slowRequests, default: .zero][arm] += count.times.slow(by: slowCount)
  }
}

extension ClientCount.Times {
  fileprivate func slow(by slowCount: ExperimentWatch.SlowCount?) -> Int {
    switch slowCount {
    case .frozen: Int(above)
    case .objective: Int(slow)
    case nil: 0
    }
  }
}

extension ClientCount {
  /// Whether these are one client's: nobody knows who is anonymous, and the clients past the recorder's bound are many.
  var isOfOneClient: Bool {
    client != PredictionRecord.anonymousClient && client != ClientCount.overflow
  }
}

/// Failed requests of the challenger by client, a minute each, for an hour.
///
/// Bounded by the recorder, which counts the clients past its bound as one.
struct RecentFailures: Sendable, Equatable, Codable {
  static let minutes: Int64 = 60

  private var byMinute: [Int64: [String: Int]] = [:]
  /// Who asked under the present split; nil in what an older Vigia kept.
  private var asking: Crowd?

  /// Requests from now on are routed by another share.
  mutating func splitChanged() { asking = nil }

  /// Takes in a batch's counts, each with the arm that served it.
  ///
  /// - Parameters:
  ///   - end: of the batch.
  ///   - crowder: for whose sake others find no room at the challenger.
  mutating func add(
    _ served: [(count: ClientCount, arm: Arm)], to end: Int64, crowder: String? = nil
  ) {
    var requests: [String: ByArm<Int>] = [:]
    var total = ByArm<Int>.zero
    for (count, arm) in served {
      total[arm] += Int(count.count)
      if arm == .challenger, count.outcome.isRefusal, let crowder, crowder != count.client {
        byMinute[count.minute, default: [:]][crowder, default: 0] += Int(count.count)
      }
      guard count.isOfOneClient else { continue }
      requests[count.client, default: .zero][arm] += Int(count.count)
      if arm == .challenger, count.outcome.isServerError {
        byMinute[count.minute, default: [:]][count.client, default: 0] += Int(count.count)
      }
    }
    asking = asking ?? Crowd()
    asking?.observe(requests.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, of: total)
    let oldest = end - (Self.minutes + 1) * 60
    byMinute = byMinute.filter { $0.key > oldest }
  }

  /// The client with the most failures in the last `seconds`, of those that may not decide; nil: no such client is known to
  /// have one.
  func worst(of seconds: Int64, before now: Int64) -> (name: String, badCount: Int)? {
    var sums: [String: Int] = [:]
    for (minute, clients) in byMinute where minute > now - seconds - 60 {
      sums.merge(clients, uniquingKeysWith: +)
    }
    let crowd = asking ?? Crowd()
    return sums.filter { client, failures in
      !crowd.isOwnControl(client)
        || !crowd.maySpeakForAll(client, events: failures, .challenger)
    }.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
  }
}
