import Console
import Domain
import Foundation
import Integrations

/// A linear console that started its server: the two end together.
struct HostedPlain {
  var server: HostedServer
  var socket: String
  var options: PlainOptions
  /// What to do with the data folder afterwards.
  var cleanUp: @Sendable () -> Void = {}

  /// Loading a model takes seconds.
  private static let patience = 20.0

  func run() async throws {
    let client = ConsoleClient(endpoint: .socket(path: socket))
    let (ending, ended) = AsyncStream.makeStream(of: Void.self)
    server.onEnd { ended.yield() }
    do {
      try await PlainSession(
        source: client, endpoint: client.endpoint.description, options: options,
        patience: Self.patience
      ).run(until: ending)
    } catch {
      await end(client)
      throw error
    }
    let early = server.status
    await end(client)
    if let early, early != 0 { throw EndedServer(words: server.lastWords, status: early) }
  }

  private func end(_ client: ConsoleClient) async {
    server.ignoreEnd()
    server.terminate()
    _ = await server.waitForEnd()
    await client.shutdown()
    cleanUp()
  }
}
