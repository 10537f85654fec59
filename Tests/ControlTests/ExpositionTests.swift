import Domain
import InferenceProtocol
import Testing

@testable import Control

/// The two formats in which series are scraped, and Triton's page.
struct ExpositionTests {
  private static let counter = SeriesDefinition(
    name: "vigia_rows_total", kind: .counter, unit: "", labels: ["model"], help: "Rows \"read\".")
  private static let seconds = SeriesDefinition(
    name: "vigia_wait_seconds_total", kind: .counter, unit: "seconds", labels: [], help: "A\\b\nc")
  private static let histogram = SeriesDefinition(
    name: "vigia_run_seconds", kind: .histogram, unit: "seconds", labels: [], help: "Runs.")
  private static let gauge = SeriesDefinition(
    name: "vigia_share", kind: .gauge, unit: "ratio", labels: [], help: "A share.")

  private static var page: MetricsText {
    var page = MetricsText()
    page.family(counter) { $0.sample([("model", "a\"\\\nb")], 3) }
    page.family(seconds) { $0.sample([], 0.25) }
    page.family(histogram) { page in
      page.sample([("le", "1.0")], 2, suffix: "_bucket")
      page.sample([("le", "+Inf")], 4, suffix: "_bucket")
      page.sample([], .infinity, suffix: "_sum")
      page.sample([], 4, suffix: "_count")
    }
    page.family(gauge) { $0.sample([], .nan) }
    return page
  }

