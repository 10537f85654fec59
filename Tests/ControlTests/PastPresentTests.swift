import Domain
import Foundation
import InferenceProtocol
import Statistics
import Synchronization
import Testing

@testable import Control
@testable import Storage

/// The past of the present second reads as the present does.
struct PastPresentTests {
  private static let start = Timestamp(seconds: JudgementBench.start)
  private static let one = JudgementBench.one

  /// A server with two models, the later by name configured first; the champion of that answers and is labelled, its
  /// challenger answers without labels, and the third version is silent.
  private struct Bench {
    let rig: ControlRig
    let recorder: Recorder
    let source: LocalConsoleSource
    private let passed: Passed
    private let batches: Batches

    final class Passed: Sendable {
      let seconds = Mutex(0)
      var now: Timestamp { start.adding(seconds: Double(seconds.withLock { $0 })) }
    }
    final class Batches: Sendable { let all = Mutex<[SecondBatch]>([]) }

    init() async throws {
      let folder = TemporaryFolder()
      let other = "\(folder.path)/models/a/1"
      try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
      try Data("model a".utf8).write(to: URL(filePath: "\(other)/model.onnx"))
      let (passed, batches) = (Passed(), Batches())
      let metrics = try MetricStore(directory: folder.path, now: start)
      let recorder = Recorder(
        store: metrics, clock: { passed.now },
        uptime: { .seconds(passed.seconds.withLock { $0 }) },
        objective: { _ in 5_000 },
        onFlush: { batch in batches.all.withLock { $0.append(batch) } })
      rig = try await ControlRig(
        folder: folder,
        charters: [
          ModelCharter(
            name: "m", champion: "1", challenger: .init(version: "2", weight: 0.1),
            objective: ServiceObjective(
              availability: 0.999, latency: 5_000, latencyObjective: 0.99)),
          ModelCharter(name: "a", champion: "1"),
        ],
        clock: { passed.now },
        judgement: JudgementServices(
          metrics: metrics, useReference: { recorder.setReference($0) }))
      source = LocalConsoleSource(
        control: rig.control, recorder: recorder, metrics: metrics, principal: .vigia)
      (self.recorder, self.passed, self.batches) = (recorder, passed, batches)
    }

    func record(_ number: Int, of version: ModelVersion, labelled: Bool) {
      let time = passed.now.adding(seconds: Double(number) / 100)
      let record = PredictionRecord(
        id: RequestID(time: time, random: (7, UInt64(number))), version: version,
        variant: version == PastPresentTests.one ? .champion : .challenger, client: "checkout",
        outcome: number % 10 == 3 ? .failed : .ok, revision: 1, arrivedAt: time,
        computeTime: 1_000_000,
        totalTime: number % 10 == 4 ? 8_000_000 : 1_234_567, rows: 1,
        predictions: [.integer(1)])
      recorder.record(
        record,
        PredictionTensors(
          inputs: [Tensor(name: "X", shape: [1, 1], fp32: [Float(number) / 20])],
          outputs: [Tensor(name: "p", shape: [1, 2], fp32: [0.25, 0.75])]))
      guard labelled, record.outcome == .ok else { return }
      let label = LabelBatch(
        labels: [.init(id: "\(record.id)", values: [.integer(number % 7 == 0 ? 0 : 1)])])
      _ = recorder.join(model: "m", label, now: time)
    }

    /// One second, as the recorder's thread would turn it.
    func turn() async {
      passed.seconds.withLock { $0 += 1 }
      recorder.flush()
      let taken = batches.all.withLock { all in
        defer { all = [] }
        return all
      }
      for batch in taken { await rig.control.ingest(batch) }
    }

    func compared() async throws -> (present: SystemSnapshot, past: SystemSnapshot) {
      let present = try #require(rig.control.hub.latest)
      return (present, try await source.past(PastQuery(at: present.time)))
    }
  }

  private static func reference() -> FrozenReference {
    var builder = ReferenceBuilder(
      [
        FeatureDeclaration(name: "X", kind: .numeric),
        FeatureDeclaration(name: "score", kind: .numeric, role: .score),
        FeatureDeclaration(name: "predicted class", kind: .categorical, role: .predictedClass),
      ], seed: 1)
    for index in 0..<1_000 {
      builder.add(Double(index) / 1_000, to: 0)
      builder.add(0.75, to: 1)
      builder.add("1", to: 2)
    }
    return FrozenReference(
      id: 1, version: one, madeAt: start, source: "training file", rows: 1_000,
      isProvisional: false, features: builder.references())
  }

  @Test(.timeLimit(.minutes(1)))
  func `the past of this second reads as the present`() async throws {
    let bench = try await Bench()
    await bench.rig.control.perform([.reference(Self.reference())])
    for _ in 0..<125 {
      for number in 0..<20 { bench.record(number, of: Self.one, labelled: true) }
      bench.record(0, of: JudgementBench.two, labelled: false)
      await bench.turn()
    }
    while await bench.rig.control.board.concept.count < 2 { await Task.yield() }
    // What is judged is summed up each ten seconds: the two are of the same second when it just was.
    let before = bench.rig.control.hub.latest?.model("m")?.judgement
    repeat {
      await bench.turn()
    } while bench.rig.control.hub.latest?.model("m")?.judgement == before

    let (present, past) = try await bench.compared()
    #expect(past.time == present.time)
    #expect(past.models.map(\.name) == ["m", "a"])
    #expect(past.models.map(\.name) == present.models.map(\.name))
    let (live, then) = (try #require(present.model("m")), try #require(past.model("m")))
    #expect(then.versions.map(\.version) == ["1", "2", "3"])
    #expect(then.versions.map(\.version) == live.versions.map(\.version))
    for (live, then) in zip(live.versions, then.versions) {
      var recent = live.recent
      recent.sinceChange = nil
      #expect(then.recent == recent)
      #expect(then.share == live.share && then.variant == live.variant)
    }
    #expect(
      then.version("1")?.recent.lastRequest == Self.start.adding(seconds: 124))
    let (judged, told) = (try #require(live.judgement), try #require(then.judgement))
    #expect(judged.drift.first?.collected ?? 0 > 0)
    #expect(told.drift.first == judged.drift.first)
    #expect(told.drift.map(\.version) == judged.drift.map(\.version))
    #expect(told.drift.map(\.state) == judged.drift.map(\.state))
    #expect(told.concept.map(\.state).contains(.collecting))
    #expect(told.concept.map(\.version) == judged.concept.map(\.version))
    #expect(told.concept.map(\.state) == judged.concept.map(\.state))
    #expect(told.concept.map(\.completeness) == judged.concept.map(\.completeness))
    #expect(told.objectives == judged.objectives)
    #expect(told.business == judged.business)
    #expect(then.deployment == live.deployment)
    await bench.rig.end()
  }
}
