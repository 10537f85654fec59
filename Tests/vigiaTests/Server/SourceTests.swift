import AsyncHTTPClient
import Foundation
import Testing
import vigia

/// Rules over another server's series, from the configuration to the alert.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SourceTests {
  private static let rules = """
    groups:
      - name: fleet
        interval: 1s
        rules:
          - alert: FleetLoaded
            expr: vigia_model_loaded{model="electricity",version="2"} == 1
            annotations: { summary: "{{ $labels.model }} {{ $labels.version }} at {{ $labels.source }}" }
          - alert: FleetGone
            expr: vigia_no_such_series > 1
          - alert: FleetWrong
            expr: vigia_model_loaded * on (nothing) vigia_queue_depth

    """

  /// A server whose only source is another at `port`.
  private static func front(of port: Int) async throws -> ServeProcess {
    try await ServeProcess(models: "  electricity: { champion: \"1\" }") { folder in
      try Data(rules.utf8).write(to: URL(filePath: "\(folder)/fleet.yaml"))
      return """
        sources:
          - { name: fleet, url: "http://127.0.0.1:\(port)", interval_ms: 1000, timeout_ms: 500,
              rules: [fleet.yaml], labels: { cluster: eu } }
        """
    }
  }

  /// Waits until what `vigia` says has all of this.
  @discardableResult
  private static func wait(
    _ server: ServeProcess, _ words: [String], for wanted: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let end = ContinuousClock.now + .seconds(60)
    var last = ""
    while ContinuousClock.now < end {
      let (_, output, errors) = try Program.run(words + ["--data-dir", "\(server.folder)/data"])
      last = output + errors
      if wanted.allSatisfy(last.contains) { return last }
      try await ContinuousClock().sleep(for: .milliseconds(100))
    }
    Issue.record("\(words): \(last)\(server.log)", sourceLocation: sourceLocation)
    return last
  }

  @Test func `another Vigia is a source: its alerts fire here, and are held while it is stopped`()
    async throws
  {
    let upstream = try await ServeProcess(models: "  electricity: { champion: \"2\" }")
    try await upstream.wait("electricity") { $0.contains("ready") }
    let front = try await Self.front(of: upstream.port)
    try await front.wait("electricity") { $0.contains("ready") }

    let query = ["query", "--source", "fleet", "vigia_model_loaded{version=\"2\"}"]
    try await Self.wait(front, query, for: ["model=\"electricity\"", "} 1"])
    try await Self.wait(
      front, ["alert", "list", "--json"],
      for: ["electricity 2 at fleet", "\"source\" : \"fleet\"", "\"cluster\" : \"eu\"", "firing"])
    // Nothing matches: no data. What cannot be evaluated there: an error with its words.
    try await Self.wait(
      front, ["rules", "list"],
      for: ["@fleet fleet  FleetGone", "no data", "FleetWrong: ", "firing"])
    try await Self.wait(front, ["query", "vigia_source_up"], for: ["source=\"fleet\"} 1"])

    try await upstream.freeze()
    try await Self.wait(front, ["query", "vigia_source_up"], for: ["source=\"fleet\"} 0"])
    let (status, _, errors) = try front.tryVigia("query", "--source", "fleet", "vector(1)")
    #expect(status == 1 && errors.contains("fleet: no whole answer within 500 ms"))
    try await Self.wait(front, ["alert", "list", "--json"], for: ["FleetLoaded", "firing"])
    try await Self.wait(front, ["query", "vigia_source_age_seconds > 3"], for: ["fleet"])

    upstream.signal(SIGCONT)
    try await Self.wait(front, ["query", "vigia_source_up"], for: ["source=\"fleet\"} 1"])
    let (unknown, _, words) = try front.tryVigia("query", "--source", "flet", "up")
    #expect(unknown == 1 && words.contains("no source flet here; there are fleet"))
  }

  @Test func `check reads the rules of sources, and says what cannot be asked elsewhere`() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let repository = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Examples/electricity/models").path()
    func check(_ rules: String) throws -> (status: Int32, output: String) {
      try Data(rules.utf8).write(to: URL(filePath: "\(folder)/fleet.yaml"))
      try Data(
        """
        model_repository: \(repository)
        sources: [{ name: fleet, url: "http://127.0.0.1:1", rules: [fleet.yaml, none.yaml] }]
        """.utf8
      ).write(to: URL(filePath: "\(folder)/vigia.yaml"))
      let (status, output, _) = try Program.run(["check", "--config", "\(folder)/vigia.yaml"])
      return (status, output)
    }
    let found = try check(
      """
      groups:
        - name: g
          rules:
            - { record: "job:up", expr: sum by (job) (up) }
            - { alert: A, expr: "up ==" }
      """)
    #expect(found.status == 1)
    #expect(found.output.contains("fleet.yaml:5:33: expr: parse error"), "\(found.output)")
    #expect(found.output.contains("none.yaml: no such rule file"))
    let recorded = try check(
      "groups: [{ name: g, rules: [{ record: 'job:up', expr: sum by (job) (up) }] }]")
    #expect(recorded.output.contains("job:up is recorded from the source fleet"))
  }
}

