import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

/// Requests that share a run: chosen by measurement, answered each with its own rows, and never spoilt by a neighbour.
@Suite struct BatchingTests {
  /// A model whose run takes a millisecond however many rows it has.
  private func dear(
    _ settings: ModelServerSettings = ModelServerSettings(lanes: 1),
    _ prepare: (FakeModel) -> Void = { _ in }
  ) throws -> (FakeModel, ModelServer) {
    let model = FakeModel()
    model.set(cost: 1_000_000)
    prepare(model)
    return (model, try model.server(Bench.version("1"), settings: settings))
  }

  private func submit(
    _ server: ModelServer, _ model: FakeModel, _ first: Float, rows: Int = 1,
    outputs: [String] = [], isProbe: Bool = false, to inbox: Inbox<String>
  ) {
    let job = EngineJob(
      inputs: row(first, rows: rows).inputs, outputs: outputs, rows: rows,
      deadline: max(model.now, .now) + .seconds(3_600), timeout: .seconds(3_600), isProbe: isProbe)
    server.submit(job) { answer in
      switch answer {
      case .done(let tensors, _, _):
        let label = tensors.first { $0.name == "label" }
        let values = (0..<(label?.elementCount ?? 0)).compactMap { label?.number(at: $0) }
        inbox.put("\(Int(first)): " + values.map { "\(Int($0))" }.joined(separator: " "))
      case .failed(let error, _, _): inbox.put("\(Int(first)): \(error)")
      case .withdrawn: inbox.put("\(Int(first)): withdrawn")
      }
    }
  }

