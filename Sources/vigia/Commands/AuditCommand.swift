import ArgumentParser
import Domain
import Foundation
import Integrations
import Storage

/// `vigia audit`: the ledger of who did what, when and why.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Read, verify and repair the ledger of changes.",
    subcommands: [List.self, Undo.self, Verify.self, Repair.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The newest rows of the ledger.")
    @Option(help: "Only of this model.") var model: String?
    @Option(help: "At most so many rows.") var limit = 50
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      guard (1...1_000).contains(limit) else {
        throw ValidationError("--limit takes 1 through 1000, found \(limit)")
      }
    }

    func run() async throws {
      let entries = try await connection.withClient {
        try await $0.audit(AuditQuery(model: model, limit: limit))
      }
      if json { return try Output.json(entries) }
      if entries.isEmpty { return Output.line("the ledger is empty") }
      Output.table(
        ["#", "TIME", "WHO", "WHAT", "OUTCOME", "REASON"],
        entries.map {
          [
            "\($0.sequence)", Output.time($0.time), $0.principal.name, $0.summary,
            $0.outcome.rawValue, $0.reason,
          ]
        })
    }
  }

  struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a row of the ledger back, whoever made it.",
      discussion: """
        Performed as the command that takes it back: a rollback for a promotion, the share, shadow, pin, limit or freeze \
        of before for a change of those. Refused when it is no longer in force.

          vigia audit undo 17 --reason "that was the wrong model"
        """)
    @Argument(help: "The row's number, as `vigia audit list` has it.") var row: Int64
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      guard row > 0 else { throw CommandFailure.usage("rows count from 1, found \(row)") }
      let entries = try await steering.connection.withClient {
        try await $0.audit(AuditQuery(before: row + 1, limit: 1))
      }
      guard let entry = entries.first, entry.sequence == row else {
        throw CommandFailure.found("the ledger has no row \(row)")
      }
      guard let model = entry.model else {
        throw CommandFailure.found("row \(row) is about no model: \(entry.summary)")
      }
      try await steering.send(.undo(model: model, row: row))
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Walk the hash chain, beside a running server or after one was killed.",
      discussion: """
        Reads state.db in the data folder without writing to it, and compares its end with the head that is kept \
        outside. Exit 1 when the chain is broken, 3 when there is none that can be opened.
        """)
    @Option(help: ArgumentHelp("The data folder.", valueName: "folder")) var dataDir: String?
    @Option(help: ArgumentHelp("The configuration that names it.", valueName: "file"))
    var config: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let configuration = try loadConfiguration(
        file: config, flags: dataDir.map { [.dataDirectory: $0] } ?? [:])
      let verification: AuditVerification
      do throws(StorageError) {
        verification = try StateStore.verify(directory: configuration.dataDirectory)
      } catch {
        throw CommandFailure(reading: error)
      }
      if json { try Output.json(verification) } else { Output.line(verification.description) }
      if !verification.isSound { throw ExitCode(1) }
    }
  }

  struct Repair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Begin the ledger anew where it is damaged; while no server runs.",
      discussion: """
        Keeps the chain's rows as far as they are sound, and whatever else can be read of state.db; a row of its own \
        says what was found and what was lost. The damaged file stays beside the new one. Tells first what would be \
        kept, and asks.

          vigia audit repair --reason "disk error on the 3rd"
        """)
    @Option(help: "Why; it stands in the ledger.") var reason: String
    @Option(help: ArgumentHelp("The data folder.", valueName: "folder")) var dataDir: String?
    @Option(help: ArgumentHelp("The configuration that names it.", valueName: "file"))
    var config: String?
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      let configuration = try loadConfiguration(
        file: config, flags: dataDir.map { [.dataDirectory: $0] } ?? [:])
      let directory = configuration.dataDirectory
      let lock = try InstanceLock(directory: directory)
      defer { withExtendedLifetime(lock) {} }
      let who = Principal(name: NSUserName(), role: .admin, proof: "uid \(getuid())")
      do throws(StorageError) {
        guard
          let repair = try StateRepair.prepare(
            directory: directory, by: who, reason: reason, now: .now)
        else { return Output.line("nothing to repair: the ledger is whole") }
        for line in repair.report.description.split(separator: "\n") { Output.line("\(line)") }
        if yes || isConfirmed() {
          try repair.install()
          return Output.line("repaired")
        }
        repair.discard()
      } catch {
        throw CommandFailure(reading: error)
      }
      throw CommandFailure.found("nothing was changed; --yes repairs without asking")
    }

    private func isConfirmed() -> Bool {
      guard isatty(0) == 1 else { return false }
      FileHandle.standardError.write(Data("Type repair to go on: ".utf8))
      return readLine() == "repair"
    }
  }
}
