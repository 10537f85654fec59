import ArgumentParser
import Console
import Domain
import Foundation
import HTTPAPI
import Inference
import Logging
import OnnxRuntime

/// `vigia check`: everything that people write, read without starting anything.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the configuration, the model repository, training files, rules and runbooks.",
    discussion: """
      Prints file:line: reason for each thing that is wrong. With --load each model file is loaded and run, as a \
      server would before it takes it in. Exit 1 when something is, 2 when the configuration \
      cannot be used at all.
      """)
  @Argument(help: "A configuration file, or a model repository; else ./vigia.yaml.")
  var paths: [String] = []
  @Option(help: ArgumentHelp("The same as naming it, as for other commands.", valueName: "file"))
  var config: String?
  @Flag(help: "Also load and run each model file, in a process of its own.") var load = false

  func run() throws {
    var problems = 0
    let paths = paths + [config].compactMap(\.self)
    for path in paths.isEmpty ? [nil] : paths.map(Optional.some) {
      var isDirectory = ObjCBool(false)
      if let path, FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        isDirectory.boolValue
      {
        let configuration = VigiaConfiguration(dataDirectory: path, modelRepository: path)
        problems += check(repository: path) + check(referencesOf: configuration)
        if load { problems += check(modelsOf: configuration) }
      } else {
        problems += try check(file: path)
      }
    }
    if problems > 0 { throw ExitCode(1) }
    Output.line("ok")
  }

  private func check(file: String?) throws -> Int {
    let (configuration, diagnostics) = ConfigurationLoader().load(file: file, needsFile: true)
    for diagnostic in diagnostics { Output.line(diagnostic.description) }
    guard let configuration else { throw ExitCode(2) }
    return diagnostics.count + check(settings: configuration)
      + check(repository: configuration.modelRepository)
      + check(versionsOf: configuration) + check(referencesOf: configuration)
      + check(alertFilesOf: configuration)
      + (load ? check(modelsOf: configuration) : 0)
  }

  /// What can be written, and would still not start.
  private func check(settings configuration: VigiaConfiguration) -> Int {
    let file = configuration.file ?? "configuration"
    var problems: [String] = []
    if configuration.tls != nil {
      problems.append("tls: this version serves plain HTTP only")
    }
    if let tokens = configuration.tokensFile {
      do { _ = try TokensFile.read(tokens) } catch { problems.append("auth: \(error)") }
    }
    for problem in problems { Output.line("\(file): \(problem)") }
    let settings = ConsoleSettingsSource(file: configuration.file, theme: nil).read()
    for problem in settings.problems { Output.line(problem) }
    return problems.count + settings.problems.count
  }

  /// Rules and runbooks, where the configuration names some. Warnings are told, and are no problem.
  private func check(alertFilesOf configuration: VigiaConfiguration) -> Int {
    guard
      !configuration.rules.isEmpty || configuration.runbooks != nil
        || !configuration.sources.isEmpty
    else { return 0 }
    let found = AlertFilesCheck(
      rules: configuration.rules, runbooks: configuration.runbooks,
      sources: configuration.sources, now: .now)
    for line in found.problems + found.warnings { Output.line(line) }
    return found.problems.count
  }

  private func check(repository path: String) -> Int {
    let listing = ModelRepository(root: path).scan()
    for diagnostic in listing.diagnostics { Output.line(diagnostic.description) }
    return listing.diagnostics.count
  }

  /// Training files beside the models: what a server would find no reference in. Whether their columns are the model's shows
  /// when it is served.
  private func check(referencesOf configuration: VigiaConfiguration) -> Int {
    var problems = 0
    let files = ModelRepository(root: configuration.modelRepository).scan().models
      .flatMap(\.versions)
    for file in files {
      do throws(TableError) {
        _ = try VigiaServer.trainingReference(configuration, file.version, [], 0, .now)
      } catch {
        problems += 1
        Output.line("\(error)")
      }
    }
    return problems
  }

  /// What only shows when a file is loaded and run.
  private func check(modelsOf configuration: VigiaConfiguration) -> Int {
    let engine = EmbeddedEngine(configuration, logger: Logger(label: "vigia"))
    var problems: [String] = []
    let files = ModelRepository(root: configuration.modelRepository).scan().models
      .flatMap(\.versions)
    for file in files {
      do throws(InferenceError) {
        problems += try engine.loader.tryOut(file).map { "\(file.path): \($0)" }
      } catch {
        problems.append(error.description)
      }
    }
    for problem in problems { Output.line(problem) }
    return problems.count
  }

  private func check(versionsOf configuration: VigiaConfiguration) -> Int {
    let listing = ModelRepository(root: configuration.modelRepository).scan()
    var problems = 0
    for model in configuration.models {
      let known = listing.models.first { $0.name == model.name }?.versions.map(\.version.version)
      for version in model.versions
      where known?.contains(version) != true && model.remotes[version] == nil {
        problems += 1
        Output.line(
          "\(configuration.file ?? "configuration"): \(model.name) \(version): no such version in "
            + configuration.modelRepository)
      }
    }
    return problems
  }
}
