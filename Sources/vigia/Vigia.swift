import ArgumentParser
import Foundation
import OnnxRuntime
import Storage

/// The on-call console for machine-learning models in production.
struct Vigia: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "vigia",
    abstract: "The on-call console for machine-learning models in production.",
    discussion: """
      Hosts models with an embedded engine, measures every prediction, and lets you roll back from the \
      keyboard, with proof that it helped.

        vigia demo                          see it at work on real data
        vigia serve --config vigia.yaml     serve without a console
        vigia console --attach unix:PATH    look at and steer a running server

      Exit codes: 0 ok, 1 found something wrong or refused, 2 usage or configuration, 3 cannot reach or start.
      """,
    version: version,
    subcommands: [
      ConsoleCommand.self, OpenCommand.self, DemoCommand.self, ServeCommand.self,
      CheckCommand.self, ReloadCommand.self,
      ModelCommand.self, FreezeCommand.self, UnfreezeCommand.self, PinCommand.self,
      LimitCommand.self, ShedCommand.self, EjectCommand.self, LoadCommand.self, ScoreCommand.self,
      DriftCommand.self, ExperimentCommand.self, AuditCommand.self, ExportCommand.self,
      RulesCommand.self, RunbookCommand.self, AlertCommand.self, IncidentCommand.self,
      NoteCommand.self, QueryCommand.self,
      SnapshotCommand.self, DoctorCommand.self, LoadCheckCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self)
}

@main
enum Main {
  // On the main thread, which it is called on: else its first step would be one of a pool of threads already.
  nonisolated(nonsending) static func main() async {
    // A reader that went away is an error of one write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    OnnxLibrary.limitHeaps()
    do {
      try refuseUnknownCommand()
      var command = try Vigia.parseAsRoot()
      if let command = command as? any ConsoleProcess, command.isConsoleAlone {
        try await command.runOnEventLoop()
      } else if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as StartError {
      fail(error.description, error.exitCode)
    } catch let error as CommandFailure {
      fail(error.description, error.exitCode)
    } catch {
      let code = Vigia.exitCode(for: error)
      let text = Vigia.fullMessage(for: error)
      if code == .success {
        if !text.isEmpty { print(text) }
        exit(0)
      }
      if !text.isEmpty { Output.complain(text) }
      exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }

  /// A word that is no command would else be taken as an argument of the default one.
  private static func refuseUnknownCommand() throws {
    let hidden = Vigia.configuration.subcommands.filter { !$0.configuration.shouldDisplay }
      .map { $0._commandName }
    let names =
      Vigia.configuration.subcommands.map { $0._commandName }.filter { !hidden.contains($0) }
      + ["help"]
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"),
      !names.contains(word), !hidden.contains(word)
    else { return }
    let hint = Spelling.nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    throw CommandFailure.usage(
      "no command \"\(Output.harmless(word))\"\(hint); there are \(names.joined(separator: ", "))")
  }

  private static func fail(_ text: String, _ code: Int32) -> Never {
    Output.complain("vigia: \(text)")
    exit(code)
  }
}

/// Why a command ended without doing what it was asked.
enum CommandFailure: Error, CustomStringConvertible {
  /// Something was found to be wrong, or the server refused.
  case found(String)
  case usage(String)
  case unreachable(String)

  /// A store that nobody can look into is not one in which something was found.
  init(reading error: StorageError) {
    switch error {
    case .cannotOpen, .inputOutput, .beingReplaced: self = .unreachable(error.description)
    default: self = .found(error.description)
    }
  }

  var description: String {
    switch self {
    case .found(let text), .usage(let text), .unreachable(let text): text
    }
  }

  var exitCode: Int32 {
    switch self {
    case .found: 1
    case .usage: 2
    case .unreachable: 3
    }
  }
}
