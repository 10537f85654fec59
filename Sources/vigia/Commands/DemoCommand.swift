import ArgumentParser
import Domain
import Foundation

extension DemoIncident: ExpressibleByArgument {}

/// `vigia demo`: everything at once, on real models and a real stream of data.
struct DemoCommand: ConsoleProcess {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Serve three real models under a replayed stream of real data.",
    discussion: """
      Starts a server on a free port with a data folder of its own, and a load client that replays the streams \
      through HTTP; the labels follow five seconds later. Every number on the screen comes from a prediction.

      First the hour that led up to the start is scored, in some five seconds: its rows run through the same versions, \
      and their latency is what those runs computed, so that charts are real. Timeline and charts mark it; neither the \
      business page nor a judge of live traffic counts it. A slow machine scores fewer rows, and says so; --no-backfill begins at zero.

        vigia demo                                     press R, y when version 3 goes wrong:
        vigia demo --incident bad-release              after 30 s a release job promotes a bad version
        vigia demo --incident feature-break            after 30 s a column comes empty: no rollback helps
        vigia demo --incident overload                 after 30 s a client floods: a limit on it helps
        vigia demo --headless --duration 20 --json     no console; a summary at the end
        vigia demo --plain                             no screen: what happens, as lines
      """)
  @Option(help: "none, bad-release, feature-break or overload.") var incident = DemoIncident.none
  @Option(help: "Requests a second, over all models.") var rate = 200.0
  @Option(help: "How much faster than real time.") var speed = 1.0
  @Option(help: "The same seed sends the same requests.") var seed: UInt64 = 1
  @Flag(help: "No console; prints a summary at the end.") var headless = false
  @Flag(help: "With --headless: the summary as JSON.") var json = false
  @Option(help: ArgumentHelp("Write each row with its version and prediction.", valueName: "csv"))
  var record: String?
  @Option(help: "Seconds; without it until stopped.") var duration: Double?
  @Flag(
    name: .customLong("no-backfill"), help: "Begin at zero: no hour is scored before the start.")
  var isWithoutBackfill = false
  @Option(help: "The port; 0 takes a free one.") var port = 0
  @Option(help: ArgumentHelp("Keep the data here; else a new folder.", valueName: "folder"))
  var dataDir: String?
  @Option(help: ArgumentHelp("The folder with demo.json.", valueName: "folder"))
  var examples: String?
  @Option(help: ArgumentHelp(themeHelp, valueName: "name|file")) var theme: String?
  @Flag(help: "Refuse every change, in the core.") var readOnly = false
  @OptionGroup var plain: PlainOptions
  @Option(help: .hidden) var logFile: String?
  /// Of the process that scores the hour, and nothing else.
  @Flag(help: .hidden) var backfillOnly = false

  var isConsoleAlone: Bool { !headless && !backfillOnly && !plain.isOn }

  func validate() throws {
    guard rate > 0, rate <= 100_000 else {
      throw ValidationError("--rate takes more than 0, at most 100000 requests/s; found \(rate)")
    }
    guard speed > 0, speed <= 1_000 else {
      throw ValidationError("--speed takes more than 0, at most 1000; found \(speed)")
    }
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port takes 0 through 65535, found \(port)")
    }
    if let duration, !(duration > 0) {
      throw ValidationError("--duration takes more than 0 seconds, found \(duration)")
    }
    if headless, plain.isOn { throw ValidationError("--plain is a console; --headless has none") }
    if json, !headless { throw ValidationError("--json goes with --headless") }
  }

  func run() async throws {
    if backfillOnly {
      try await DemoServer(command: self).backfill()
    } else if headless {
      try await DemoServer(command: self).run()
    } else {
      try await runWithConsole()
    }
  }

  var options: DemoOptions {
    DemoOptions(rate: rate, speed: speed, seed: seed, incident: incident)
  }

  /// A server process of its own and a console on it.
  private func runWithConsole() async throws {
    guard plain.isOn || (isatty(0) == 1 && isatty(1) == 1) else {
      throw CommandFailure.unreachable(
        "the demo's console needs a terminal; without one: vigia demo --plain, or "
          + "vigia demo --headless --duration 20 --json")
    }
    let settings = ConsoleSettingsSource(file: nil, theme: theme)
    // Before there is a folder or a server that somebody would have to end.
    try settings.checkFlag()
    let isTemporary = dataDir == nil
    let folder =
      try dataDir.map { FilePath.absolute($0, in: FileManager.default.currentDirectoryPath) }
      ?? temporaryFolder()
    if let pid = InstanceLock.holder(of: folder) {
      throw StartError.alreadyRunning(directory: folder, pid: pid)
    }
    let socket = "\(folder)/vigia.sock"
    let cleanUp: @Sendable () -> Void = {
      if isTemporary { try? FileManager.default.removeItem(atPath: folder) }
    }
    try await backfill(in: folder, cleanUp: cleanUp)
    let server: HostedServer
    do {
      server = try HostedServer(arguments: words(folder) + ["--no-backfill"])
    } catch {
      cleanUp()
      throw error
    }
    do {
      if plain.isOn {
        return try await HostedPlain(
          server: server, socket: socket, options: plain, cleanUp: cleanUp
        ).run()
      }
      try await HostedConsole(
        server: server, socket: socket,
        settings: settings,
        // A folder of its own goes with the demo; what was kept should not.
        exports: ExportFolder(
          path: isTemporary ? FileManager.default.currentDirectoryPath : "\(folder)/exports"),
        isReadOnly: readOnly, remembersLooks: !isTemporary, stopsAtHangUp: true,
        cleanUp: cleanUp
      ).run()
    } catch let ended as EndedServer {
      Output.note("vigia: \(ended)")
      throw ExitCode(ended.status)
    }
  }

  /// Scores the hour before the start, in a process of its own, where that is wanted.
  func backfill(in folder: String, cleanUp: () -> Void) async throws {
    guard !isWithoutBackfill else { return }
    do {
      try await BackfillStep(arguments: words(folder) + ["--backfill-only"]).run()
    } catch {
      cleanUp()
      throw ExitCode(128 + SIGINT)
    }
  }

  private func words(_ folder: String) -> [String] {
    var words = [
      "demo", "--headless", "--incident", incident.rawValue, "--rate", "\(rate)", "--speed",
      "\(speed)", "--seed", "\(seed)", "--port", "\(port)", "--data-dir", folder, "--log-file",
      "\(folder)/vigia.log",
    ]
    if let record { words += ["--record", record] }
    if let duration { words += ["--duration", "\(duration)"] }
    if let examples { words += ["--examples", examples] }
    if readOnly { words.append("--read-only") }
    return words
  }
}

/// A new folder that nobody else can read.
func temporaryFolder() throws -> String {
  var template = Array("\(NSTemporaryDirectory())vigia-demo-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else {
    throw StartError.dataDirectory(path: NSTemporaryDirectory(), reason: errnoText())
  }
  return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
