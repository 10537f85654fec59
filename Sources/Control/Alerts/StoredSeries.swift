import Domain
import PromQL
import Storage

/// The series of `/metrics` as far as the store has their past: requests by outcome, clients, labels, times and latency of each
/// version, gauges of the machine, and what was judged.
///
/// Counters rise from 0 at the begin of what was asked for, and are there wherever something was recorded, whether there was a
/// request or not, until an hour after a version's last; those of clients only where a client asked. A row's counts are known at its end. Where an hour is the finest that is left, its counts are spread over it
/// evenly: a lookback of five minutes finds them. Latency buckets are met within 1 %.
struct StoredSeries: Sendable {
  let store: MetricStore

  /// Seconds from one sample of a counter to the next where rows are longer.
  fileprivate static let longestPiece: Int64 = 240
  /// Seconds asked for beyond the window's begin, so that a sample is there at it.
  private static let lead: Int64 = 300
  /// Seconds of a window up to which rows of ten seconds are read, and of a minute; else of an hour.
  private static let fineWindow: Int64 = 6 * 3_600
  private static let minuteWindow: Int64 = 31 * 86_400
  /// Seconds for which a version that nobody asks any more still stands at its last count.
  static let afterlife: Int64 = 3_600

  /// - Throws: `StorageError`, and when there is more than a query may hold.
  func select(_ request: SeriesRequest) throws -> [Series] {
    guard Self.mayAnswer(request) else { return [] }
    let families = Family.all.filter { request.mayBe($0.name) }
    let window = Self.window(request)
    var found = try judged(request, window)
    let counters = families.filter { if case .counter = $0.kind { true } else { false } }
    if !counters.isEmpty {
      let past = try store.countedPast(
        window, model: request.exact("model"), version: request.exact("version"),
        variant: request.exact("variant").flatMap(Variant.init),
        edges: counters.contains { $0.needsSketches } ? MetricsPage.edges.map { $0 * 1e6 } : [],
        rowLimit: request.sampleLimit / counters.map(\.samplesARow).reduce(0, +))
      var room = request.sampleLimit
      for family in counters { found += try family.series(past, room: &room) }
    }
    if families.contains(where: { if case .client = $0.kind { true } else { false } }) {
      found += CounterHistory.clients(store, from: window.from, to: request.to / 1_000)
    }
    for family in families {
      switch family.kind {
      case .gauge(let measure):
        let query = SeriesQuery(measure: measure, model: nil, window: window)
        found += gauge(try store.series(query), family)
      case .judged(let judged):
        found += gauge(try store.gauges(judged.code, window, value: judged.value), family)
      case .counter, .client: break
      }
    }
    found = found.filter { request.matches($0.labels) }
    let count = found.reduce(0) { $0 + $1.samples.count }
    guard count <= request.sampleLimit else {
      throw EvaluationError.tooManySamples(limit: request.sampleLimit)
    }
    return found.sorted { $0.labels < $1.labels }
  }

  /// Whether it has any past of a family that the request may be for.
  static func mayAnswer(_ request: SeriesRequest) -> Bool {
    Family.all.contains { request.mayBe($0.name) } || JudgedSeries.mayAnswer(request)
  }

  private func judged(_ request: SeriesRequest, _ window: Domain.Window) throws -> [Series] {
    guard JudgedSeries.mayAnswer(request) else { return [] }
    let earlier = Domain.Window(
      from: window.from - Self.afterlife, to: window.to, step: window.step)
    let past = try store.countedPast(
      earlier, model: request.exact("model"), version: request.exact("version"))
    return try JudgedSeries(store: store).select(
      request, window, past, pace: window.step == 10 ? 60 : Self.longestPiece)
  }

  private static func window(_ request: SeriesRequest) -> Domain.Window {
    let (from, to) = (request.from / 1_000 - lead, request.to / 1_000 + 1)
    let step: Int64 = to - from <= fineWindow ? 10 : to - from <= minuteWindow ? 60 : 3_600
    let start = from - (from % step + step) % step
    return Domain.Window(from: start, to: max(start, to), step: step)
  }

  private func gauge(_ answer: SeriesResult, _ family: Family) -> [Series] {
    let window = answer.window
    return answer.lines.compactMap { line in
      let pieces = max(1, window.step / Self.longestPiece)
      let samples = line.values.enumerated().flatMap { index, value -> [Sample] in
        guard let value else { return [] }
        let start = window.from + Int64(index) * window.step
        return (1...pieces).map {
          Sample(time: (start + $0 * window.step / pieces) * 1_000, value: value * family.scale)
        }
      }
      return samples.isEmpty
        ? nil : Series(labels: family.labels(ofPart: line.part ?? ""), samples: samples)
    }
  }
}

extension StoredSeries {
  /// One name of `/metrics`, and what the store has of it.
  struct Family: Sendable {
    enum Kind: Sendable {
      case counter, client
      case gauge(SeriesQuery.Measure)
      case judged(JudgedGauge)
    }

    var name: String
    var kind: Kind
    /// Of a counter: what a row counted, by the labels that it has beside model, version and variant.
    var values: @Sendable (MetricStore.CountedStep) -> [(label: (String, String)?, value: Double)] =
      { _ in [] }
    var needsSketches = false
    /// Series that a row of one version makes.
    var samplesARow: Int { max(1, values(MetricStore.CountedStep(from: 0)).count) }
    /// Of a gauge: the label of its parts, and what its values are multiplied with.
    var partLabels: [String] = []
    var scale = 1.0

    func labels(ofPart part: String) -> LabelSet {
      // A version's part is its model's and its own name; a name has no space.
      let words = part.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      return LabelSet(
        name: name,
        pairs: zip(partLabels, words).map { LabelSet.Label(name: $0, value: $1) })
    }
  }
}

