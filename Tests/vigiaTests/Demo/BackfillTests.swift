import Domain
import Foundation
import Storage
import Testing
import vigia

/// The hour before a demo's start, scored by the real program.
@Suite(.serialized) struct BackfillTests {
  private static let models = ["electricity", "demand", "digits"]

  private static func demo(_ folder: String, _ words: [String] = []) throws -> (
    output: String, errors: String
  ) {
    let (status, output, errors) = try Program.run(
      ["demo", "--headless", "--duration", "1", "--rate", "20", "--json", "--data-dir", folder]
        + words)
    try #require(status == 0, "\(errors)")
    return (output, errors)
  }

  private static func store(_ folder: String) throws -> MetricStore {
    try #require(try MetricStore.readOnly(directory: folder))
  }

  /// Of all versions of a model, in whole minutes.
  private static func requests(
    _ store: MetricStore, _ model: String, from: Int64 = 0, to: Int64 = .max
  ) throws -> Int64 {
    try store.versions(of: model).reduce(0) { sum, version in
      try store.minutes(version, from: from, to: to).reduce(sum) { $0 + $1.requests }
    }
  }

  /// Of a demo's summary.
  private static func told(_ output: String) throws -> [AuditEntry] {
    struct Summary: Decodable {
      var audit: [AuditEntry]
    }
    return try JSONDecoder().decode(Summary.self, from: Data(output.utf8)).audit
      .filter { $0.action == AuditEntry.backfillAction }
  }

  @Test func `the demo scores an hour first, marks it, and says how many rows it was`() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (output, errors) = try Self.demo("\(folder)/d")
    #expect(errors.contains("an hour of the stream scored: "), "\(errors)")
    let store = try Self.store("\(folder)/d")
    defer { store.close() }
    let stretch = try #require(try store.backfilled().first)
    #expect(try store.backfilled().count == 1)
    #expect((3_600..<3_660).contains(stretch.count))

    let told = try Self.told(output)
    #expect(Set(told.compactMap(\.model)) == Set(Self.models))
    // All that is counted was scored before or served after, and nothing twice.
    struct Summary: Decodable {
      struct Version: Decodable { var requests: Int64 }
      var versions: [String: Version]
    }
    let served = try JSONDecoder().decode(Summary.self, from: Data(output.utf8)).versions
    var scored: Int64 = 0
    for entry in told {
      let model = try #require(entry.model)
      let words = try #require(entry.summary.firstMatch(of: /: (\d+) rows/)?.1)
      let rows = try #require(Int64(words))
      let since = served.filter { $0.key.hasPrefix("\(model)@") }.values.map(\.requests)
      #expect(try Self.requests(store, model) == since.reduce(rows, +), "\(entry.summary)")
      scored += rows
    }
    #expect(scored > 3_000)
    let seconds = try store.secondsAlive(from: stretch.lowerBound - 60, to: stretch.upperBound)
    #expect(seconds.values.allSatisfy { $0 <= 60 })
    // Rows were counted by the bins of the references that the server judges by.
    let one = ModelVersion(model: "electricity", version: "1")
    let features = try store.features(one, from: stretch.lowerBound, to: stretch.upperBound)
    #expect(features.count > 55)
    #expect(Set(features.map(\.counts.reference)).count == 1)
    #expect(try Program.run(["audit", "verify", "--data-dir", "\(folder)/d"]).status == 0)
  }

  @Test func `a second start adds nothing to what is recorded`() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try Self.demo("\(folder)/d")
    let before = try Self.store("\(folder)/d")
    let stretches = try before.backfilled()
    let first = try #require(stretches.first)
    // The last minute has what was served, too.
    let end = first.upperBound - first.upperBound % 60
    let counted = try Self.models.map { try Self.requests(before, $0, to: end) }
    before.close()
    _ = try Self.demo("\(folder)/d")
    let after = try Self.store("\(folder)/d")
    defer { after.close() }
    #expect(try after.backfilled().first == stretches.first)
    // Unless a slow machine let more than a minute pass, of which the rest is filled.
    #expect(
      try after.backfilled().dropFirst().allSatisfy { $0.lowerBound >= first.upperBound })
    #expect(try Self.models.map { try Self.requests(after, $0, to: end) } == counted)
  }

  @Test func `without it there is nothing before the start`() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (output, errors) = try Self.demo("\(folder)/d", ["--no-backfill"])
    #expect(!errors.contains("of the stream"))
    let store = try Self.store("\(folder)/d")
    defer { store.close() }
    #expect(try store.backfilled().isEmpty)
    #expect(try Self.told(output).isEmpty)
  }

  @Test func `a backfill that is killed goes on at the next start`() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = Process()
    first.executableURL = URL(filePath: Program.path)
    first.arguments = ["demo", "--backfill-only", "--rate", "20", "--data-dir", "\(folder)/d"]
    first.standardError = FileHandle.nullDevice
    first.standardOutput = FileHandle.nullDevice
    try first.run()
    // Until some of it is written; a quick machine may be through before it is seen.
    var marked: [Range<Int64>] = []
    while marked.isEmpty, first.isRunning {
      guard let store = try? MetricStore.readOnly(directory: "\(folder)/d") else { continue }
      marked = (try? store.backfilled()) ?? []
      store.close()
    }
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    let begin = try #require(marked.first).lowerBound
    _ = try Self.demo("\(folder)/d")
    let store = try Self.store("\(folder)/d")
    defer { store.close() }
    let stretches = try store.backfilled()
    #expect(stretches.count == 1)
    let stretch = try #require(stretches.first)
    // What was written is there, and what follows it joins without a gap: each second counts once.
    #expect(stretch.lowerBound == begin)
    #expect((3_600..<3_720).contains(stretch.count))
    let seconds = try store.secondsAlive(from: stretch.lowerBound, to: stretch.upperBound)
    let whole = seconds.filter {
      $0.key >= stretch.lowerBound && $0.key + 60 <= stretch.upperBound
    }
    #expect(whole.count >= 59 && whole.values.allSatisfy { $0 == 60 })
  }
}
