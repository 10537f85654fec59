import AsyncHTTPClient
import Control
import Domain
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

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
      let (totals, elapsed) = await untilStopped(run)
      let audit = (try? await server.source.audit(AuditQuery(limit: 1_000))) ?? []
      summary.withLock { $0 = DemoSummary(totals: totals, elapsed: elapsed, audit: audit) }
    } catch {
      logger.error("the demo's load client could not start", metadata: ["error": "\(error)"])
      try? await client.shutdown()
      throw StartError.examples("\(error)")
    }
    try? await client.shutdown()
  }

  private func untilStopped(
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