  @Test func `what waits while a run is under way shares the next one`() async throws {
    let (model, server) = try dear()
    #expect(server.plan.mode == .batching(BatchingPolicy(maxRows: 32)))
    let inbox = Inbox<String>()
    let before = model.rows.count
    model.hold()
    submit(server, model, 0, to: inbox)
    expectSignal(model.entered)
    submit(server, model, 1, to: inbox)
    submit(server, model, 2, rows: 3, to: inbox)
    submit(server, model, 3, outputs: ["label"], to: inbox)
    submit(server, model, 4, outputs: ["label"], to: inbox)
    submit(server, model, 5, isProbe: true, to: inbox)
    model.open(1)
    inbox.expect(6)
    #expect(inbox.values == ["0: 0", "1: 1", "2: 2 2 2", "3: 3", "4: 4", "5: 5"])
    #expect(Array(model.rows.dropFirst(before)) == [1, 4, 2, 1])
    let counted = server.statistics
    #expect(counted.inferenceCount == 7, "a probe is nobody's request")
    #expect(counted.executionCount == 3)
    #expect(counted.success.count == 5)
    #expect(counted.queue.count == 5)
    #expect(counted.batches.keys.sorted() == [1, 2, 4])
    let figures = try #require(server.executionFigures)
    #expect(figures.batching?.maxRows == 32)
    #expect(
      figures.reason == "32 rows take 1.0 ms together and 32 ms one by one: 32 times the rows")
    #expect(figures.curveText == "1 row 1.0 ms, 8 rows 1.0 ms, 32 rows 1.0 ms")
    #expect(figures.rowsPerRun == 7.0 / 3)
    await server.close()
  }

  @Test func `one request that fails does not spoil its neighbours`() async throws {
    let (model, server) = try dear()
    let inbox = Inbox<String>()
    model.set(spoilt: 2)
    model.hold()
    submit(server, model, 0, to: inbox)
    expectSignal(model.entered)
    for first in 1...3 { submit(server, model, Float(first), to: inbox) }
    model.open(1)
    inbox.expect(4)
    #expect(inbox.values == ["0: 0", "1: 1", "2: m@1: the engine failed: spoilt", "3: 3"])
    #expect(server.statistics.failure.count == 1)
    #expect(server.statistics.success.count == 3)
    #expect(server.execution.contains("batches of up to 32"), "the model is not to blame")
    #expect(server.executionFigures?.rowsPerRun == 7.0 / 5, "a run that fails has its rows, too")
    await server.close()
  }

  @Test func `an answer without a row for each row ends the sharing`() async throws {
    let (model, server) = try dear()
    let inbox = Inbox<String>()
    model.set(losesRow: true)
    model.hold()
    submit(server, model, 0, to: inbox)
    expectSignal(model.entered)
    for first in 1...3 { submit(server, model, Float(first), to: inbox) }
    model.open(1)
    inbox.expect(4)
    #expect(inbox.values == ["0: 0", "1: 1", "2: 2", "3: 3"])
    #expect(!server.execution.contains("batches"))
    #expect(server.executionFigures?.reason.hasSuffix("for each row of the requests") == true)
    #expect(server.executionFigures?.batching == nil)
    await server.close()
  }

  @Test func `rows that change each other's answers never share a run`() async throws {
    let (_, server) = try dear { $0.set(mixesRows: true) }
    #expect(server.plan.mode == .lanes)
    #expect(server.plan.reason.hasSuffix("but \"label\" differs when rows run together"))
    let configured = ModelServerSettings(lanes: 1, batching: .on(BatchingPolicy(maxRows: 8)))
    let (_, forced) = try dear(configured) { $0.set(mixesRows: true) }
    #expect(forced.plan.batching == .none)
    #expect(forced.plan.reason.contains("configured to batch, but \"label\" differs"))
    await server.close()
    await forced.close()
  }

  @Test func `the measurement decides, and the configuration may decide otherwise`() async throws {
    let (_, even) = try dear { $0.set(cost: 0, perRow: 1_000_000) }
    #expect(even.plan.mode == .lanes)
    #expect(even.plan.reason.hasSuffix("1.0 times the rows, so each request runs by itself"))
    let (_, off) = try dear(ModelServerSettings(lanes: 1, batching: .off))
    #expect(off.plan.mode == .lanes)
    #expect(off.plan.reason.hasSuffix("batching is configured off"))
    let (_, cheap) = try dear { $0.set(cost: 6_000) }
    #expect(cheap.plan.mode == .inline)
    #expect(
      cheap.plan.reason
        == "a row takes 6 us, less than the 50 us from which a thread of its own pays; requests "
        + "that come at the same time share a run, since 32 rows take 6 us together and 192 us one "
        + "by one: 32 times the rows")
    let policy = BatchingPolicy(maxRows: 4, delay: .microseconds(100))
    let (_, on) = try dear(ModelServerSettings(lanes: 1, batching: .on(policy))) {
      $0.set(cost: 6_000)
    }
    #expect(on.plan.mode == .batching(policy))
    for server in [even, off, cheap, on] { await server.close() }
  }

  @Test func `a run that is held back goes when it is full, and when the version closes`()
    async throws
  {
    let policy = BatchingPolicy(maxRows: 2, delay: .seconds(3_000))
    let (model, server) = try dear(ModelServerSettings(lanes: 2, batching: .on(policy)))
    let inbox = Inbox<String>()
    let before = model.rows.count
    for first in 1...5 { submit(server, model, Float(first), to: inbox) }
    inbox.expect(4)
    #expect(Array(model.rows.dropFirst(before)) == [2, 2])
    #expect(server.queueDepth == 1)
    await server.close()
    inbox.expect()
    #expect(inbox.values.sorted() == ["1: 1", "2: 2", "3: 3", "4: 4", "5: 5"])
    #expect(model.isReleased)
  }

  /// No signal to a lane may be lost, and none may pile up: under a storm of requests from several threads each is
  /// answered once, with its own row.
  @Test(arguments: [Duration.zero, .microseconds(50)])
  func `a storm loses nothing and mixes nothing up`(delay: Duration) async throws {
    let settings = ModelServerSettings(
      lanes: 3, queueRows: 1 << 20, queueDelayMax: .seconds(3_600),
      batching: .on(BatchingPolicy(maxRows: 16, delay: delay, preferred: [4])))
    let model = FakeModel()
    // The fake's own clock stands still between runs, and a delay is time that passes.
    let server = try model.server(Bench.version("1"), settings: settings, clock: .system)
    let inbox = Inbox<String>()
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for index in 0..<500 {
            submit(server, model, Float(worker * 500 + index), to: inbox)
          }
        }
      }
    }
    inbox.expect(2_000)
    #expect(Set(inbox.values) == Set((0..<2_000).map { "\($0): \($0)" }))
    #expect(server.statistics.success.count == 2_000)
    #expect(server.statistics.inferenceCount == 2_000)
    #expect(server.queueDepth == 0)
    await server.close()
  }
}
