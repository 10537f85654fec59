import ArgumentParser
import Console
import Control
import Domain
import Foundation
import Glibc
import Integrations
import Storage

/// `vigia` and `vigia console`: a console on a server of its own, or attached to one that runs.
struct ConsoleCommand: ConsoleProcess {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Look at and steer models from the keyboard.",
    discussion: """
      Without --attach it starts a server on the configuration's data folder and hosts it: `q` then offers to leave \
      it serving in the background, or to stop it. With --attach it looks at a server that runs already.

        vigia                                       ./vigia.yaml
        vigia console --attach unix:var/vigia.sock
        vigia console --attach http://127.0.0.1:8080
        vigia console --store /mnt/dead/metrics.db  what a host that is gone recorded until then
        vigia console --replay inc-12               a past incident, played again in the same panels
        vigia console --plain | tee night.log       no screen: what happens, as lines
      """)
  @Option(
    help: ArgumentHelp("A running server: unix:PATH or http://HOST:PORT.", valueName: "endpoint"))
  var attach: String?
  @Option(help: ArgumentHelp(themeHelp, valueName: "name|file")) var theme: String?
  @Flag(
    inversion: .prefixedNo, help: "Clicks and the wheel; without them the terminal selects text.")
  var mouse: Bool?
  @Option(
    help: ArgumentHelp("With --attach http://: a file with the token.", valueName: "file"))
  var tokenFile: String?
  @Option(
    help: ArgumentHelp(
      "Look at a dead host's metrics.db (and state.db beside it), or a copy; nothing is written.",
      valueName: "file|folder"))
  var store: String?
  @Option(
    help: ArgumentHelp(
      "Play a past incident again: of the server that runs, or with --store from a dead host's files.",
      valueName: "inc-12"))
  var replay: String?
  @OptionGroup var plain: PlainOptions
  @OptionGroup var options: ServerOptions

  var isConsoleAlone: Bool { store == nil && !plain.isOn }

  func validate() throws {
    if store != nil, attach != nil || plain.isOn {
      throw ValidationError(
        "--store is a past that stands still: it goes with neither --attach nor --plain")
    }
    if let replay {
      guard !plain.isOn else { throw ValidationError("--replay needs a screen: leave --plain out") }
      _ = try IncidentCommand.incident(replay)
    }
  }

  func run() async throws {
    if let store { return try await runStore(store) }
    if let replay { return try await runReplay(of: try IncidentCommand.incident(replay)) }
    if plain.isOn { return try await runPlain() }
    if let attach { return try await runAttached(to: attach) }
    let configuration = try options.configuration(needsFile: false)
    let directory = configuration.dataDirectory
    if let pid = InstanceLock.holder(of: directory) {
      guard offerToAttach(directory, pid) else {
        throw StartError.alreadyRunning(directory: directory, pid: pid)
      }
      return try await runAttached(to: "unix:\(configuration.socket)")
    }
    guard
      configuration.file != nil || options.modelRepository != nil
        || configuration.origin(of: .modelRepository) != .standard
    else {
      throw CommandFailure.usage(
        "no vigia.yaml here. `vigia demo` shows it at work, `vigia console --config F` starts on a "
          + "configuration, `vigia console --attach unix:PATH` looks at a running server")
    }
    // Before there is a server that somebody would have to end.
    try settings.checkFlag()
    let words = ["serve"] + options.arguments + ["--log-file", "\(directory)/vigia.log"]
    let server = try HostedServer(arguments: words)
    do {
      try await HostedConsole(
        server: server, socket: configuration.socket, settings: settings,
        usesMouse: mouse ?? configuration.usesMouse,
        exports: ExportFolder(path: "\(directory)/exports"), isReadOnly: options.readOnly
      ).run()
    } catch let ended as EndedServer {
      Output.note("vigia: \(ended)")
      throw ExitCode(ended.status)
    }
  }

  private func runAttached(to text: String) async throws {
    let location = ServerLocation(
      attach: text, config: options.config, dataDir: options.dataDir, tokenFile: tokenFile)
    try settings.checkFlag()
    try await AttachedConsole(
      client: try location.client(), settings: settings, usesMouse: mouse,
      isReadOnly: options.readOnly
    ).run()
  }

  /// On a server that runs already: whoever looks back starts none.
  private func runReplay(of incident: IncidentID) async throws {
    try settings.checkFlag()
    let client = try ServerLocation(
      attach: attach, config: options.config, dataDir: options.dataDir, tokenFile: tokenFile
    ).client()
    do {
      let report = try await Self.report(of: incident, from: client)
      _ = try await ConsoleSession(
        source: client,
        configuration: ConsoleConfiguration(
          endpoint: client.endpoint.description, isReplay: true, replayed: report,
          zone: .current),
        settings: settings, usesMouse: mouse ?? settings.fileUsesMouse,
        exports: ExportFolder(path: FileManager.default.currentDirectoryPath), errorLog: nil
      ).run()
      await client.shutdown()
    } catch {
      await client.shutdown()
      throw error
    }
  }

  /// Before the screen is opened: a message there would be gone with it.
  private static func report(
    of incident: IncidentID, from source: any ConsoleSource
  ) async throws -> IncidentReport {
    do throws(SourceError) {
      if let report = try await source.incident(incident) { return report }
      let known = try await source.incidents(IncidentQuery(limit: 5)).map { "\($0.id)" }
      let rest =
        known.isEmpty
        ? "there has been none here" : "the last are \(known.joined(separator: ", "))"
      throw .notFound(reason: "there is no incident \(incident): \(rest)")
    } catch {
      if case .notFound(let reason) = error { throw CommandFailure.found(reason) }
      throw CommandFailure.unreachable(error.reason)
    }
  }

  private func runStore(_ path: String) async throws {
    try settings.checkFlag()
    let beside = settings.besideStore
    let source = try StoreConsoleSource.opened(
      path, runbooks: beside.runbooks, price: beside.price)
    defer { source.close() }
    var report: IncidentReport?
    if let replay {
      report = try await Self.report(of: try IncidentCommand.incident(replay), from: source)
    }
    _ = try await ConsoleSession(
      source: source,
      configuration: ConsoleConfiguration(
        endpoint: path, isReadOnly: true, isReplay: true, replayed: report,
        replayWord: report == nil ? "STORE" : Replay.word,
        zone: .current),
      settings: settings, usesMouse: mouse ?? settings.fileUsesMouse,
      exports: ExportFolder(path: FileManager.default.currentDirectoryPath), errorLog: nil
    ).run()
  }

  /// Only looks, so it starts no server: it waits for one.
  private func runPlain() async throws {
    let client = try ServerLocation(
      attach: attach, config: options.config, dataDir: options.dataDir, tokenFile: tokenFile
    ).client()
    do {
      try await PlainSession(
        source: client, endpoint: client.endpoint.description, options: plain
      ).run()
      await client.shutdown()
    } catch {
      await client.shutdown()
      throw error
    }
  }

  private var settings: ConsoleSettingsSource {
    ConsoleSettingsSource(file: options.config, theme: theme)
  }

  /// Asks on a terminal; without one the answer is no.
  private func offerToAttach(_ directory: String, _ pid: Int32) -> Bool {
    guard isatty(0) == 1, isatty(2) == 1 else { return false }
    FileHandle.standardError.write(
      Data("a vigia (pid \(pid)) serves from \(directory) already. Attach to it? [Y/n] ".utf8))
    guard let answer = readLine() else { return false }
    return ["", "y", "yes"].contains(answer.lowercased().trimmingCharacters(in: .whitespaces))
  }
}

/// For every command that opens a console.
let themeHelp: String =
  "A theme by name, or a base16 scheme's file; else as configured. t goes through those there are."
