import Control
import Domain
import Foundation
import InferenceProtocol
import Storage
import Testing

/// Requests of a running server: looked at one by one, and run again.
struct RequestSourceTests {
  private static let noon = Timestamp(seconds: 1_767_268_800)
  private static let row = [Tensor(name: "x", shape: [1, 1], fp32: [0.5])]

  private struct Bench {
    let rig: ControlRig
    let recorder: Recorder
    let source: LocalConsoleSource

    init(policy: CapturePolicy = CapturePolicy(), hung: Set<String> = []) async throws {
      rig = try await ControlRig(hung: hung, preflightTimeout: .milliseconds(200))
      let metrics = try MetricStore(directory: rig.folder.path, now: noon)
      recorder = Recorder(store: metrics, clock: { noon }, policy: { _ in policy })
      source = LocalConsoleSource(
        control: rig.control, recorder: recorder, metrics: metrics, principal: .vigia,
        featureNames: { _ in ["half"] })
    }

    /// Recorded and on the disk.
    func keep(
      _ number: UInt64, _ variant: Variant = .champion, tensors: PredictionTensors?,
      outcome: Outcome = .ok
    ) -> RequestID {
      let record = PredictionRecord(
        id: RequestID(time: noon, random: (0, number)),
        version: ModelVersion(model: "m", version: variant == .shadow ? "3" : "1"),
        variant: variant, client: "shop", outcome: outcome, revision: 1, arrivedAt: noon,
        totalTime: 1_000_000, rows: 1)
      recorder.record(record, tensors)
      recorder.flush()
      return record.id
    }
  }

  private static func tensors(answer: Float = 0.5) -> PredictionTensors {
    PredictionTensors(inputs: row, outputs: [Tensor(name: "y", shape: [1, 1], fp32: [answer])])
  }

  @Test func `a request is told with all its answers, the client's first`() async throws {
    let bench = try await Bench()
    let id = bench.keep(1, .shadow, tensors: Self.tensors(answer: 2))
    _ = bench.keep(1, tensors: Self.tensors())
    let kept = try await bench.source.request(id)
    #expect(kept.map(\.summary.variant) == [.champion, .shadow])
    #expect(kept[0].inputs.columns == [.init("half", cells: ["0.5"])])
    #expect(kept[1].outputs.columns == [.init("y", cells: ["2.0"])])
    let listed = try await bench.source.requests(RequestQuery(model: "m"))
    #expect(listed.map(\.isKept) == [true, true])
    let other = RequestID(time: Self.noon, random: (0, 9))
    #expect(try await bench.source.request(other).isEmpty)
  }

  @Test func `run again, a request gets the answer of that version, compared with then`()
    async throws
  {
    let bench = try await Bench()
    let same = bench.keep(1, tensors: Self.tensors())
    let champion = RerunQuery(variant: .champion, version: "2")
    let rerun = try await bench.source.runAgain(same, champion)
    #expect(rerun.isSame == true && rerun.failure == nil)
    #expect(rerun.version == ModelVersion(model: "m", version: "2"))
    #expect(rerun.outputs.columns == [.init("y", cells: ["0.5"])])
    let other = bench.keep(2, tensors: Self.tensors(answer: 0.25))
    #expect(try await bench.source.runAgain(other, champion).isSame == false)
    let failed = bench.keep(3, tensors: PredictionTensors(inputs: Self.row), outcome: .failed)
    #expect(try await bench.source.runAgain(failed, champion).isSame == nil)
    #expect(bench.rig.records.all.isEmpty, "it is no traffic")
  }

  @Test func `what cannot be run again is told why`() async throws {
    var policy = CapturePolicy()
    policy.featureNames = ["half"]
    policy.redacted = ["half"]
    let redacted = try await Bench(policy: policy)
    let blanked = redacted.keep(1, tensors: Self.tensors())
    let query = RerunQuery(variant: .champion, version: "1")
    await #expect(throws: SourceError.self) { try await redacted.source.runAgain(blanked, query) }
    let bench = try await Bench(hung: ["2"])
    let bare = bench.keep(1, tensors: nil, outcome: .failed)
    func reason(_ id: RequestID, _ query: RerunQuery) async -> SourceError? {
      do throws(SourceError) {
        _ = try await bench.source.runAgain(id, query)
        return nil
      } catch {
        return error
      }
    }
    guard case .conflict(let text) = await reason(bare, query) else {
      Issue.record("a request without inputs")
      return
    }
    #expect(text.contains("were not kept"))
    let whole = bench.keep(2, tensors: Self.tensors())
    let shadow = RerunQuery(variant: .shadow, version: "1")
    guard case .conflict = await reason(whole, shadow) else {
      Issue.record("there is no shadow's answer")
      return
    }
    guard
      case .notFound(let unknown) = await reason(whole, .init(variant: .champion, version: "9"))
    else {
      Issue.record("there is no version 9")
      return
    }
    #expect(unknown.contains("has no version \"9\""))
    let nobody = RequestID(time: Timestamp(seconds: 5), random: (1, 2))
    guard case .notFound = await reason(nobody, query) else {
      Issue.record("nobody sent that request")
      return
    }
    let late = try await bench.source.runAgain(whole, .init(variant: .champion, version: "2"))
    #expect(late.failure?.contains("no answer within") == true)
  }

  @Test func `a model that nobody knows is told with those there are, one that is gone is read`()
    async throws
  {
    let bench = try await Bench()
    bench.recorder.record(
      PredictionRecord(
        id: RequestID(time: Self.noon, random: (7, 7)),
        version: ModelVersion(model: "former", version: "1"), variant: .champion, client: "shop",
        outcome: .ok, revision: 1, arrivedAt: Self.noon, totalTime: 1_000_000, rows: 1), nil)
    bench.recorder.flush()
    let window = Window(from: Self.noon.seconds, to: Self.noon.seconds + 60, step: 60)
    let source = bench.source
    func ask(_ model: String) async -> Set<String> {
      var told: Set<String> = []
      func note(_ question: () async throws -> Void) async {
        do { try await question() } catch let error as SourceError {
          told.insert(error.reason)
        } catch {
          told.insert("\(error)")
        }
      }
      await note {
        _ = try await source.series(
          SeriesQuery(measure: .requestRate, model: model, window: window))
      }
      await note { _ = try await source.business(BusinessQuery(model: model, window: window)) }
      await note { _ = try await source.requests(RequestQuery(model: model)) }
      await note {
        _ = try await source.failures(
          FailureQuery(model: model, from: window.from, to: window.to))
      }
      return told
    }
    #expect(await ask("nosuch") == ["no model nosuch; there are: former, m"])
    for known in ["m", "former"] { #expect(await ask(known) == [], "\(known)") }
  }
}