extension StoredSeries.Family {
  static let all: [Self] =
    counters + [
      Self(name: SeriesCatalogue.clientRequests.name, kind: .client),
      Self(name: SeriesCatalogue.clientTimed.name, kind: .client),
      Self(name: SeriesCatalogue.clientSlow.name, kind: .client),
      gauge(SeriesCatalogue.coreBusy, .coreBusy, parts: ["core"]),
      gauge(SeriesCatalogue.loopLag, .loopLag, parts: ["loop"], scale: 1e-6),
      gauge(SeriesCatalogue.queueDepth, .versionQueue, parts: ["model", "version"]),
      gauge(SeriesCatalogue.resident, .processMemory),
      gauge(SeriesCatalogue.diskFree, .diskFree),
      gauge(SeriesCatalogue.telemetryWrite, .telemetryWrite, scale: 1e-6),
      gauge(SeriesCatalogue.ledgerWrite, .ledgerWrite, scale: 1e-6),
    ]
    + JudgedGauge.all.map {
      Self(name: $0.series.name, kind: .judged($0), partLabels: $0.series.labels)
    }

  private static func gauge(
    _ definition: SeriesDefinition, _ measure: SeriesQuery.Measure, parts: [String] = [],
    scale: Double = 1
  ) -> Self {
    Self(name: definition.name, kind: .gauge(measure), partLabels: parts, scale: scale)
  }

  private static let counters: [Self] = [
    Self(name: SeriesCatalogue.requests.name, kind: .counter) { step in
      Outcome.allCases.map { (("outcome", $0.rawValue), Double(step.requests[$0])) }
    },
    Self(name: SeriesCatalogue.rows.name, kind: .counter) { [(nil, Double($0.requests.rows))] },
    Self(name: SeriesCatalogue.queueDuration.name, kind: .counter) {
      [(nil, $0.requests.queueSum / 1e6)]
    },
    Self(name: SeriesCatalogue.computeDuration.name, kind: .counter) {
      [(nil, $0.requests.computeSum / 1e6)]
    },
    Self(name: SeriesCatalogue.labels.name, kind: .counter) {
      [
        (("result", "correct"), Double($0.labels.correct)),
        (("result", "wrong"), Double($0.labels.wrong)),
      ]
    },
    Self(name: SeriesCatalogue.absoluteError.name, kind: .counter) {
      [(nil, $0.labels.absoluteErrorSum)]
    },
    Self(name: SeriesCatalogue.requestDuration.name + "_sum", kind: .counter) {
      [(nil, $0.requests.totalSum / 1e6)]
    },
    Self(name: SeriesCatalogue.requestDuration.name + "_count", kind: .counter) {
      [(nil, Double($0.requests.timed))]
    },
    Self(
      name: SeriesCatalogue.requestDuration.name + "_bucket", kind: .counter,
      values: { step in
        MetricsPage.edges.enumerated().map { index, edge in
          (("le", "\(edge)"), step.upTo.isEmpty ? 0 : Double(step.upTo[index]))
        } + [(("le", "+Inf"), Double(step.requests.timed))]
      }, needsSketches: true),
  ]

  /// The counter of each series and label over the past.
  ///
  /// - Parameter room: samples that there may be still.
  func series(_ past: MetricStore.CountedPast, room: inout Int) throws -> [Series] {
    var found: [Series] = []
    for (key, steps) in past.steps.sorted(by: { $0.key.version < $1.key.version }) {
      guard let first = steps.first, let last = steps.last else { continue }
      let stretches = past.recorded.filter {
        $0.upperBound > first.from && $0.lowerBound <= last.from + StoredSeries.afterlife
      }
      let pieces = stretches.map { max(1, Int64($0.count) / StoredSeries.longestPiece) }
      let names = values(first).map(\.label)
      room -= names.count * Int(pieces.reduce(1, +))
      guard room >= 0 else { throw EvaluationError.tooManySamples(limit: 0) }
      found += counters(of: key, names, steps, over: Array(zip(stretches, pieces)))
    }
    return found
  }

  private func counters(
    of key: SeriesKey, _ names: [(String, String)?], _ steps: [MetricStore.CountedStep],
    over stretches: [(Range<Int64>, pieces: Int64)]
  ) -> [Series] {
    let counted = Dictionary(steps.map { ($0.from, values($0)) }) { first, _ in first }
    return names.indices.map { index in
      var samples: [Sample] = []
      var total = 0.0
      for (stretch, pieces) in stretches {
        if samples.isEmpty { samples.append(Sample(time: stretch.lowerBound * 1_000, value: 0)) }
        let rise = counted[stretch.lowerBound]?[index].value ?? 0
        for piece in 1...pieces {
          samples.append(
            Sample(
              time: (stretch.lowerBound + piece * Int64(stretch.count) / pieces) * 1_000,
              value: total + rise * Double(piece) / Double(pieces)))
        }
        total += rise
      }
      let pairs =
        [
          ("model", key.version.model), ("version", key.version.version),
          ("variant", key.variant.rawValue),
        ] + [names[index]].compactMap(\.self)
      return Series(
        labels: LabelSet(
          name: name, pairs: pairs.map { LabelSet.Label(name: $0.0, value: $0.1) }),
        samples: samples)
    }
  }
}

extension SeriesRequest {
  /// Whether it may be for a metric of this name.
  func mayBe(_ name: String) -> Bool {
    matchers.filter { $0.name == "__name__" }.allSatisfy { $0.matches(name) }
  }

  /// The value that a label must have.
  fileprivate func exact(_ label: String) -> String? {
    let value = matchers.first { $0.name == label && $0.kind == .equal }?.value
    return value?.isEmpty == true ? nil : value
  }
}
