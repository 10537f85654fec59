import Console
import Foundation
import Integrations

/// A console on a server that somebody else started: leaving it ends nothing.
struct AttachedConsole {
  var client: ConsoleClient
  var settings: ConsoleSettingsSource
  /// As a flag says; nil: as the configuration does, if there is one.
  var usesMouse: Bool?
  var isReadOnly = false
  var destination: Destination?

  /// Shuts the client down at its end.
  func run() async throws {
    let session = ConsoleSession(
      source: client,
      configuration: ConsoleConfiguration(
        endpoint: client.endpoint.description, isReadOnly: isReadOnly,
        isUnknown: !client.isKnown,
        zone: .current, destination: destination),
      settings: settings, usesMouse: usesMouse ?? settings.fileUsesMouse,
      exports: ExportFolder(path: FileManager.default.currentDirectoryPath),
      looks: LastLook(endpoint: client.endpoint.description), errorLog: nil)
    do {
      let exit = try await session.run()
      await client.shutdown()
      if exit == .detach {
        Output.note("left the console; the server at \(client.endpoint) goes on")
      }
    } catch {
      await client.shutdown()
      throw error
    }
  }
}
