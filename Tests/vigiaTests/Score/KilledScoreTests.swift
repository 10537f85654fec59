import Foundation
import Testing
import vigia

/// What ends a run, and the run that goes on.
@Suite(.serialized) struct KilledScoreTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  private let folder: TemporaryFolder
  private static let rows = 30_000

  init() throws {
    folder = try TemporaryFolder()
    var generator = SplitMix(state: 7)
    var text = "a,b,c,d,e,f,note\n"
    for row in 0..<Self.rows {
      let values = (0..<6).map { _ in "\(Float(generator.next() % 10_000) / 10_000)" }
      // Line breaks inside of fields, and bad rows, now and then.
      let note = row % 97 == 0 ? "\"two\nlines\"" : "x"
      text += (row % 501 == 0 ? "bad," : "") + values.joined(separator: ",") + ",\(note)\n"
    }
    try folder.write(text, to: "in.csv")
  }

  private func words(_ output: String) -> [String] {
    [
      "score", "electricity@1", "\(folder.path)/in.csv", "\(folder.path)/\(output)", "--features",
      "a,b,c,d,e,f", "--batch", "16", "--checkpoint-ms", "0", "--json", "--model-repository",
      "\(root)/Examples/electricity/models", "--data-dir", "\(folder.path)/d",
    ]
  }

  private func contents(_ name: String) -> Data? {
    FileManager.default.contents(atPath: "\(folder.path)/\(name)")
  }

  private func size(_ name: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
    return (attributes?[.size] as? Int) ?? 0
  }

  /// Starts a run, and sends it a signal once its output has grown to `bytes`.
  ///
  /// - Returns: how it ended; nil when it was done before.
  private func run(_ output: String, until bytes: Int, signal: Int32) throws -> Int32? {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = words(output)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, size("\(output).part") < bytes { sched_yield() }
    let wasRunning = process.isRunning
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return wasRunning && !FileManager.default.fileExists(atPath: "\(folder.path)/\(output)")
      ? process.terminationStatus : nil
  }

  /// How often a run is begun that is to be hit while it is under way.
  private static let tries = 20

  /// Likewise for `out.csv`; one that was done before leaves nothing.
  private func hit(at bytes: Int, _ signal: Int32) throws -> Int32? {
    if let status = try run("out.csv", until: bytes, signal: signal) { return status }
    for name in ["out.csv", "out.csv.bad"] {
      try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    }
    return nil
  }

  private func killed(at bytes: Int) throws -> Bool { try hit(at: bytes, SIGKILL) != nil }

  /// Interrupts a run that has written something; on a busy machine the first may be done before that is seen.
  private func interrupted() throws -> Int32? {
    for _ in 0..<Self.tries {
      if let status = try hit(at: 50_000, SIGINT) { return status }
    }
    return nil
  }

  @Test func `a run that is killed again and again writes what an undisturbed one does`() throws {
    let (status, _, errors) = try Program.run(words("whole.csv"))
    try #require(status == 1, "\(errors)")
    let whole = try #require(contents("whole.csv"))
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    for round in 1...5 {
      let target = whole.count * round / 7 + Int.random(in: 0..<whole.count / 10, using: &generator)
      if try killed(at: target) { kills += 1 }
    }
    // On a busy machine a run may be done before it is seen to have come so far; the last one is to be killed.
    for _ in 0..<Self.tries where contents("out.csv.progress") == nil || kills < 2 {
      if try killed(at: whole.count / 3) { kills += 1 }
    }
    try #require(kills >= 2)
    let (end, output, complaints) = try Program.run(words("out.csv"))
    #expect(end == 1, "\(complaints)")
    #expect(output.contains("\"resumed_at\""))
    #expect(output.contains("\"rows\" : \(Self.rows)"))
    #expect(contents("out.csv") == whole)
    #expect(contents("out.csv.bad") == contents("whole.csv.bad"))
    for name in ["out.csv.part", "out.csv.bad.part", "out.csv.progress"] {
      #expect(contents(name) == nil)
    }
  }

  @Test func `an interrupted run says how to go on, and another job is not mixed into it`() throws {
    let status = try #require(try interrupted())
    #expect(status == 130)
    #expect(contents("out.csv") == nil)
    let (refused, _, reason) = try Program.run(words("out.csv") + ["--keep"])
    #expect(refused == 2)
    #expect(reason.contains("--keep was not given, now it is given"), "\(reason)")
    let (end, output, _) = try Program.run(words("out.csv"))
    #expect(end == 1)
    #expect(output.contains("\"resumed_at\""))
    _ = try Program.run(words("whole.csv"))
    #expect(contents("out.csv") == contents("whole.csv"))
  }

  @Test func `a run that died between the two last names is brought to its end`() throws {
    let (status, _, _) = try Program.run(words("whole.csv"))
    #expect(status == 1)
    let whole = try #require(contents("whole.csv"))
    try #require(try interrupted() == 130)
    // As it stands when the bad rows have their name and the output has not.
    let path = "\(folder.path)/out.csv"
    let data = try #require(contents("out.csv.progress"))
    let text = try #require(String(data: data, encoding: .utf8))
    try Data(text.replacing("\"isComplete\" : false", with: "\"isComplete\" : true").utf8)
      .write(to: URL(filePath: path + ".progress"))
    try whole.write(to: URL(filePath: path + ".part"))
    try FileManager.default.moveItem(atPath: path + ".bad.part", toPath: path + ".bad")
    let (end, _, errors) = try Program.run(words("out.csv"))
    #expect(end == 1, "\(errors)")
    #expect(contents("out.csv") == whole)
    #expect(contents("out.csv.progress") == nil)
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
