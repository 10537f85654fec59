import Integrations
import Testing

@Suite struct ConsoleEndpointTests {
  @Test(arguments: [
    ("unix:/run/vigia.sock", ConsoleEndpoint.socket(path: "/run/vigia.sock")),
    ("unix:var/vigia.sock", .socket(path: "var/vigia.sock")),
    ("http://127.0.0.1:8080", .server(host: "127.0.0.1", port: 8_080)),
    ("http://gpu-box:1/", .server(host: "gpu-box", port: 1)),
    ("http://gpu-box", .server(host: "gpu-box", port: 80)),
    ("http://[::1]:8080", .server(host: "::1", port: 8_080)),
  ])
  func `an endpoint is a socket's path, or a host and a port`(
    text: String, expected: ConsoleEndpoint
  ) throws {
    let endpoint = try ConsoleEndpoint.parse(text)
    #expect(endpoint == expected)
    #expect(try ConsoleEndpoint.parse(endpoint.description) == expected)
  }

  @Test(arguments: [
    ("", EndpointError.unknownScheme("")), ("/run/vigia.sock", .unknownScheme("/run/vigia.sock")),
    ("https://h:1", .httpsUnsupported("https://h:1")), ("unix:", .noPath("unix:")),
    ("http://", .noHost("http://")), ("http://:80", .noHost("http://:80")),
    ("http://h:", .badPort("http://h:")), ("http://h:0", .badPort("http://h:0")),
    ("http://h:65536", .badPort("http://h:65536")), ("http://h:x", .badPort("http://h:x")),
    ("http://h:1/v2", .notJustHostAndPort("http://h:1/v2")),
    ("http://me@h:1", .notJustHostAndPort("http://me@h:1")),
    ("http://[::1", .noHost("http://[::1")),
  ])
  func `anything else is refused with what was expected`(text: String, expected: EndpointError) {
    #expect(throws: expected) { try ConsoleEndpoint.parse(text) }
    #expect(expected.description.contains("\"\(text)\""))
  }

  @Test func `a socket's path has at most 107 bytes`() throws {
    let fits = "unix:/" + String(repeating: "a", count: 106)
    #expect(throws: Never.self) { try ConsoleEndpoint.parse(fits) }
    #expect(throws: EndpointError.pathTooLong(fits + "a", bytes: 108)) {
      try ConsoleEndpoint.parse(fits + "a")
    }
  }
}
