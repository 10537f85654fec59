import Domain
import PromQL

/// What was measured lately, in memory: the series that rules and queries read.
///
/// A sample each few seconds for an hour. Of families that rules look further back on, one a minute for 26 hours and one a
/// quarter of an hour for eight days, so that the same hour of last week can be asked for. A series that is not measured any
/// more ends by a stale marker, as one ends in Prometheus whose target no longer shows it.
struct SeriesHistory: Sendable {
  /// Milliseconds.
  private static let fine: Int64 = 3_600_000
  private static let day: Int64 = 26 * 3_600_000
  private static let week: Int64 = 8 * 86_400_000
  private static let minute: Int64 = 60_000
  private static let quarter: Int64 = 15 * 60_000
  /// A bound for memory: more than a server with two hundred clients a model has.
  static let seriesMax = 20_000

  private struct Track: Sendable {
    var series: Series
    /// When it was last measured.
    var seen: Int64
  }

  private struct Family: Sendable {
    var positions: [LabelSet: Int] = [:]
    var tracks: [Track] = []
  }

  private var families: [String: Family] = [:]
  private(set) var count = 0
  /// Series that found no room.
  private(set) var refused = 0
  private var thinnedAt: Int64 = 0
  /// When the first page was taken in, in milliseconds; nil before it.
  private var begun: Int64?
  /// Names of the families whose past is kept for longer.
  var deep: Set<String> = []

  /// Takes in what is measured at one moment.
  ///
  /// - Parameter now: milliseconds since 1970; an earlier moment than the last is left out.
  mutating func add(_ page: MetricsText, at now: Int64) {
    begun = begun ?? now
    for family in page.families {
      for sample in family.samples {
        let labels = LabelSet(
          name: family.series.name + sample.suffix,
          pairs: sample.labels.map { LabelSet.Label(name: $0.0, value: $0.1) })
        append(Sample(time: now, value: sample.value), to: labels)
      }
    }
    endThoseNotSeen(at: now)
    if now - thinnedAt >= Self.minute {
      thin(now: now)
      thinnedAt = now
    }
  }

  /// Puts older samples of counters before those that are there, so that they meet: what is counted here began somewhere
  /// else than the older ones, and the step between the two would be taken for so many events at once.
  mutating func seed(counters series: [Series]) {
    for one in series {
      seed(one) { older, first in
        guard let known = Self.value(of: one.samples, at: first.time) else { return }
        let step = first.value - known
        for index in older.indices { older[index].value += step }
      }
    }
  }

  /// Puts older samples before those that are there, as they are.
  mutating func seed(gauges series: [Series]) {
    for one in series { seed(one) { _, _ in } }
  }

  /// - Parameter meet: changes the older samples so that they meet the first that is there.
  private mutating func seed(_ one: Series, meet: (inout [Sample], Sample) -> Void) {
    guard !one.samples.isEmpty, let position = position(of: one.labels) else { return }
    let name = one.labels.metricName
    let first = families[name]?.tracks[position].series.samples.first
    var older = one.samples.filter { $0.time < first?.time ?? .max }
    if let first, !first.isStale { meet(&older, first) }
    families[name]?.tracks[position].series.samples.insert(contentsOf: older, at: 0)
    let seen = families[name]?.tracks[position].seen ?? 0
    families[name]?.tracks[position].seen = max(seen, older.last?.time ?? 0)
  }

  /// What a counter stood at: between two samples on the line through them, after the last as it; nil before the first.
  private static func value(of samples: [Sample], at time: Int64) -> Double? {
    guard let last = samples.last(where: { $0.time <= time }) else { return nil }
    guard let next = samples.first(where: { $0.time > time }) else { return last.value }
    let part = Double(time - last.time) / Double(next.time - last.time)
    return last.value + part * (next.value - last.value)
  }

