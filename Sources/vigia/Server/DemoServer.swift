import AsyncHTTPClient
import Control
import Domain
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// The demo without a console: the server, the load client beside it, and the summary at the end.
struct DemoServer {
  var command: DemoCommand

  func run() async throws {
    let located = try locate()
    let folder =
      try command.dataDir.map {
        FilePath.absolute($0, in: FileManager.default.currentDirectoryPath)
      } ?? temporaryFolder()
    defer {
      if command.dataDir == nil { try? FileManager.default.removeItem(atPath: folder) }
    }
    if command.logFile != nil { try DataFolder.prepare(folder) }
    var logger = try makeLogger(file: command.logFile)
    if command.logFile == nil { logger.logLevel = .warning }
    let printer = command.logFile == nil ? DemoProgressPrinter() : nil
    let recording = try openRecording()
    let configuration = located.configuration(port: command.port, dataDirectory: folder)
    let server = try await VigiaServer(
      configuration, options: .init(isReadOnly: command.readOnly, isDemo: true), logger: logger)
    let service = DemoService(
      server: server, examples: located, options: command.options,
      duration: command.duration.map { .seconds($0) }, recording: recording, printer: printer,
      logger: logger)
    try await server.run(companions: [service])
    printer?.finish()
    try finish(recording)
    guard let summary = service.result else { return }
    if command.json {
      print(summary.json())
    } else if command.logFile == nil {
      print(summary.text())
    }
    if command.incident == .none, summary.failures > 0 {
      throw CommandFailure.found(
        "\(summary.failures) of \(summary.requests) requests failed; `vigia doctor` looks for the cause"
      )
    }
  }

  private func locate() throws(StartError) -> DemoExamples {
    do throws(DemoError) {
      return try DemoExamples.locate(
        flag: command.examples, environment: ProcessInfo.processInfo.environment,
        workingDirectory: FileManager.default.currentDirectoryPath,
        executable: try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    } catch {
      throw .examples(error.description)
    }
  }

  private func openRecording() throws -> PredictionFile? {
    guard let path = command.record else { return nil }
    do throws(DemoError) {
      return try PredictionFile(path: path)
    } catch {
      throw StartError.examples(error.description)
    }
  }

  private func finish(_ recording: PredictionFile?) throws {
    do throws(DemoError) {
      try recording?.finish()
    } catch {
      throw CommandFailure.found(error.description)
    }
  }
}

/// The load client as one of the server's services: the first to end when the server is to stop.
final class DemoService: Service, Sendable {
  private let server: VigiaServer
  private let examples: DemoExamples
  private let options: DemoOptions
  private let duration: Duration?
  private let recording: PredictionFile?
  private let printer: DemoProgressPrinter?
  private let logger: Logger
  private let summary = Mutex<DemoSummary?>(nil)

  init(
    server: VigiaServer, examples: DemoExamples, options: DemoOptions, duration: Duration?,
    recording: PredictionFile?, printer: DemoProgressPrinter?, logger: Logger
  ) {
    self.server = server
    self.examples = examples
    self.options = options
    self.duration = duration
    self.recording = recording
    self.printer = printer
    self.logger = logger
  }

  /// Set when `run` has ended.
  var result: DemoSummary? { summary.withLock { $0 } }

  func run() async throws {
    let port = await server.port
    await server.waitUntilReady()
    printer?.say("serving on http://127.0.0.1:\(port), socket \(server.configuration.socket)")
    let client = DemoTransport.makeClient()
    do {
      let run = try DemoRun(
        examples: examples, options: options, transport: .http(client, port: port),
        recording: recording)
      let (totals, elapsed) = await cancelWhenGracefulShutdownOrRun(run)
      let audit = (try? await server.source.audit(AuditQuery(limit: 1_000))) ?? []
      summary.withLock { $0 = DemoSummary(totals: totals, elapsed: elapsed, audit: audit) }
    } catch {
      logger.error("the demo's load client could not start", metadata: ["error": "\(error)"])
      try? await client.shutdown()
      throw StartError.examples("\(error)")
    }
    try? await client.shutdown()
  }

  private func cancelWhenGracefulShutdownOrRun(
    _ run: DemoRun
  ) async -> (totals: DemoLedger.Totals, elapsed: Double) {
    let printer = printer
    let task = Task {
      await run.run(
        for: duration, reportEvery: printer?.interval ?? .seconds(5),
        promote: { model, version in await self.promote(model, version) },
        report: { printer?.show($0) })
    }
    return await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await task.value
      } onCancel: {
        task.cancel()
      }
    } onGracefulShutdown: {
      task.cancel()
    }
  }

  /// As a release pipeline would: with a preflight, and without looking afterwards.
  private func promote(_ model: String, _ version: String) async {
    let command = Command(
      id: CommandID(random: (.random(in: .min ... .max), .random(in: .min ... .max))),
      action: .promote(model: model, version: version, verification: .required),
      reason: "release \(version) of \(model)", origin: .job)
    let principal = Principal(name: "release-job", role: .operate, proof: "demo")
    switch await server.control.perform(command, by: principal) {
    case .done(_, _, let summary): printer?.say("release-job: \(summary)")
    case .refused(let refusal):
      printer?.say("release-job was refused: \(refusal.message)")
      logger.warning("the release job was refused", metadata: ["why": "\(refusal.message)"])
    case .unknown(let reason): logger.warning("unknown outcome", metadata: ["why": "\(reason)"])
    }
  }
}
