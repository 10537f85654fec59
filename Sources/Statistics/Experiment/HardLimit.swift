/// The latest requests of both arms, for harm that needs no comparison: most of what the challenger answers fails.
///
/// Judged are the latest batches with at least twenty requests of each arm. Beside them the champion must be well, there
/// and in its last hundred: else it is an outage that both share.
struct HardLimit: Sendable, Equatable, Codable {
  static let least = 20
  static let leastOfChampion = 100
  static let failingShare = 0.5
  /// Of the others' requests: with fewer it is not known how they fare.
  private static let leastOfOthers = 5
  /// Beyond this the champion is not well: a sixth of what ends the challenger.
  static let championShare = failingShare / 6
  private static let suspectsMax = 8

  enum Finding: Sendable, Equatable {
    case harm(failures: ByArm<Int>, requests: ByArm<Int>)
    case sharedOutage(failures: ByArm<Int>, requests: ByArm<Int>)
    case oneClient(String, failures: Int, requests: Int)
  }

  private struct Suspect: Sendable, Equatable, Codable {
    var name: String
    var failures: Int
    var requests: ByArm<Int>
  }

  /// One batch, or several until both arms have a request in it: so there are never more than a hundred or so.
  private struct Entry: Sendable, Equatable, Codable {
    var requests: ByArm<Int>
    var failures: ByArm<Int>
    /// The clients with most of the challenger's failures.
    var suspects: [Suspect]

    mutating func add(_ other: Entry) {
      requests += other.requests
      failures += other.failures
      for suspect in other.suspects {
        if let index = suspects.firstIndex(where: { $0.name == suspect.name }) {
          suspects[index].failures += suspect.failures
          suspects[index].requests += suspect.requests
        } else {
          suspects.append(suspect)
        }
      }
      while suspects.count > HardLimit.suspectsMax,
        let least = suspects.indices.min(by: { suspects[$0].failures < suspects[$1].failures })
      {
        suspects.remove(at: least)
      }
    }
  }

  private var entries: [Entry] = []

  mutating func observe(_ batch: ExperimentBatch) {
    guard batch.requests.total > 0 else { return }
    let worst = batch.clients.filter { $0.failures.challenger > 0 }
      .max { $0.failures.challenger < $1.failures.challenger }
    let suspects = worst.map {
      [Suspect(name: $0.name, failures: $0.failures.challenger, requests: $0.requests)]
    }
    let entry = Entry(
      requests: batch.requests, failures: batch.failures, suspects: suspects ?? [])
    if let last = entries.indices.last,
      entries[last].requests.champion == 0 || entries[last].requests.challenger == 0
    {
      entries[last].add(entry)
    } else {
      entries.append(entry)
    }
    let kept = window { $0.champion >= Self.leastOfChampion && $0.challenger >= Self.least }
    if let kept { entries.removeFirst(entries.count - kept.count) }
  }

  /// What the latest requests say; nil: nothing.
  ///
  /// - Parameter crowd: all clients' requests so far.
  func finding(of crowd: Crowd) -> Finding? {
    guard
      let latest = window({ $0.champion >= Self.least && $0.challenger >= Self.least }).map(sum),
      Self.fails(latest.failures.challenger, of: latest.requests.challenger)
    else { return nil }
    let champion = window { $0.champion >= Self.leastOfChampion }.map(sum) ?? sum(entries[...])
    guard Self.isWell(latest), Self.isWell(champion) else {
      return .sharedOutage(failures: latest.failures, requests: latest.requests)
    }
    for suspect in latest.suspects {
      let others = latest.requests.challenger - suspect.requests.challenger
      let isConfirmed =
        others >= Self.leastOfOthers
        ? Self.fails(latest.failures.challenger - suspect.failures, of: others)
        : suspect.requests.champion >= Self.least / 2
          && crowd.isNearlyEverybody(suspect.name, .challenger)
      if !isConfirmed {
        return .oneClient(
          suspect.name, failures: suspect.failures, requests: suspect.requests.challenger)
      }
    }
    return .harm(failures: latest.failures, requests: latest.requests)
  }

  private static func fails(_ failures: Int, of requests: Int) -> Bool {
    Double(failures) >= failingShare * Double(requests)
  }

  private static func isWell(_ entry: Entry) -> Bool {
    Double(entry.failures.champion) < championShare * Double(entry.requests.champion)
  }

  /// The shortest run of the latest entries whose requests are enough.
  private func window(_ isEnough: (ByArm<Int>) -> Bool) -> ArraySlice<Entry>? {
    var requests = ByArm<Int>.zero
    for index in entries.indices.reversed() {
      requests += entries[index].requests
      if isEnough(requests) { return entries[index...] }
    }
    return nil
  }

  private func sum(_ entries: ArraySlice<Entry>) -> Entry {
    var sum = Entry(requests: .zero, failures: .zero, suspects: [])
    for entry in entries { sum.add(entry) }
    return sum
  }
}
