import Domain
import Foundation
import HTTPAPI
import Integrations
import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// Both servers, running on a free port and a socket in a folder of their own.
struct LiveServer: Sendable {
  let port: Int
  let socketPath: String
  private let group: ServiceGroup

  /// Runs `body` against the servers, then shuts them down gracefully and waits for their end.
  static func run(
    _ services: TestServices, limits: ConnectionLimits = ConnectionLimits(),
    idleSeconds: Int64 = 75, _ body: @Sendable (LiveServer) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let socketPath = "\(folder.path)/vigia.sock"
    let (ready, continuation) = AsyncStream.makeStream(of: BoundAddress.self)
    var settings = HTTPServers.Settings(
      port: 0, threads: 1, socketPath: socketPath, idleSeconds: idleSeconds, drain: .zero)
    settings.limits = limits
    let servers = HTTPServers(
      settings: settings, responder: makeRouter(services.api), onRunning: { continuation.yield($0) }
    )
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: servers.services.map { .init(service: $0) }, logger: services.api.logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var port: Int?
      var isSocketReady = false
      for await address in ready {
        guard case .port(_, let bound) = address else {
          isSocketReady = true
          continue
        }
        port = bound
        break
      }
      #expect(isSocketReady, "who is told of the port finds the socket, too")
      let server = LiveServer(port: port ?? 0, socketPath: socketPath, group: group)
      do {
        try await body(server)
      } catch {
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  func shutDown() async { await group.triggerGracefulShutdown() }

  /// A console over the socket.
  func withSocketConsole(
    _ body: @Sendable (ConsoleClient) async throws -> Void
  ) async throws {
    try await with(ConsoleClient(endpoint: .socket(path: socketPath)), body)
  }

  /// A console over the port.
  func withConsole(
    token: String? = nil, _ body: @Sendable (ConsoleClient) async throws -> Void
  ) async throws {
    try await with(
      ConsoleClient(endpoint: .server(host: "127.0.0.1", port: port), token: token), body)
  }

  private func with(
    _ client: ConsoleClient, _ body: @Sendable (ConsoleClient) async throws -> Void
  ) async throws {
    do {
      try await body(client)
    } catch {
      await client.shutdown()
      throw error
    }
    await client.shutdown()
  }
}
