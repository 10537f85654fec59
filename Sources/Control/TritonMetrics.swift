import Domain
import Inference
import InferenceProtocol

/// What Triton's own metrics page would say of the versions that are loaded here: dashboards and autoscalers that know those
/// names read it as it is.
///
/// Counts and times are those of the statistics extension (`/v2/models/stats`), since the load of a version, as Triton's are;
/// failures by their reason are counted since the start. What is not measured is left out: `nv_gpu_*`, whose label is a UUID
/// that nobody asked the driver for, pinned memory, load times, and the summaries, which Triton itself leaves out unless asked.
///
/// Source: Triton's user guide, "Metrics". The names have no `_total`: so they are Triton's, and so its page is plain text only.
struct TritonMetrics {
  var page = MetricsText()

  /// - Parameters:
  ///   - statistics: of the versions that are loaded.
  ///   - pending: requests of each version that wait for the engine.
  ///   - failures: requests of a version that were not answered well, by what serving did with them.
  ///   - machine: nil before it was measured.
  init(
    _ statistics: [ModelStatistics], pending: [ModelVersion: Int],
    failures: [ModelVersion: [Outcome: Int64]], machine: Saturation.Machine?
  ) {
    counters(statistics)
    page.family(Self.failures) { page in
      for (version, counts) in failures.sorted(by: { $0.key < $1.key }) {
        for reason in Reason.allCases {
          let count = counts.reduce(0) { $0 + (Reason($1.key) == reason ? $1.value : 0) }
          page.sample(Self.names(version) + [("reason", reason.rawValue)], Double(count))
        }
      }
    }
    page.family(Self.pending) { page in
      for (version, count) in pending.sorted(by: { $0.key < $1.key }) {
        page.sample(Self.names(version), Double(count))
      }
    }
    if let machine { processor(machine) }
  }

  /// Triton's words for why a request failed.
  enum Reason: String, CaseIterable {
    case rejected = "REJECTED"
    case canceled = "CANCELED"
    case backend = "BACKEND"
    case other = "OTHER"

    /// Nil for a request that did not fail.
    init?(_ outcome: Outcome) {
      switch outcome {
      case .ok: return nil
      case .shed, .limited, .timedOut: self = .rejected
      case .cancelled: self = .canceled
      case .failed: self = .backend
      case .invalid: self = .other
      }
    }
  }

  private mutating func counters(_ statistics: [ModelStatistics]) {
    for (series, value) in Self.tallies {
      page.family(series) { page in
        for one in statistics {
          page.sample([("model", one.name), ("version", one.version)], value(one))
        }
      }
    }
  }

  private mutating func processor(_ machine: Saturation.Machine) {
    if !machine.cores.isEmpty {
      page.family(Self.processorBusy) {
        $0.sample([], machine.cores.reduce(0, +) / Double(machine.cores.count))
      }
    }
    page.family(Self.memory) { $0.sample([], Double(machine.memoryBytes)) }
    if let available = machine.availableBytes {
      page.family(Self.memoryUsed) { $0.sample([], Double(machine.memoryBytes - available)) }
    }
  }

  private static func names(_ version: ModelVersion) -> [(String, String)] {
    [("model", version.model), ("version", version.version)]
  }
}

extension TritonMetrics {
  private static func counter(_ name: String, _ help: String) -> SeriesDefinition {
    SeriesDefinition(
      name: name, kind: .counter, unit: "", labels: ["model", "version"], help: help)
  }

  private static func gauge(_ name: String, _ help: String) -> SeriesDefinition {
    SeriesDefinition(name: name, kind: .gauge, unit: "", labels: [], help: help)
  }

  private static func microseconds(_ tally: ModelStatistics.Tally) -> Double {
    Double(tally.nanoseconds / 1_000)
  }

  private static let tallies: [(SeriesDefinition, @Sendable (ModelStatistics) -> Double)] = [
    (
      counter("nv_inference_request_success", "Requests that were answered."),
      { Double($0.success.count) }
    ),
    (
      counter("nv_inference_count", "Rows that were computed, without those out of the cache."),
      { Double($0.inferenceCount) }
    ),
    (
      counter("nv_inference_exec_count", "Runs of the model: fewer than requests in batches."),
      { Double($0.executionCount) }
    ),
    (
      counter("nv_inference_request_duration_us", "Time of answered requests, in microseconds."),
      { microseconds($0.success) }
    ),
    (
      counter("nv_inference_queue_duration_us", "Time of requests in the queue, in microseconds."),
      { microseconds($0.queue) }
    ),
    (
      counter(
        "nv_inference_compute_input_duration_us",
        "Time of requests while rows of several were joined, in microseconds."),
      { microseconds($0.computeInput) }
    ),
    (
      counter(
        "nv_inference_compute_infer_duration_us",
        "Time of requests while the model ran, in microseconds."),
      { microseconds($0.computeInfer) }
    ),
    (
      counter(
        "nv_inference_compute_output_duration_us",
        "Time of requests while answers were taken apart, in microseconds."),
      { microseconds($0.computeOutput) }
    ),
    (
      counter("nv_cache_num_hits_per_model", "Requests whose answer came out of the cache."),
      { Double($0.cacheHit.count) }
    ),
    (
      counter("nv_cache_num_misses_per_model", "Requests that the cache did not know."),
      { Double($0.cacheMiss.count) }
    ),
    (
      counter(
        "nv_cache_hit_duration_per_model", "Time of requests in the cache, found, in microseconds."),
      { microseconds($0.cacheHit) }
    ),
    (
      counter(
        "nv_cache_miss_duration_per_model",
        "Time of requests in the cache, not found, in microseconds."),
      { microseconds($0.cacheMiss) }
    ),
  ]

  private static let failures = counter(
    "nv_inference_request_failure",
    "Requests that were not answered: REJECTED by queue, limit or time, CANCELED by the client, "
      + "BACKEND when the run failed, OTHER when the request was wrong.")
  private static let pending = SeriesDefinition(
    name: "nv_inference_pending_request_count", kind: .gauge, unit: "",
    labels: ["model", "version"], help: "Requests that wait for the engine.")
  private static let processorBusy = gauge(
    "nv_cpu_utilization", "Share of the last second in which the cores were not idle, 0 through 1.")
  private static let memory = gauge(
    "nv_cpu_memory_total_bytes", "Memory of the machine, or the limit of the process' container.")
  private static let memoryUsed = gauge(
    "nv_cpu_memory_used_bytes", "Memory that cannot be taken without swapping.")
}

extension ControlPlane {
  /// The page for `GET /metrics/triton`.
  package func tritonMetricsText() -> String {
    let statistics = (try? dataPlane.statistics(model: nil, version: nil)) ?? []
    let versions = statistics.map { ModelVersion(model: $0.name, version: $0.version) }
    let pending = versions.map { ($0, dataPlane.status(of: $0).queueDepth) }
    return TritonMetrics(
      statistics, pending: Dictionary(pending) { first, _ in first },
      failures: figures.metrics.outcomes(of: versions), machine: saturation?.machine
    ).page.printed(as: .text)
  }
}
