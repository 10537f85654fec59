import ArgumentParser
import Foundation
import Logging

/// `vigia serve`: everything but the console.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve models without a console.",
    discussion: """
      Answers the Open Inference Protocol V2 on `listen`, and consoles and commands on the socket in the data \
      folder. Logs JSON to standard error. SIGTERM drains and exits without a failed request.
      """)
  @OptionGroup var options: ServerOptions
  @Option(help: .hidden) var logFile: String?

  func run() async throws {
    let configuration = try options.configuration(needsFile: false)
    if logFile != nil { try DataFolder.prepare(configuration.dataDirectory) }
    let logger = try makeLogger(file: logFile)
    let server = try await VigiaServer(
      configuration,
      options: .init(
        isReadOnly: options.readOnly, standardRules: RuleSet.standardPatterns(),
        standardRunbooks: RuleSet.standardRunbooks(),
        reading: configuration.file == nil ? nil : options.reading), logger: logger)
    try await server.run()
    logger.info("stopped")
  }
}

/// What a server is told on the command line.
struct ServerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The configuration; else ./vigia.yaml.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("Where HTTP listens, as 127.0.0.1:8080.", valueName: "address"))
  var listen: String?
  @Option(help: ArgumentHelp("Where stores, socket and logs are.", valueName: "folder"))
  var dataDir: String?
  @Option(
    help: ArgumentHelp("Models as <model>/<version>/model.onnx.", valueName: "folder"))
  var modelRepository: String?
  @Option(
    name: .customLong("onnxruntime"), help: ArgumentHelp("The shared library.", valueName: "path"))
  var onnxRuntime: String?
  @Flag(help: "Refuse every change, in the core.") var readOnly = false
  @Flag(help: "Listen beyond this machine without TLS.") var insecure = false

  func configuration(needsFile: Bool) throws -> VigiaConfiguration {
    try loadConfiguration(file: config, flags: flags, needsFile: needsFile)
  }

  /// The same again, from the file as it will be then: that it is gone is an error.
  var reading: ConfigurationReload.Reading {
    let (loader, file) = (ConfigurationLoader(flags: flags), config)
    return { loader.load(file: file, needsFile: true) }
  }

  var flags: [Setting: String] {
    var flags: [Setting: String] = [:]
    flags[.listen] = listen
    flags[.dataDirectory] = dataDir
    flags[.modelRepository] = modelRepository
    flags[.onnxRuntime] = onnxRuntime
    if readOnly { flags[.readOnly] = "true" }
    if insecure { flags[.insecure] = "true" }
    return flags
  }

  /// The same words again, for a server that a console starts.
  var arguments: [String] {
    var words: [String] = []
    for (name, value) in [
      ("--config", config), ("--listen", listen), ("--data-dir", dataDir),
      ("--model-repository", modelRepository), ("--onnxruntime", onnxRuntime),
    ] {
      if let value { words += [name, value] }
    }
    if readOnly { words.append("--read-only") }
    if insecure { words.append("--insecure") }
    return words
  }
}

/// A logger that writes JSON lines to standard error, or to a file that is turned over.
func makeLogger(file: String?) throws -> Logger {
  let sink: LogSink
  do {
    sink = try file.map { try LogSink(path: $0) } ?? LogSink()
  } catch {
    throw StartError.dataDirectory(path: file ?? "", reason: "the log cannot be opened")
  }
  return Logger(label: "vigia") { JSONLogHandler(label: $0, sink: sink) }
}
