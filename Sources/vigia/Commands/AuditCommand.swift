import ArgumentParser
import Domain
import Foundation
import Integrations
import Storage

/// `vigia audit`: the ledger of who did what, when and why.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Read and verify the ledger of changes.",
    subcommands: [List.self, Verify.self])

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

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Walk the hash chain, beside a running server or after one was killed.",
      discussion: """
        Reads state.db in the data folder without writing to it, and compares its end with the head that is kept \
        outside. Exit 1 when the chain is broken.
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
        throw CommandFailure.found(error.description)
      }
      if json { try Output.json(verification) } else { Output.line(verification.description) }
      if !verification.isSound { throw ExitCode(1) }
    }
  }
}
