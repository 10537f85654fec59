import Domain
import Inference
import Statistics
import Storage

/// Running totals since the start, and what Prometheus and the rules see of them: names and help from `SeriesCatalogue`.
package struct MetricsPage: Sendable {
  private struct Key: Hashable {
    var version: ModelVersion
    var variant: Variant
  }

  /// Upper edges of the buckets in seconds. Counts come from sketches: an edge is met within 1 %.
  static let edges: [Double] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]

  private var counters: [Key: RequestCounters] = [:]
  private var buckets: [Key: [Int64]] = [:]
  private var labels: [Key: LabelCounts] = [:]
  private var receipts: [String: LabelReceipt] = [:]
  private var clients: [ClientKey: ClientTotal] = [:]
  private var dropped: Int64 = 0

  private struct ClientKey: Hashable {
    var version: ModelVersion
    var client: String
    var outcome: Outcome
  }

  private struct ClientTotal {
    var requests: Int64 = 0
    var times = ClientCount.Times()
  }

  package init() {}

  mutating func add(_ batch: SecondBatch) {
    for rollup in batch.rollups {
      let key = Key(version: rollup.version, variant: rollup.variant)
      counters[key, default: RequestCounters()] += rollup.counters
      var counts = buckets[key] ?? Array(repeating: 0, count: Self.edges.count)
      for (index, edge) in Self.edges.enumerated() {
        counts[index] += rollup.latency.count(above: -1, through: edge * 1e6)
      }
      buckets[key] = counts
    }
    for label in batch.labels {
      labels[Key(version: label.version, variant: label.variant), default: LabelCounts()] +=
        label.counts
    }
    for (model, receipt) in batch.receipts { receipts[model, default: LabelReceipt()] += receipt }
    for count in batch.clients {
      let key = ClientKey(version: count.version, client: count.client, outcome: count.outcome)
      clients[key, default: ClientTotal()].requests += count.count
      clients[key]?.times += count.times
    }
    dropped += batch.dropped
  }

  /// - Parameters:
  ///   - snapshot: where the gauges come from.
  ///   - memory: of the versions that are loaded.
  ///   - refusals: since the start, by model and reason.
  ///   - lanes: threads of versions that have some.
  ///   - features: of the last finished drift window of each version.
  func page(
    _ snapshot: SystemSnapshot, memory: ModelMemory,
    refusals: [String: [RefusalReason: UInt64]],
    lanes: [ModelVersion: Saturation.Lanes] = [:],
    features: [ModelVersion: [FeatureVerdict]] = [:]
  ) -> MetricsText {
    var page = MetricsText()
    let keys = counters.keys.sorted {
      ($0.version, $0.variant.rawValue) < ($1.version, $1.variant.rawValue)
    }
    page.family(SeriesCatalogue.requests) { page in
      for key in keys {
        for outcome in Outcome.allCases {
          page.sample(
            names(key) + [("outcome", outcome.rawValue)], Double(counters[key]?[outcome] ?? 0))
        }
      }
    }
    page.family(SeriesCatalogue.rows) { page in
      for key in keys { page.sample(names(key), Double(counters[key]?.rows ?? 0)) }
    }
    page.family(SeriesCatalogue.queueDuration) { page in
      for key in keys { page.sample(names(key), (counters[key]?.queueSum ?? 0) / 1e6) }
    }
    page.family(SeriesCatalogue.computeDuration) { page in
      for key in keys { page.sample(names(key), (counters[key]?.computeSum ?? 0) / 1e6) }
    }
    page.family(SeriesCatalogue.requestDuration) { page in
      for key in keys { histogram(key, on: &page) }
    }
    page.family(SeriesCatalogue.labels) { page in
      for key in labels.keys.sorted(by: { $0.version < $1.version }) {
        page.sample(names(key) + [("result", "correct")], Double(labels[key]?.correct ?? 0))
        page.sample(names(key) + [("result", "wrong")], Double(labels[key]?.wrong ?? 0))
      }
    }
    page.family(SeriesCatalogue.labelsReceived) { page in
      for (model, receipt) in receipts.sorted(by: { $0.key < $1.key }) {
        for (result, count) in [
          ("joined", receipt.joined), ("unknown", receipt.unknown),
          ("duplicate", receipt.duplicate), ("late", receipt.late),
          ("refused", receipt.refused),
        ] {
          page.sample([("model", model), ("result", result)], Double(count))
        }
      }
    }
    page.family(SeriesCatalogue.absoluteError) { page in
      for key in labels.keys.sorted(by: { $0.version < $1.version }) {
        page.sample(names(key), labels[key]?.absoluteErrorSum ?? 0)
      }
    }
    clients(on: &page)
    page.family(SeriesCatalogue.refusals) { page in
      for (model, counts) in refusals.sorted(by: { $0.key < $1.key }) {
        for reason in RefusalReason.allCases {
          page.sample(
            [("model", model), ("reason", reason.rawValue)], Double(counts[reason] ?? 0))
        }
      }
    }
    gauges(snapshot, on: &page)
    page.addCaches(of: snapshot)
    self.memory(memory, of: snapshot, on: &page)
    self.lanes(lanes, on: &page)
    page.addUpstreams(of: snapshot)
    page.addSaturation(of: snapshot)
    page.addJudgement(of: snapshot, features: features)
    page.family(SeriesCatalogue.telemetryDropped) { $0.sample([], Double(dropped)) }
    page.family(SeriesCatalogue.auditEntries) { $0.sample([], Double(snapshot.auditHead)) }
    return page
  }

  /// What serving did with requests since the start, of versions that had none, too.
  func outcomes(of versions: [ModelVersion]) -> [ModelVersion: [Outcome: Int64]] {
    var counts = Dictionary(versions.map { ($0, [Outcome: Int64]()) }) { first, _ in first }
    for (key, counters) in counters {
      for outcome in Outcome.allCases {
        counts[key.version, default: [:]][outcome, default: 0] += counters[outcome]
      }
    }
    return counts
  }

  private func clients(on page: inout MetricsText) {
    let keys = clients.keys.sorted {
      ($0.version, $0.client, $0.outcome.rawValue) < ($1.version, $1.client, $1.outcome.rawValue)
    }
    page.family(SeriesCatalogue.clientRequests) { page in
      for key in keys {
        page.sample(
          names(key) + [("outcome", key.outcome.rawValue)], Double(clients[key]?.requests ?? 0))
      }
    }
    // One sample a client: its outcomes together.
    let times = clients.reduce(into: [ClientKey: ClientCount.Times]()) { sums, entry in
      var key = entry.key
      key.outcome = .ok
      sums[key, default: ClientCount.Times()] += entry.value.times
    }
    let timed = times.keys.sorted { ($0.version, $0.client) < ($1.version, $1.client) }
    page.family(SeriesCatalogue.clientDuration) { page in
      for key in timed { page.sample(names(key), (times[key]?.sum ?? 0) / 1e6) }
    }
    page.family(SeriesCatalogue.clientTimed) { page in
      for key in timed { page.sample(names(key), Double(times[key]?.timed ?? 0)) }
    }
    page.family(SeriesCatalogue.clientSlow) { page in
      for key in timed { page.sample(names(key), Double(times[key]?.slow ?? 0)) }
    }
  }

  private func names(_ key: ClientKey) -> [(String, String)] {
    [
      ("model", key.version.model), ("version", key.version.version), ("client", key.client),
    ]
  }

  private func gauges(_ snapshot: SystemSnapshot, on page: inout MetricsText) {
    let versions = snapshot.models.flatMap { model in
      model.versions.map { ([("model", model.name), ("version", $0.version)], $0) }
    }
    page.family(SeriesCatalogue.weight) { page in
      for (names, version) in versions { page.sample(names, version.share) }
    }
    page.family(SeriesCatalogue.loaded) { page in
      for (names, version) in versions { page.sample(names, version.state == .ready ? 1 : 0) }
    }
    page.family(SeriesCatalogue.shadowDropped) { page in
      for (names, version) in versions { page.sample(names, Double(version.shadowDropped)) }
    }
    page.family(SeriesCatalogue.queueDepth) { page in
      for (names, version) in versions { page.sample(names, Double(version.queueDepth)) }
    }
  }

  private func lanes(_ lanes: [ModelVersion: Saturation.Lanes], on page: inout MetricsText) {
    let sorted = lanes.sorted { $0.key < $1.key }.map { version, lanes in
      ([("model", version.model), ("version", version.version)], lanes)
    }
    page.family(SeriesCatalogue.lanes) { page in
      for (names, lanes) in sorted { page.sample(names, Double(lanes.threads)) }
    }
    page.family(SeriesCatalogue.lanesBusy) { page in
      for (names, lanes) in sorted { page.sample(names, Double(lanes.busy)) }
    }
  }

  private func memory(
    _ memory: ModelMemory, of snapshot: SystemSnapshot, on page: inout MetricsText
  ) {
    page.family(SeriesCatalogue.modelMemory) { page in
      for model in snapshot.models {
        for version in model.versions {
          guard let bytes = version.memoryBytes else { continue }
          page.sample([("model", model.name), ("version", version.version)], Double(bytes))
        }
      }
    }
    page.family(SeriesCatalogue.modelMemoryBudget) { page in
      if let budget = memory.budget { page.sample([], Double(budget)) }
    }
    page.family(SeriesCatalogue.modelEvictions) { $0.sample([], Double(memory.evictions)) }
    page.family(SeriesCatalogue.modelReturns) { $0.sample([], Double(memory.returns)) }
  }

  private func histogram(_ key: Key, on page: inout MetricsText) {
    guard let counters = counters[key], let counts = buckets[key] else { return }
    for (edge, count) in zip(Self.edges, counts) {
      page.sample(names(key) + [("le", "\(edge)")], Double(count), suffix: "_bucket")
    }
    page.sample(names(key) + [("le", "+Inf")], Double(counters.timed), suffix: "_bucket")
    page.sample(names(key), counters.totalSum / 1e6, suffix: "_sum")
    page.sample(names(key), Double(counters.timed), suffix: "_count")
  }

  private func names(_ key: Key) -> [(String, String)] {
    [
      ("model", key.version.model), ("version", key.version.version),
      ("variant", key.variant.rawValue),
    ]
  }
}
