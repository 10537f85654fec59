import AsyncHTTPClient
import Control
import Domain
import Foundation
import Inference
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
    // Connections of its own: it competes with the others in the server, not here.
    let floodClient = DemoTransport.makeClient(connections: FloodClient.inFlightLimit)
    do {
      let run = try DemoRun(
        examples: examples, options: options, transport: .http(client, port: port),
        recording: recording,
        floodTransport: { name, length in
          .http(floodClient, port: port, as: name, headerLength: length)
        })
      let began = options.incidentBegin.map { Timestamp.systemNow.adding(seconds: $0) }
      let watch = Task { await watchPages(since: began) }
      let (totals, floods, elapsed) = await untilStopped(run)
      watch.cancel()
      let pages = await watch.value
      let audit = (try? await server.source.audit(AuditQuery(limit: 1_000))) ?? []
      summary.withLock {
        $0 = DemoSummary(
          totals: totals, elapsed: elapsed, audit: audit,
          incident: pages.map { .init(options.incident, pages: $0, floods: floods) })
      }
    } catch {
      logger.error("the demo's load client could not start", metadata: ["error": "\(error)"])
      try? await client.shutdown()
      try? await floodClient.shutdown()
      throw StartError.examples("\(error)")
    }
    try? await client.shutdown()
    try? await floodClient.shutdown()
  }

  /// Says each alert that fires after the incident began, until it is cancelled; nil without an incident.
  private func watchPages(since began: Timestamp?) async -> DemoPages? {
    guard let began else { return nil }
    var pages = DemoPages(began: began)
    for await snapshot in server.control.hub.snapshots() {
      for page in pages.add(snapshot.alerts) { printer?.say("alert: \(page.words)") }
    }
    return pages
  }

  private func untilStopped(
    _ run: DemoRun
  ) async -> (totals: DemoLedger.Totals, floods: [String: FloodClient.Totals], elapsed: Double) {
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
    // The preflight waits two seconds for a load, and a busy machine takes longer; what is wrong with it, the preflight tells.
    _ = try? await server.dataPlane.load(ModelVersion(model: model, version: version))
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
