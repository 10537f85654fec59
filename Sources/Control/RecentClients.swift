import Domain
import Storage

/// Who asked a model lately, and what they got: a tally a minute for each client, for fifteen minutes.
///
/// Bounded by the recorder, which counts the clients past its bound as one.
struct RecentClients: Sendable {
  static let minutes: Int64 = 15

  private struct Key: Hashable {
    var model: String
    var client: String
  }

  private var tallies: [Int64: [Key: Tally]] = [:]

  private struct Tally {
    var requests: Int64 = 0
    var errors: Int64 = 0
    var limited: Int64 = 0
    var times = ClientCount.Times()

    mutating func add(_ other: Tally) {
      requests += other.requests
      errors += other.errors
      limited += other.limited
      times += other.times
    }
  }

  mutating func add(_ batch: SecondBatch) {
    for count in batch.clients {
      var tally = Tally(requests: count.count, times: count.times)
      if count.outcome.isServerError { tally.errors = count.count }
      if count.outcome == .limited { tally.limited = count.count }
      let key = Key(model: count.version.model, client: count.client)
      tallies[count.minute, default: [:]][key, default: Tally()].add(tally)
    }
    let oldest = batch.to - Self.minutes * 60
    tallies = tallies.filter { $0.key > oldest - 60 }
  }

  /// What a model's clients got in the minute that runs and in the one before, without what a limit refused; slow and timed
  /// are those of all clients but one.
  func counts(of model: String, slowExcept client: String, at second: Int64)
    -> RecoveryWatch.Counts
  {
    let first = second - second % 60 - 60
    var counts = RecoveryWatch.Counts()
    for (minute, tallies) in tallies where minute >= first {
      for (key, tally) in tallies where key.model == model {
        let times = key.client == client ? ClientCount.Times() : tally.times
        counts += .init(
          requests: tally.requests - tally.limited, errors: tally.errors, slow: times.slow,
          timed: times.timed)
      }
    }
    return counts
  }

  /// Those who got least of what they came for, first.
  func figures(of model: String) -> [ClientFigures] {
    var sums: [String: Tally] = [:]
    for minute in tallies.values {
      for (key, tally) in minute where key.model == model {
        sums[key.client, default: Tally()].add(tally)
      }
    }
    return sums.map { client, tally in
      ClientFigures(
        client: client, requests: tally.requests, errors: tally.errors, slow: tally.times.slow,
        limited: tally.limited,
        meanLatency: tally.times.timed > 0 ? tally.times.sum / Double(tally.times.timed) : nil)
    }.sorted { ($0.hurt, $0.requests, $1.client) > ($1.hurt, $1.requests, $0.client) }
  }
}
