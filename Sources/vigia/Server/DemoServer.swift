import ArgumentParser
import Foundation
import Glibc
import Logging

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
    try await command.backfill(in: folder) {}
    let server = try await VigiaServer(
      configuration,
      options: .init(
        isReadOnly: command.readOnly, isDemo: true, standardRules: RuleSet.standardPatterns(),
        standardRunbooks: RuleSet.standardRunbooks()),
      logger: logger)
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

  /// Scores the hour before the start, and nothing else: see `BackfillStep`.
  func backfill() async throws {
    umask(0o077)
    let parent = getppid()
    // What refuses the server's start is told by that, without anybody having waited.
    guard let folder = command.dataDir, let located = try? locate() else { return }
    let configuration = located.configuration(port: command.port, dataDirectory: folder)
    guard (try? await VigiaServer.checkBeforeAnythingIsMade(configuration)) != nil,
      (try? DataFolder.prepare(folder)) != nil
    else { return }
    var logger = try makeLogger(file: command.logFile)
    logger.logLevel = .error
    let line = ProgressLine()
    do {
      let report = try await DemoBackfill(
        examples: located, options: command.options, configuration: configuration, logger: logger
      ).run { words in
        // Nobody waits for it any more. What is written is whole.
        if getppid() != parent { exit(EXIT_FAILURE) }
        if line.isTerminal { line.show(words) }
      }
      if let report { line.say(report.words) } else { line.clear() }
    } catch {
      line.say("the hour before the start is not scored: \(Output.harmless("\(error)"))")
      throw ExitCode.failure
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
