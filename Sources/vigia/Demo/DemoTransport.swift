package import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// How the load client reaches the server: a function, so that tests need no socket.
package struct DemoTransport: Sendable {
  /// Sends a body to a path of the server; nil when no whole answer came.
  package var post: @Sendable (_ path: String, _ body: [UInt8]) async -> Answer?

  package init(post: @escaping @Sendable (_ path: String, _ body: [UInt8]) async -> Answer?) {
    self.post = post
  }

  package struct Answer: Sendable {
    package var status: Int
    package var requestID: String?
    package var version: String?
    package var body: [UInt8]

    package init(status: Int, requestID: String? = nil, version: String? = nil, body: [UInt8]) {
      self.status = status
      self.requestID = requestID
      self.version = version
      self.body = body
    }
  }

  /// As which the demo's own requests are counted.
  package static let clientName = "demo"

  /// Largest answer that is read.
  private static let bodyLimit = 1 << 20

  /// Over HTTP to this machine, on connections that are kept open.
  ///
  /// - Parameters:
  ///   - client: from `makeClient`; the caller shuts it down.
  ///   - name: as which the server counts the requests.
  ///   - headerLength: of the JSON part of each body; nil where a body is JSON alone.
  ///   - limit: until the answer's head.
  package static func http(
    _ client: HTTPClient, port: Int, as name: String = clientName, headerLength: Int? = nil,
    within limit: Duration = answerLimit
  ) -> DemoTransport {
    let base = "http://127.0.0.1:\(port)"
    return DemoTransport { path, body in
      var request = HTTPClientRequest(url: base + path)
      request.method = .POST
      if let headerLength {
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.headers.add(name: "Inference-Header-Content-Length", value: "\(headerLength)")
      } else {
        request.headers.add(name: "Content-Type", value: "application/json")
      }
      request.headers.add(name: "User-Agent", value: "vigia-demo")
      request.headers.add(name: "X-Vigia-Client", value: name)
      request.body = .bytes(ByteBuffer(bytes: body))
      do {
        let response = try await client.execute(request, timeout: TimeAmount(limit))
        let buffer = try await response.body.collect(upTo: bodyLimit)
        return Answer(
          status: Int(response.status.code),
          requestID: response.headers.first(name: "Vigia-Request-Id"),
          version: response.headers.first(name: "Vigia-Model-Version"),
          body: Array(buffer.readableBytesView))
      } catch {
        return nil
      }
    }
  }

  package static let answerLimit = Duration.seconds(10)

  /// - Parameters:
  ///   - connections: how many requests may be under way; more wait here.
  ///   - connect: what the making of a connection may take.
  ///   - pause: what may pass without a byte of an answer.
  package static func makeClient(
    connections: Int = LoadClient.connectionLimit, connect: Duration = .seconds(2),
    pause: Duration = answerLimit
  ) -> HTTPClient {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = TimeAmount(connect)
    // The deadline of a request ends with the answer's head; this one guards the body.
    configuration.timeout.read = TimeAmount(pause)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }
}
