import ArgumentParser
import Domain
import Foundation
import Inference
import Integrations
import OnnxRuntime

/// `vigia doctor`: what Vigia needs, a line each, ok or what to do.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check toolchain, library, terminal, data folder, ports and settings.",
    discussion: """
      Changes nothing. Exit 1 when something is wrong; each such line says what to do.

      With --calibrate it replays what the data folder stores as if nothing had changed, also beside a running server, \
      and prints how often each rule of the judgement would have raised a false alarm. Exit 0, whatever the rates are.
      """)
  @OptionGroup var options: ServerOptions
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Measure the false alarms of each rule on stored traffic instead.")
  var calibrate = false

  func run() async throws {
    if calibrate { return try printCalibration() }
    let loaded = ConfigurationLoader(flags: options.flags).load(file: options.config)
    let doctor = Doctor(
      loaded: loaded,
      probes: .init(
        library: { Self.findLibrary($0) }, runningVigia: { await Self.whoAnswers($0) }))
    let report = await doctor.examine()
    print(json ? report.json() : Output.harmlessLines(report.text()))
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  private func printCalibration() throws {
    let configuration = try options.configuration(needsFile: false)
    let progress = ProgressLine()
    defer { progress.clear() }
    var told = ContinuousClock.now
    let report = try DoctorCalibration.report(configuration, now: .now) { what, share in
      guard ContinuousClock.now - told > .seconds(1) else { return }
      told = .now
      progress.show(Output.harmless("\(what): \(Int(share * 100)) %"))
    }
    progress.clear()
    if json { return try Output.json(report) }
    let isConfigured = configuration.file != nil
    for line in CalibrationText.lines(report, isConfigured: isConfigured) { Output.line(line) }
  }

  private static func findLibrary(_ configuration: VigiaConfiguration?) -> LibraryFinding {
    let configured = configuration?.onnxRuntime
    let candidates = EmbeddedEngine.candidates(configured: configured)
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      return .missing(searched: candidates)
    }
    let rule = configured == nil ? "found beside the executable or above it" : "as configured"
    do throws(InferenceError) {
      let version = try OnnxLibrary(candidates: [path]).open()
      return .loaded(path: path, rule: rule, version: version)
    } catch {
      return .broken(path: path, rule: rule, reason: error.description)
    }
  }

  private static func whoAnswers(_ configuration: VigiaConfiguration) async -> String? {
    let endpoint = ConsoleEndpoint.server(
      host: configuration.listen.host, port: configuration.listen.port)
    let client = ConsoleClient(endpoint: endpoint)
    let server = try? await client.status().server
    await client.shutdown()
    return server.map { "vigia \($0.version), pid \($0.pid)" }
  }
}
