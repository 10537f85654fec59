import Domain
import Inference
import InferenceProtocol
import Testing

/// A reply that printing may refuse counts as what its client got.
@Suite struct UnprintedReplyTests {
  private static func bench(answerBytes: Int) async throws -> Bench {
    var settings = DataPlaneSettings()
    settings.answerBytes = answerBytes
    let bench = try Bench(versions: ["1"], plane: settings)
    try await bench.loadAll()
    try bench.deploy("1")
    return bench
  }

  private static let refusal = InferenceError.invalid(
    .replyTooLong(output: "label", shape: [1], isBinary: false, limit: 100))

  @Test func `a reply that cannot be too long is recorded before its client is told`() async throws
  {
    let bench = try await Self.bench(answerBytes: 1_000)
    let reply = try await bench.infer(bench.call()).get()
    #expect(reply.unprinted == nil)
    #expect(bench.records.all.map(\.outcome) == [.ok])
  }

  @Test(arguments: [true, false])
  func `outcome and statistics wait for printing, and tell how it ended`(isPrinted: Bool)
    async throws
  {
    let bench = try await Self.bench(answerBytes: 100)
    let reply = try await bench.infer(bench.call()).get()
    let unprinted = try #require(reply.unprinted)
    #expect(bench.records.all.isEmpty)
    var counted = try bench.plane.statistics(model: "m", version: "1")[0]
    #expect((counted.success.count, counted.failure.count) == (0, 0))
    if isPrinted { unprinted.printed() } else { unprinted.refused(Self.refusal) }
    // Whoever says it twice is not counted twice.
    unprinted.printed()
    #expect(bench.records.all.map(\.outcome) == [isPrinted ? .ok : .invalid])
    #expect(bench.records.all.map(\.error) == [isPrinted ? nil : Self.refusal.description])
    #expect(bench.plane.refusals["m"]?[.mismatch] == (isPrinted ? nil : 1))
    counted = try bench.plane.statistics(model: "m", version: "1")[0]
    #expect((counted.success.count, counted.failure.count) == (isPrinted ? (1, 0) : (0, 1)))
    #expect(counted.inferenceCount == 1)
  }

  @Test func `a reply that nobody prints is cancelled, and counts once`() async throws {
    let bench = try await Self.bench(answerBytes: 100)
    _ = await bench.infer(bench.call())
    #expect(bench.records.all.map(\.outcome) == [.cancelled])
  }

  @Test func `an answer that is refused unprinted is a failure of the statistics, too`()
    async throws
  {
    let bench = try await Self.bench(answerBytes: 10)
    #expect(await bench.infer(bench.call()).failure?.outcome == .invalid)
    let counted = try bench.plane.statistics(model: "m", version: "1")[0]
    #expect((counted.success.count, counted.failure.count) == (0, 1))
    #expect(bench.records.all.map(\.outcome) == [.invalid])
  }

  @Test func `no form of a reply is longer than it says`() {
    let controls = Array(repeating: UInt8(1), count: 200)
    let response = InferResponse(
      modelName: "m\u{1}\u{2}", modelVersion: "\u{3}", id: String(repeating: "\u{1}", count: 900),
      parameters: ["\u{1}": .string("\u{2}\u{3}"), "number": .number(-.leastNormalMagnitude)],
      outputs: [
        Tensor(
          name: "\u{1}\u{1}\u{1}", datatype: .fp64, shape: [1, 1, 2],
          storage: .bytes(
            [-Double.leastNormalMagnitude.nextUp, -Double.greatestFiniteMagnitude].flatMap {
              number in withUnsafeBytes(of: number.bitPattern) { Array($0) }
            })),
        Tensor(name: "t", datatype: .bytes, shape: [2], storage: .strings([controls, []])),
      ])
    #expect(response.json().count <= response.longestBody)
    #expect(response.body { _ in true }.bytes.count <= response.longestBody)
  }
}
