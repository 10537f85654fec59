import Domain
import HTTPAPI
import Testing

@Suite(.timeLimit(.minutes(1))) struct MetricsRouteTests {
  /// What Prometheus 2.42 sends.
  static let prometheus =
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

  @Test(
    arguments: [
      ([], .text), ([""], .text), (["*/*"], .text), (["text/html, */*;q=0.8"], .text),
      ([prometheus], .openMetrics), (["application/openmetrics-text"], .openMetrics),
      (["application/openmetrics-text; version=\"1.0.0\"; charset=utf-8"], .openMetrics),
      (["APPLICATION/OpenMetrics-Text;Version=1.0.0"], .openMetrics),
      (["text/plain;q=0.5, application/openmetrics-text;q=0.4"], .text),
      (["text/plain;q=0.5", "application/openmetrics-text;q=0.6"], .openMetrics),
      (["text/plain, application/openmetrics-text"], .text),
      (["application/openmetrics-text, text/plain"], .openMetrics),
      (["application/openmetrics-text;version=2.0.0,text/plain;q=0.1"], .text),
      (["application/openmetrics-text;version=0.0.1"], .text),
      (["application/openmetrics-text;q=0"], .text),
      (["application/openmetrics-text;q=x, text/plain;version=9"], .text),
      (["application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily"], .text),
      ([";;,=;,"], .text),
    ] as [([String], ExpositionFormat)])
  func `a scraper gets the format that it prefers of those that there are`(
    accept: [String], expected: ExpositionFormat
  ) {
    #expect(ExpositionFormat.negotiated(accept) == expected)
  }

  @Test(arguments: [
    ("/metrics", "", "text/plain; version=0.0.4; charset=utf-8", "vigia_up 1\n"),
    (
      "/metrics", "Accept: \(prometheus)\r\n",
      "application/openmetrics-text; version=1.0.0; charset=utf-8", "# EOF\n"
    ),
    (
      "/metrics/triton", "Accept: \(prometheus)\r\n", "text/plain; version=0.0.4; charset=utf-8",
      "nv_cpu_utilization 0.5\n"
    ),
  ])
  func `both listeners answer alike`(path: String, fields: String, type: String, body: String)
    async throws
  {
    try await LiveServer.run(try await TestServices.make()) { server in
      let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)Connection: close\r\n\r\n"
      let port = try #require(
        RawAnswer(try await RawClient.send(port: server.port, bytes: Array(request.utf8))))
      let socket = try #require(
        RawAnswer(
          Array(try await RawClient.send(socketPath: server.socketPath, request).utf8)))
      #expect(port == socket)
      #expect(port.status == 200 && port.text == body)
      #expect(port.all("content-type") == [type])
      #expect(port.all("vary") == (path == "/metrics" ? ["Accept"] : []))
    }
  }
}
