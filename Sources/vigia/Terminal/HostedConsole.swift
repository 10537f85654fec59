import Console
import Domain
import Foundation
import Glibc
import Integrations

/// A console that started its server: what happens at its end is the operator's choice.
struct HostedConsole {
  var server: HostedServer
  var socket: String
  var settings: ConsoleSettingsSource
  var usesMouse = true
  var exports: ExportFolder
  var isReadOnly = false
  /// Whether there will be another console on this server.
  var remembersLooks = true
  /// Whether the server ends with its terminal; else it goes on, as after a detach.
  var stopsAtHangUp = false
  /// What to do with the data folder when the server was stopped, not detached.
  var cleanUp: @Sendable () -> Void = {}

  func run() async throws {
    let endpoint = ConsoleEndpoint.socket(path: socket)
    let client = ConsoleClient(endpoint: endpoint)
    // A server that ends by itself ends the console too; the screen takes a SIGTERM as the wish to leave. Before there is a
    // screen nobody may die of it: the reason would never be told.
    signal(SIGTERM, SIG_IGN)
    // A terminal may hang up twice, and the second time, after the screen was closed, must not end what stops the server.
    if stopsAtHangUp { signal(SIGHUP) { _ in } }
    server.onEnd { [server] in server.keepAsking { kill(getpid(), SIGTERM) } }
    let session = ConsoleSession(
      source: client,
      configuration: ConsoleConfiguration(
        endpoint: endpoint.description, hostsServer: true,
        attachCommand: "vigia console --attach \(endpoint)", isReadOnly: isReadOnly,
        zone: .current),
      settings: settings, usesMouse: usesMouse, exports: exports,
      looks: remembersLooks ? LastLook(endpoint: endpoint.description) : nil, errorLog: nil)
    do {
      let exit = try await session.run()
      server.ignoreEnd()
      signal(SIGTERM, SIG_DFL)
      try await end(exit, client)
    } catch {
      server.ignoreEnd()
      signal(SIGTERM, SIG_DFL)
      server.terminate()
      _ = await server.waitForEnd()
      await client.shutdown()
      cleanUp()
      throw error
    }
    await client.shutdown()
  }

  private func end(_ exit: ConsoleExit, _ client: ConsoleClient) async throws {
    if let status = server.status {
      cleanUp()
      guard status == 0 else { throw EndedServer(words: server.lastWords, status: status) }
      return
    }
    switch exit {
    case .hangUp where stopsAtHangUp:
      // Nobody reads a word any more.
      await stop(exit, client)
      _ = await server.waitForEnd()
      cleanUp()
    case .hangUp: return
    case .detach:
      Output.note("serving goes on in the background, pid \(server.pid)")
      Output.note("  vigia console --attach unix:\(socket)     comes back to it")
      Output.note("  kill \(server.pid)     stops it: it drains first")
    case .stop, .terminated:
      Output.note("stopping: draining requests ...")
      await stop(exit, client)
      _ = await server.waitForEnd()
      cleanUp()
      Output.note("stopped")
    }
  }

  /// By command, so that the ledger says who; by signal where that cannot be.
  private func stop(_ exit: ConsoleExit, _ client: ConsoleClient) async {
    guard exit == .stop else { return server.terminate() }
    let outcome = await client.send(
      Command(
        id: CommandID(random: (.random(in: .min ... .max), .random(in: .min ... .max))),
        action: .stop, reason: "stopped from its console", origin: .console))
    if case .done = outcome { return }
    server.terminate()
  }
}

/// A server that ended by itself: its own last words are the reason.
struct EndedServer: Error, CustomStringConvertible {
  var words: String
  var status: Int32

  var description: String {
    let lines = words.split(separator: "\n").map(String.init)
    let said = lines.last { $0.hasPrefix("vigia: ") }?.dropFirst(7) ?? lines.last?[...]
    return said.map(String.init) ?? "the server ended with status \(status)"
  }
}