/// Against the real programs, where PROMETHEUS names the first of them.
@Suite(
  .serialized, .enabled(if: RealPrometheus.binary != nil, "PROMETHEUS names no binary"),
  .timeLimit(.minutes(3)))
struct RealPrometheusTests {
  private static let path = "/v2/models/electricity/infer"
  private static let body = Array(
    #"{"inputs":[{"name":"X","datatype":"FP32","shape":[1,6],"data":[0.1,0.2,0.3,0.4,0.5,0.6]}]}"#
      .utf8)

  private static func until(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ isThere: () async throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      if try await isThere() { return }
      try await ContinuousClock().sleep(for: .milliseconds(100))
    }
    Issue.record("\(words)", sourceLocation: sourceLocation)
  }

  @Test func `it scrapes both pages, in OpenMetrics where there is one, and promtool is content`()
    async throws
  {
    let vigia = try await ServeProcess(models: "  electricity: { champion: \"1\" }")
    try await vigia.wait("electricity") { $0.contains("ready") }
    let sent = try await withTransport(to: vigia.port) { transport in
      var sent = 0
      for _ in 0..<20 where await transport.post(Self.path, Self.body)?.status == 200 { sent += 1 }
      return sent
    }
    #expect(sent == 20)
    let prometheus = try RealPrometheus(
      """
      global: { scrape_interval: 1s }
      scrape_configs:
        - { job_name: vigia, static_configs: [{ targets: ["127.0.0.1:\(vigia.port)"] }] }
        - { job_name: triton, metrics_path: /metrics/triton, static_configs: [{ targets: ["127.0.0.1:\(vigia.port)"] }] }
      """)
    try await Self.until("both are scraped") {
      await prometheus.value("sum(up)") == "2"
    }
    for (query, value) in [
      ("sum(vigia_requests_total{outcome=\"ok\"})", "20"),
      ("sum(vigia_request_duration_seconds_bucket{le=\"+Inf\"})", "20"),
      ("sum(nv_inference_request_success{model=\"electricity\",version=\"1\"})", "20"),
      ("sum(nv_inference_count)", "20"), ("sum(nv_inference_exec_count)", "20"),
      ("sum(nv_inference_request_failure{reason=\"BACKEND\"})", "0"),
      ("nv_inference_pending_request_count", "0"),
    ] {
      try await Self.until("\(query) = \(value)") { await prometheus.value(query) == value }
    }
    for query in ["nv_inference_compute_infer_duration_us > 0", "nv_cpu_memory_used_bytes > 1e6"] {
      try await Self.until(query) { await prometheus.value(query) != nil }
    }
    // The unit is told in OpenMetrics alone.
    let metadata = try #require(
      await prometheus.get("/api/v1/targets/metadata?metric=vigia_request_duration_seconds")
        as? [[String: Any]])
    #expect(metadata.first?["unit"] as? String == "seconds")
    #expect(metadata.first?["type"] as? String == "histogram")

    let base = "http://127.0.0.1:\(vigia.port)"
    let lint = try RealPrometheus.promtool(
      ["check", "metrics"], input: Data(try #require(await RealPrometheus.page("\(base)/metrics"))))
    #expect(lint == (0, ""))
    // Triton's names have no _total and are in microseconds, which is all that promtool has against them.
    let (_, words) = try RealPrometheus.promtool(
      ["check", "metrics"],
      input: Data(try #require(await RealPrometheus.page("\(base)/metrics/triton"))))
    #expect(!words.contains("error while linting"), "\(words)")
  }

  @Test func `rules over its series fire, are held while it is stopped, and resolve by its word`()
    async throws
  {
    // Scraped from a Vigia that is taken out of service later.
    let served = try await ServeProcess(models: "  electricity: { champion: \"2\" }")
    try await served.wait("electricity") { $0.contains("ready") }
    let prometheus = try RealPrometheus(
      """
      global: { scrape_interval: 1s }
      scrape_configs:
        - { job_name: vigia, static_configs: [{ targets: ["127.0.0.1:\(served.port)"] }] }
      """)
    let front = try await ServeProcess(models: "  electricity: { champion: \"1\" }") { folder in
      let rules = """
        groups:
          - name: fleet
            interval: 1s
            rules:
              - alert: FleetUp
                expr: 'avg_over_time(up{job="vigia"}[5s]) == 1'
                annotations: { summary: "{{ $labels.instance }} is there" }
        """
      try Data(rules.utf8).write(to: URL(filePath: "\(folder)/fleet.yaml"))
      return """
        sources:
          - { name: prometheus, url: "\(prometheus.url)", interval_ms: 1000, rules: [fleet.yaml] }
        """
    }
    try await front.wait("electricity") { $0.contains("ready") }
    // Exit 1: something fires.
    func alerts() throws -> String { try front.tryVigia("alert", "list", "--json").output }
    func source() throws -> String { try front.tryVigia("query", "vigia_source_up").output }
    try await Self.until("it fires") {
      let text = try alerts()
      return text.contains("127.0.0.1:\(served.port) is there") && text.contains("firing")
    }
    prometheus.signal(SIGSTOP)
    try await Self.until("it is silent") { try source().contains("} 0") }
    #expect(try alerts().contains("\"state\" : \"firing\""))
    #expect(try front.tryVigia("rules", "list").output.contains("no data"))
    prometheus.signal(SIGCONT)
    try await Self.until("it is back") { try source().contains("} 1") }
    served.signal(SIGKILL)
    try await Self.until("it is over") { try alerts().contains("\"state\" : \"resolved\"") }
    #expect(
      try front.vigia("query", "--source", "prometheus", "up", "--range", "10s", "--step", "1s")
        .contains("job=\"vigia\""))
  }

  @Test func `its values come through as it gives them`() async throws {
    let series = """
      # TYPE load gauge
      load{host="a b"} 0.1 1700000000
      load{host="ü\\"x"} -1e-300 1700000000
      load{host="c"} +Inf 1700000000
      load{host="d"} NaN 1700000000
      # EOF

      """
    let prometheus = try RealPrometheus("global: {}", series: series)
    let front = try await ServeProcess(models: "  electricity: { champion: \"1\" }") { _ in
      "sources: [{ name: p, url: \"\(prometheus.url)\" }]"
    }
    try await front.wait("electricity") { $0.contains("ready") }
    var output = ""
    try await Self.until("it answers") {
      output =
        try front.tryVigia("query", "--source", "p", "load", "--at", "1700000000").output
      return output.contains("load")
    }
    #expect(
      output.split(separator: "\n").sorted() == [
        "load{host=\"a b\"} 0.1", "load{host=\"c\"} +Inf", "load{host=\"d\"} NaN",
        "load{host=\"ü\"x\"} -1e-300",
      ])
  }
}
