import ArgumentParser
import Domain
import Foundation
import Integrations

/// How a command finds the running server that it asks or steers.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the server is: unix:PATH or http://HOST:PORT.", valueName: "endpoint"))
  var attach: String?

  @Option(help: ArgumentHelp("The server's configuration; its socket is used.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp("The server's data folder; its socket is used.", valueName: "folder"))
  var dataDir: String?

  @Option(
    help: ArgumentHelp(
      "A file with the token for http://; else VIGIA_TOKEN, else data_dir/token.",
      valueName: "file"))
  var tokenFile: String?

  var location: ServerLocation {
    ServerLocation(attach: attach, config: config, dataDir: dataDir, tokenFile: tokenFile)
  }

  /// Runs `body` with a client that is shut down afterwards.
  func withClient<Value>(
    _ body: (ConsoleClient) async throws -> Value
  ) async throws -> Value {
    let client = try location.client()
    do {
      let value = try await body(client)
      await client.shutdown()
      return value
    } catch let error as SourceError {
      await client.shutdown()
      throw failure(error, endpoint: client.endpoint)
    } catch {
      await client.shutdown()
      throw error
    }
  }

  private func failure(_ error: SourceError, endpoint: ConsoleEndpoint) -> CommandFailure {
    switch error {
    case .unreachable(let reason):
      .unreachable(
        "no vigia answers at \(endpoint) (\(reason)); start one with `vigia serve`, or name it "
          + "with --attach")
    case .invalid(let reason), .notFound(let reason): .usage(reason)
    case .notAllowed(let reason), .conflict(let reason), .failed(let reason): .found(reason)
    }
  }
}
