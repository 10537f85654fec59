import Domain
import PromQL
import Storage

/// The counters that rules look back on, made of what the store knows of the time before the start.
///
/// They rise from 0 as far back as is looked; `SeriesHistory.seed` shifts them so that they meet what is counted since the
/// start.
enum CounterHistory {
  /// Seconds.
  static let reach: Int64 = 26 * 3_600

  static func series(_ store: MetricStore, now: Int64) -> [Series] {
    // What nobody served is nothing that a rule may fire on.
    let unserved = (try? store.backfilled()) ?? []
    func isServed(_ minute: Int64) -> Bool {
      !unserved.contains { $0.overlaps(minute..<minute + 60) }
    }
    let outcomes = ((try? store.outcomes(from: now - reach, to: now)) ?? []).filter {
      isServed($0.minute)
    }
    let clients = ((try? store.clients(from: now - reach, to: now)) ?? []).filter {
      isServed($0.minute)
    }
    var sums = Sums(now: now * 1_000)
    for one in outcomes {
      let names = [
        ("model", one.series.version.model), ("version", one.series.version.version),
        ("variant", one.series.variant.rawValue),
      ]
      for outcome in Outcome.allCases {
        sums.add(
          one.counts[outcome] ?? 0, to: SeriesCatalogue.requests,
          names + [("outcome", outcome.rawValue)], minute: one.minute)
      }
    }
    add(clients, to: &sums)
    return sums.series
  }

  /// Those of clients alone.
  static func clients(_ store: MetricStore, from: Int64, to: Int64) -> [Series] {
    var sums = Sums(now: to * 1_000)
    add((try? store.clients(from: from, to: to)) ?? [], to: &sums)
    return sums.series
  }

  private static func add(_ clients: [MetricStore.MinuteClient], to sums: inout Sums) {
    for one in clients {
      let names = [
        ("model", one.version.model), ("version", one.version.version), ("client", one.client),
      ]
      for (outcome, count) in one.counts {
        sums.add(
          count, to: SeriesCatalogue.clientRequests, names + [("outcome", outcome.rawValue)],
          minute: one.minute)
      }
      sums.add(one.timed, to: SeriesCatalogue.clientTimed, names, minute: one.minute)
      sums.add(one.slow, to: SeriesCatalogue.clientSlow, names, minute: one.minute)
    }
  }

  private struct Sums {
    private let now: Int64
    private var samples: [LabelSet: [Sample]] = [:]

    /// - Parameter now: milliseconds since 1970.
    init(now: Int64) { self.now = now }

    /// - Precondition: minutes come in ascending order.
    mutating func add(
      _ count: Int64, to definition: SeriesDefinition, _ labels: [(String, String)], minute: Int64
    ) {
      let set = LabelSet(
        name: definition.name, pairs: labels.map { LabelSet.Label(name: $0.0, value: $0.1) })
      let before = samples[set]?.last?.value ?? 0
      // What was counted in a minute is known at its end, or now: a sample that is still to come would keep out what is
      // measured until then. Before the first there was nothing.
      if samples[set] == nil { samples[set] = [Sample(time: minute * 1_000, value: 0)] }
      samples[set]?.append(
        Sample(time: min((minute + 60) * 1_000, now), value: before + Double(count)))
    }

    var series: [Series] {
      samples.map { labels, samples in
        // Two folded rows of one minute are one sample.
        var kept: [Sample] = []
        for sample in samples {
          if kept.last?.time == sample.time { kept.removeLast() }
          kept.append(sample)
        }
        return Series(labels: labels, samples: kept)
      }
    }
  }
}
