import Domain
import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inference
import Logging
import NIOCore
import Synchronization

/// What the commands of a test came to.
final class CommandLog: Sendable {
  private let all = Mutex<[(command: Command, principal: Principal)]>([])
  func append(_ command: Command, _ principal: Principal) {
    all.withLock { $0.append((command, principal)) }
  }
  var list: [(command: Command, principal: Principal)] { all.withLock { $0 } }
}

/// The parts of a server under test.
struct TestServices {
  var api: APIServices
  let plane: FakePlane
  let source: FakeSource
  let commands: CommandLog

  static func make(
    source: FakeSource = FakeSource(), serving: (any Engine)? = nil,
    authenticator: Authenticator = Authenticator(localToken: secret),
    origins: [String] = [], limits: APILimits = APILimits(), routingKeyHeader: String? = nil,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    outcome: @escaping @Sendable (Command) -> CommandOutcome = { _ in
      .done(sequence: 7, revision: 2, summary: "done")
    },
    labels: @escaping @Sendable (String, LabelBatch) async throws(SourceError) -> LabelReceipt = {
      (_: String, batch: LabelBatch) async throws(SourceError) -> LabelReceipt in
      LabelReceipt(joined: batch.labels.count, refusals: batch.refused)
    }
  ) async throws -> TestServices {
    var settings = DataPlaneSettings()
    settings.answerBytes = limits.answerBody
    let plane = try await FakePlane.make(settings: settings, serving: serving)
    let commands = CommandLog()
    var api = APIServices(
      dataPlane: plane.plane, source: source,
      perform: { command, principal in
        commands.append(command, principal)
        return outcome(command)
      },
      announce: { notice, principal throws(SourceError) in
        guard notice.model != "nowhere" else { throw .notFound(reason: "no such model") }
        return [
          Intention(
            id: notice.id, model: notice.model, words: notice.words, by: principal.name,
            since: Timestamp(seconds: 7))
        ]
      },
      labels: labels, metrics: { $0 == .openMetrics ? "# EOF\n" : "vigia_up 1\n" },
      tritonMetrics: { "nv_cpu_utilization 0.5\n" }, routingKeyHeader: { _ in routingKeyHeader },
      checks: RequestChecks(
        hosts: HostRule(listen: "127.0.0.1"), authenticator: authenticator,
        origins: OriginRule(try origins.map { try WebOrigin($0) })),
      identity: ServerIdentity(version: "0.1.0"), limits: limits, logger: logger)
    api.reload = { principal in
      ReloadReport(changes: ["by \(principal.name)"], problems: ["a.yaml:1:1: no"])
    }
    return TestServices(api: api, plane: plane, source: source, commands: commands)
  }

  /// Speaks to the router without a socket, over what counts as the TCP port.
  func withClient(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
    try await withClient(of: makeRouter(api), body)
  }

  func withClient(
    of router: APIResponder, _ body: @Sendable (any TestClientProtocol) async throws -> Void
  ) async throws {
    try await Application(responder: router, logger: api.logger).test(.router, body)
  }
}

/// The token in the data folder of these tests.
let secret = String(repeating: "5e", count: 32)

extension HTTPFields {
  static let json: HTTPFields = [.contentType: "application/json"]

  static func bearer(_ token: String) -> HTTPFields {
    [.contentType: "application/json", .authorization: "Bearer \(token)"]
  }
}

extension TestResponse {
  var text: String { String(buffer: body) }

  /// V2's error text; nil where the body is none.
  var error: String? {
    struct ErrorBody: Decodable { var error: String }
    return try? JSONDecoder().decode(ErrorBody.self, from: Data(body.readableBytesView)).error
  }

  func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body.readableBytesView))
  }
}

extension TestClientProtocol {
  func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
    try await executeRequest(uri: path, method: .get, headers: headers, body: nil)
  }

  func post(
    _ path: String, _ body: String, _ headers: HTTPFields = .json
  ) async throws -> TestResponse {
    try await executeRequest(
      uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
  }

  func post(
    _ path: String, _ value: some Encodable, _ headers: HTTPFields = .json
  ) async throws -> TestResponse {
    let data = try JSONEncoder().encode(value)
    return try await executeRequest(
      uri: path, method: .post, headers: headers, body: ByteBuffer(bytes: data))
  }
}