  private mutating func position(of labels: LabelSet) -> Int? {
    let name = labels.metricName
    if let position = families[name]?.positions[labels] { return position }
    guard count < Self.seriesMax else {
      refused += 1
      return nil
    }
    let position = families[name]?.tracks.count ?? 0
    families[name, default: Family()].positions[labels] = position
    families[name]?.tracks.append(Track(series: Series(labels: labels, samples: []), seen: .min))
    count += 1
    return position
  }

  private mutating func append(_ sample: Sample, to labels: LabelSet) {
    guard let position = position(of: labels) else { return }
    let name = labels.metricName
    let last = families[name]?.tracks[position].series.samples.last
    guard sample.time > last?.time ?? .min else { return }
    families[name]?.tracks[position].series.samples.append(sample)
    families[name]?.tracks[position].seen = sample.time
  }

  private mutating func endThoseNotSeen(at now: Int64) {
    for name in families.keys {
      for position in families[name]?.tracks.indices ?? 0..<0 {
        guard let track = families[name]?.tracks[position], track.seen < now,
          let last = track.series.samples.last, !last.isStale, last.time < now
        else { continue }
        families[name]?.tracks[position].series.samples.append(
          Sample(time: now, value: Sample.staleMarker))
      }
    }
  }

  /// Drops what is past its time, and series that have nothing else.
  private mutating func thin(now: Int64) {
    for (name, family) in families {
      let isDeep = deep.contains(name)
      var kept = Family()
      for var track in family.tracks {
        track.series.samples = Self.thinned(track.series.samples, isDeep: isDeep, now: now)
        guard !track.series.samples.isEmpty else {
          count -= 1
          continue
        }
        kept.positions[track.series.labels] = kept.tracks.count
        kept.tracks.append(track)
      }
      families[name] = kept.tracks.isEmpty ? nil : kept
    }
  }

  private static func thinned(_ samples: [Sample], isDeep: Bool, now: Int64) -> [Sample] {
    guard let first = samples.first, first.time < now - fine else { return samples }
    var kept: [Sample] = []
    kept.reserveCapacity(samples.count)
    var slot: Int64 = .min
    for sample in samples {
      let age = now - sample.time
      if age > fine {
        guard isDeep, age <= week else { continue }
        let step = age <= day ? minute : quarter
        // Of each stretch the first, so that a counter's rise from one to the next stays exact.
        let mine = sample.time / step * step
        if mine == slot, !sample.isStale { continue }
        slot = mine
      }
      kept.append(sample)
    }
    return kept
  }

  /// The same with what the store has of the time before the finely kept hour, or before the start, where a request reaches
  /// that far.
  ///
  /// - Parameter now: milliseconds since 1970.
  func select(_ request: SeriesRequest, before store: StoredSeries?, now: Int64) throws -> [Series]
  {
    let begin = max(now - Self.fine, begun ?? .min)
    guard let store, request.from < begin, StoredSeries.mayAnswer(request) else {
      return select(request)
    }
    var older = request
    older.to = min(request.to, now)
    let stored = try store.select(older)
    // Nothing of what is in memory: no counter has to meet another.
    if request.to < begin, !stored.isEmpty { return stored }
    var joined = self
    joined.forget(stored.map(\.labels), before: begin)
    for one in stored {
      if SeriesCatalogue.isCounter(one.labels.metricName) {
        joined.seed(counters: [one])
      } else {
        joined.seed(gauges: [one])
      }
    }
    return joined.select(request)
  }

  /// What the store has more finely.
  private mutating func forget(_ labels: [LabelSet], before time: Int64) {
    for one in labels {
      guard let position = families[one.metricName]?.positions[one] else { continue }
      families[one.metricName]?.tracks[position].series.samples.removeAll { $0.time < time }
    }
  }

  /// Sorted by labels.
  func select(_ request: SeriesRequest) -> [Series] {
    let name = request.matchers.first { $0.name == "__name__" && $0.kind == .equal }?.value
    let candidates = name.map { families[$0]?.tracks ?? [] } ?? families.values.flatMap(\.tracks)
    return candidates.map(\.series).filter { request.matches($0.labels) }
      .sorted { $0.labels < $1.labels }
  }
}
