import ArgumentParser
import Domain
import Foundation
import Glibc
import Storage

/// `vigia export`: what is kept, for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write what is kept to a file, for retraining.",
    subcommands: [Requests.self])

  struct Requests: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Kept requests with their inputs and outputs, a line a row.",
      discussion: """
        Reads metrics.db in the data folder without writing to it: beside a running server, or in a copy of a folder. \
        What was chosen to be kept (every failure, else a sample of at most 500 a second and model), less what redact, \
        capture and retention_hours hold back.

          vigia export requests --model electricity --since 2h requests.csv

        COLUMNS. id, row, time (of arrival, UTC), version, variant (a shadow's copy has its request's id), client, \
        client_id, outcome, queue_us, compute_us, total_us; then feature.NAME and output.NAME. An empty field, or a name \
        that is missing in JSON, was redacted, too large to keep, or is not in that request. A label comes to a verdict \
        and is not kept itself: join your own by id or client_id.

        OUT.manifest.json lists what OUT contains: the features, which of them were redacted, how many requests, from \
        when to when. Both files are readable by you alone: raw inputs are personal data. With - the rows go to standard \
        output and the list to standard error.
        """)
    @Option(help: "The model.") var model: String
    @Option(help: "From when on: 30m, 2h, 1d ago, or 2026-11-23T08:00:00Z; else all that is kept.")
    var since: String?
    @Option(help: "At most so many requests, the newest.") var limit = 1_000_000
    @Option(help: "csv or jsonl.") var format = RequestExport.Format.csv
    @Flag(help: "Replace an OUT that exists.") var force = false
    @Option(help: ArgumentHelp("The data folder.", valueName: "folder")) var dataDir: String?
    @Option(
      help: ArgumentHelp("The configuration that names it, and the features.", valueName: "file"))
    var config: String?
    @Argument(help: ArgumentHelp("Where the rows go, or -.", valueName: "out")) var out: String

    func validate() throws {
      guard limit > 0 else { throw ValidationError("--limit takes 1 or more, found \(limit)") }
    }

    func run() throws {
      let configuration = try loadConfiguration(
        file: config, flags: dataDir.map { [.dataDirectory: $0] } ?? [:])
      let start = try since.map { text in
        guard let time = Self.time(text, now: Date.now) else {
          throw CommandFailure.usage(
            "--since takes 30m, 2h, 1d or a time like 2026-11-23T08:00:00Z, found \(text)")
        }
        return time
      }
      let archive: RequestArchive
      do throws(StorageError) {
        archive = try RequestArchive(
          directory: configuration.dataDirectory, model: model, since: start, limit: limit,
          featureNames: configuration.model(model)?.capture.featureNames ?? [])
      } catch {
        throw CommandFailure.unreachable(error.description)
      }
      guard archive.models.contains(model) || configuration.model(model) != nil else {
        throw unknown(model, known: archive.models)
      }
      let policy = configuration.model(model)?.capture ?? CapturePolicy()
      let manifest =
        try out == "-"
        ? export(archive, policy, to: .standardOutput) : exportToFile(archive, policy)
      if out == "-" { Output.complain(String(decoding: try Self.json(manifest), as: UTF8.self)) }
      Output.note(
        "\(manifest.requests) requests, \(manifest.rows) rows, \(manifest.features.count) features"
          + (manifest.redacted.isEmpty
            ? "" : ", redacted: \(manifest.redacted.joined(separator: ", "))"))
      if manifest.featureNames == RequestExport.Manifest.unnamed, !manifest.features.isEmpty {
        Output.note("names of features are those \(manifest.featureNames)")
      }
      if !manifest.redactedUnknown.isEmpty {
        Output.note(
          "no column is named \(manifest.redactedUnknown.joined(separator: ", ")), and which one was blanked "
            + "is not known: those requests are without inputs. --config FILE gives the features' names"
        )
      }
    }

    private func unknown(_ model: String, known: Set<String>) -> CommandFailure {
      let name = "no model \(Output.harmless(model))"
      guard !known.isEmpty else { return .usage("\(name): nothing is kept of any model yet") }
      let names = known.sorted()
      let hint = Spelling.nearest(to: model, among: names).map { "; did you mean \($0)?" } ?? ""
      return .usage("\(name); there are: \(names.joined(separator: ", "))\(hint)")
    }

    private func exportToFile(
      _ archive: RequestArchive, _ policy: CapturePolicy
    ) throws -> RequestExport.Manifest {
      if !force, FileManager.default.fileExists(atPath: out) {
        throw CommandFailure.usage("\(out) exists; --force replaces it")
      }
      let part = out + ".part"
      let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else {
        throw CommandFailure.unreachable("\(part): \(errnoText())")
      }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      do {
        let manifest = try export(archive, policy, to: file)
        try file.synchronize()
        try DurableFile.replace(out + ".manifest.json", with: Self.json(manifest) + [10])
        guard rename(part, out) == 0 else {
          throw CommandFailure.unreachable("\(out): \(errnoText())")
        }
        return manifest
      } catch let error as StorageError {
        try? FileManager.default.removeItem(atPath: part)
        throw CommandFailure.unreachable(error.description)
      }
    }

    private func export(
      _ archive: RequestArchive, _ policy: CapturePolicy, to file: FileHandle
    ) throws -> RequestExport.Manifest {
      var export = RequestExport(
        archive, model: model, format: format, policy: policy, now: .now
      ) { bytes in
        try file.write(contentsOf: Data(bytes))
      }
      try export.run()
      return export.manifest
    }

    private static func json(_ manifest: RequestExport.Manifest) throws -> [UInt8] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      return [UInt8](try encoder.encode(manifest))
    }

    /// A time, or one so long ago.
    private static func time(_ text: String, now: Date) -> Timestamp? {
      guard let ahead = FreezeCommand.time(text, now: now) else { return nil }
      guard text.last.map({ "smhd".contains($0) }) == true else { return ahead }
      let present = Int64(now.timeIntervalSince1970 * 1e6)
      return Timestamp(microseconds: 2 * present - ahead.microseconds)
    }
  }
}

extension RequestExport.Format: ExpressibleByArgument {}