  @Test func `the text format names a counter's family as its samples`() {
    #expect(
      Self.page.printed(as: .text) == #"""
        # HELP vigia_rows_total Rows "read".
        # TYPE vigia_rows_total counter
        vigia_rows_total{model="a\"\\\nb"} 3
        # HELP vigia_wait_seconds_total A\\b\nc
        # TYPE vigia_wait_seconds_total counter
        vigia_wait_seconds_total 0.25
        # HELP vigia_run_seconds Runs.
        # TYPE vigia_run_seconds histogram
        vigia_run_seconds_bucket{le="1.0"} 2
        vigia_run_seconds_bucket{le="+Inf"} 4
        vigia_run_seconds_sum +Inf
        vigia_run_seconds_count 4
        # HELP vigia_share A share.
        # TYPE vigia_share gauge
        vigia_share NaN

        """#)
  }

  @Test
  func `OpenMetrics takes the total off the family, tells a unit that the name has, and ends`() {
    #expect(
      Self.page.printed(as: .openMetrics) == #"""
        # TYPE vigia_rows counter
        # HELP vigia_rows Rows \"read\".
        vigia_rows_total{model="a\"\\\nb"} 3
        # TYPE vigia_wait_seconds counter
        # UNIT vigia_wait_seconds seconds
        # HELP vigia_wait_seconds A\\b\nc
        vigia_wait_seconds_total 0.25
        # TYPE vigia_run_seconds histogram
        # UNIT vigia_run_seconds seconds
        # HELP vigia_run_seconds Runs.
        vigia_run_seconds_bucket{le="1.0"} 2
        vigia_run_seconds_bucket{le="+Inf"} 4
        vigia_run_seconds_sum +Inf
        vigia_run_seconds_count 4
        # TYPE vigia_share gauge
        # HELP vigia_share A share.
        vigia_share NaN
        # EOF

        """#)
  }

  @Test func `both formats have the same samples, and an empty page is whole`() {
    func samples(_ format: ExpositionFormat) -> [Substring] {
      Self.page.printed(as: format).split(separator: "\n").filter { !$0.hasPrefix("#") }
    }
    #expect(samples(.text) == samples(.openMetrics))
    #expect(MetricsText().printed(as: .openMetrics) == "# EOF\n")
  }

  /// OpenMetrics refuses a whole page for one family that breaks these.
  @Test func `the catalogue keeps OpenMetrics' rules for names`() {
    let suffixes = ["_total", "_created", "_bucket", "_sum", "_count", "_info"]
    var names: Set<String> = []
    for series in SeriesCatalogue.all {
      #expect(series.name.hasSuffix("_total") == (series.kind == .counter), "\(series.name)")
      #expect(!suffixes.contains { series.familyName.hasSuffix($0) }, "\(series.name)")
      #expect(names.insert(series.familyName).inserted, "\(series.name)")
    }
  }

  private static func samples(_ metrics: TritonMetrics) -> [String] {
    metrics.page.printed(as: .text).split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map(String.init)
  }

  @Test func `Triton's page tells what was counted under Triton's names`() {
    var one = ModelStatistics(name: "m", version: "2", inferenceCount: 40, executionCount: 8)
    one.success = .init(count: 10, nanoseconds: 9_000_999)
    one.queue = .init(count: 9, nanoseconds: 2_000_000)
    one.computeInput = .init(count: 9, nanoseconds: 3_000)
    one.computeInfer = .init(count: 9, nanoseconds: 6_000_000)
    one.computeOutput = .init(count: 9, nanoseconds: 4_000)
    one.cacheHit = .init(count: 1, nanoseconds: 5_000)
    one.cacheMiss = .init(count: 9, nanoseconds: 7_000)
    let key = ModelVersion(model: "m", version: "2")
    let found = Self.samples(
      TritonMetrics(
        [one], pending: [key: 3],
        failures: [
          key: [
            .ok: 10, .shed: 1, .limited: 2, .timedOut: 4, .cancelled: 8, .failed: 16, .invalid: 32,
          ]
        ],
        machine: Saturation.Machine(
          cores: [0.25, 0.75], coreLimit: 2, processCores: 1, processSeconds: 1, residentBytes: 1,
          memoryBytes: 100, availableBytes: 30, openFiles: 1, openFileLimit: 2)))
    let names = "{model=\"m\",version=\"2\"}"
    let failed = "nv_inference_request_failure{model=\"m\",version=\"2\",reason"
    #expect(
      found == [
        "nv_inference_request_success\(names) 10", "nv_inference_count\(names) 40",
        "nv_inference_exec_count\(names) 8", "nv_inference_request_duration_us\(names) 9000",
        "nv_inference_queue_duration_us\(names) 2000",
        "nv_inference_compute_input_duration_us\(names) 3",
        "nv_inference_compute_infer_duration_us\(names) 6000",
        "nv_inference_compute_output_duration_us\(names) 4",
        "nv_cache_num_hits_per_model\(names) 1", "nv_cache_num_misses_per_model\(names) 9",
        "nv_cache_hit_duration_per_model\(names) 5", "nv_cache_miss_duration_per_model\(names) 7",
        "\(failed)=\"REJECTED\"} 7", "\(failed)=\"CANCELED\"} 8", "\(failed)=\"BACKEND\"} 16",
        "\(failed)=\"OTHER\"} 32", "nv_inference_pending_request_count\(names) 3",
        "nv_cpu_utilization 0.5", "nv_cpu_memory_total_bytes 100", "nv_cpu_memory_used_bytes 70",
      ])
  }

  @Test func `what nobody measured is not on Triton's page`() {
    #expect(Self.samples(TritonMetrics([], pending: [:], failures: [:], machine: nil)) == [])
    var machine = Saturation.Machine(
      cores: [], coreLimit: 2, processCores: 1, processSeconds: 1, residentBytes: 1,
      memoryBytes: 100, openFiles: 1, openFileLimit: 2)
    machine.gpus = [Saturation.GPU(name: "0 L4", busy: 1, memoryBytes: 2, usedBytes: 1)]
    #expect(
      Self.samples(TritonMetrics([], pending: [:], failures: [:], machine: machine))
        == ["nv_cpu_memory_total_bytes 100"])
  }

  @Test func `a server's own page has its loaded versions`() async throws {
    let rig = try await ControlRig()
    await rig.waitUntilReady(["1", "2"])
    let text = await rig.control.tritonMetricsText()
    #expect(text.contains("nv_inference_request_success{model=\"m\",version=\"1\"} 0\n"))
    #expect(text.contains("nv_inference_pending_request_count{model=\"m\",version=\"2\"} 0\n"))
    #expect(
      text.contains(
        "nv_inference_request_failure{model=\"m\",version=\"2\",reason=\"BACKEND\"} 0\n"))
    await rig.end()
  }
}
