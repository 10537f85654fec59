import Domain
import Foundation
import InferenceProtocol
import Testing

@testable import Inference

/// Requests that came to one thread at the same time share an inline run, and each gets its own rows out of it.
@Suite struct SharedTurnTests {
  /// A model whose run takes 10 us, and as much for a row: one request may have 24 rows inline.
  private func cheap(
    perRow: Int64 = 1_000, _ settings: ModelServerSettings = ModelServerSettings(lanes: 1),
    _ prepare: (FakeModel) -> Void = { _ in }
  ) throws -> (FakeModel, ModelServer) {
    let model = FakeModel()
    model.set(cost: 10_000, perRow: perRow)
    prepare(model)
    return (model, try model.server(Bench.version("1"), settings: settings))
  }

  /// One whose runs do not come back until they are let go, and two jobs that wait for it.
  private func hanging(
    twoJobsIn turn: SharedTurn, to inbox: Inbox<String>
  ) throws -> (FakeModel, ModelServer) {
    let (model, server) = try cheap(
      ModelServerSettings(lanes: 1, inlineStop: .milliseconds(1)))
    model.hold()
    for first in 1...2 { submit(server, model, Float(first), turn: turn, to: inbox) }
    return (model, server)
  }

  private func submit(
    _ server: ModelServer, _ model: FakeModel, _ first: Float, rows: Int = 1,
    outputs: [String] = [], turn: SharedTurn?, to inbox: Inbox<String>
  ) {
    var job = EngineJob(
      inputs: row(first, rows: rows).inputs, outputs: outputs, rows: rows,
      deadline: max(model.now, .now) + .seconds(3_600), timeout: .seconds(3_600))
    job.turn = turn
    server.submit(job) { answer in
      switch answer {
      case .done(let tensors, let queueTime, let computeTime):
        let label = tensors.first { $0.name == "label" }
        let values = (0..<(label?.elementCount ?? 0)).compactMap { label?.number(at: $0) }
        inbox.put(
          "\(Int(first)): " + values.map { "\(Int($0))" }.joined(separator: " ")
            + ", \(tensors.count) outputs, \(queueTime) + \(computeTime) ns")
      case .failed(let error, _, _): inbox.put("\(Int(first)): \(error)")
      case .withdrawn: inbox.put("\(Int(first)): withdrawn")
      }
    }
  }

  @Test func `requests of one turn share a run, and each has its own rows and times`() async throws
  {
    let (model, server) = try cheap()
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    let before = model.rows.count
    #expect(turn.step == .nothing)
    #expect(!turn.run())
    submit(server, model, 1, turn: turn, to: inbox)
    model.advance(7_000)
    submit(server, model, 2, rows: 3, turn: turn, to: inbox)
    #expect(inbox.values.isEmpty, "both wait for what else is read")
    #expect(turn.step == .runLast)
    #expect(turn.run())
    #expect(
      inbox.values == ["1: 1, 2 outputs, 7000 + 14000 ns", "2: 2 2 2, 2 outputs, 0 + 14000 ns"])
    #expect(Array(model.rows.dropFirst(before)) == [4])
    #expect(turn.step == .nothing)
    #expect(!turn.run())
    let counted = server.statistics
    #expect(counted.executionCount == 1)
    #expect(counted.inferenceCount == 4)
    #expect(counted.success.count == 2)
    #expect(server.execution == "inline, 11 us a row")
    await server.close()
  }

  @Test func `a request alone in its turn runs as it would without one`() async throws {
    let (model, server) = try cheap()
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    submit(server, model, 1, turn: turn, to: inbox)
    #expect(turn.run())
    submit(server, model, 1, turn: nil, to: inbox)
    #expect(Set(inbox.values) == ["1: 1, 2 outputs, 0 + 11000 ns"])
    #expect(inbox.values.count == 2)
    await server.close()
  }

  @Test
  func `requests for different outputs, and those of different versions, have runs of their own`()
    async throws
  {
    let (model, server) = try cheap()
    let (otherModel, other) = try cheap()
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    let before = (model.rows.count, otherModel.rows.count)
    submit(server, model, 1, turn: turn, to: inbox)
    submit(server, model, 2, outputs: ["label"], turn: turn, to: inbox)
    submit(other, otherModel, 3, turn: turn, to: inbox)
    submit(server, model, 4, turn: turn, to: inbox)
    submit(other, otherModel, 5, rows: 2, turn: turn, to: inbox)
    var runs = 0
    while turn.run() { runs += 1 }
    #expect(runs == 3)
    #expect(
      inbox.values == [
        "1: 1, 2 outputs, 0 + 12000 ns", "4: 4, 2 outputs, 0 + 12000 ns",
        "2: 2, 1 outputs, 12000 + 11000 ns", "3: 3, 2 outputs, 0 + 13000 ns",
        "5: 5 5, 2 outputs, 0 + 13000 ns",
      ])
    #expect(Array(model.rows.dropFirst(before.0)) == [2, 1])
    #expect(Array(otherModel.rows.dropFirst(before.1)) == [3])
    await server.close()
    await other.close()
  }

  @Test func `a shared run is no longer than one request may be, and is due when it is full`()
    async throws
  {
    let (model, server) = try cheap(perRow: 10_000)
    let limit = server.plan.sharedRows
    #expect(limit == 24, "1 + (250 us - 20 us) / 10 us")
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    let before = model.rows.count
    submit(server, model, 1, rows: 20, turn: turn, to: inbox)
    #expect(turn.step == .runLast)
    submit(server, model, 2, rows: 4, turn: turn, to: inbox)
    #expect(turn.step == .runNow, "full to the row")
    #expect(turn.run())
    submit(server, model, 3, rows: 20, turn: turn, to: inbox)
    submit(server, model, 4, rows: 5, turn: turn, to: inbox)
    #expect(turn.step == .runNow, "the second does not fit")
    submit(server, model, 5, rows: 1, turn: turn, to: inbox)
    while turn.run() {}
    #expect(Array(model.rows.dropFirst(before)) == [24, 20, 6])
    #expect(inbox.values.count == 5)
    // As long as a request may be: it has nobody to share with, and waits for nobody.
    submit(server, model, 6, rows: 24, turn: turn, to: inbox)
    #expect(inbox.values.count == 6)
    #expect(turn.step == .nothing)
    await server.close()
  }

  @Test func `the first of a run waits for others no longer than 100 us`() async throws {
    let (model, server) = try cheap()
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    submit(server, model, 1, turn: turn, to: inbox)
    model.advance(99_999)
    submit(server, model, 2, turn: turn, to: inbox)
    #expect(turn.step == .runLast)
    model.advance(1)
    submit(server, model, 3, turn: turn, to: inbox)
    #expect(turn.step == .runNow)
    while turn.run() {}
    #expect(inbox.values.count == 3)
    submit(server, model, 5, turn: turn, to: inbox)
    model.advance(100_000)
    submit(server, model, 6, outputs: ["label"], turn: turn, to: inbox)
    #expect(turn.step == .runNow, "nor for others of another run")
    while turn.run() {}
    submit(server, model, 4, turn: turn, to: inbox)
    #expect(turn.step == .runLast, "the next turn begins anew")
    #expect(turn.run())
    await server.close()
  }

  @Test func `one request that fails does not spoil its neighbours`() async throws {
    let (model, server) = try cheap()
    model.set(spoilt: 2)
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    for first in 1...3 { submit(server, model, Float(first), turn: turn, to: inbox) }
    #expect(turn.run())
    #expect(inbox.values[0].hasPrefix("1: 1,"))
    #expect(inbox.values[1] == "2: m@1: the engine failed: spoilt")
    #expect(inbox.values[2].hasPrefix("3: 3,"))
    #expect(server.statistics.failure.count == 1)
    #expect(server.statistics.success.count == 2)
    submit(server, model, 4, turn: turn, to: inbox)
    #expect(turn.step == .runLast, "the model is not to blame")
    #expect(turn.run())
    await server.close()
  }

  @Test func `an answer without a row for each row ends the sharing`() async throws {
    let (model, server) = try cheap()
    model.set(losesRow: true)
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    for first in 1...2 { submit(server, model, Float(first), turn: turn, to: inbox) }
    #expect(turn.run())
    #expect(inbox.values.map { $0.prefix(5) } == ["1: 1,", "2: 2,"])
    #expect(server.executionFigures?.reason.hasSuffix("for each row of the requests") == true)
    submit(server, model, 3, turn: turn, to: inbox)
    #expect(turn.step == .nothing)
    #expect(inbox.values.count == 3)
    await server.close()
  }

  @Test func `a shared run that hangs leaves the thread, and its requests go on in a lane`()
    async throws
  {
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    let (model, server) = try hanging(twoJobsIn: turn, to: inbox)
    // Comes back although nobody lets the run go.
    #expect(turn.run())
    expectSignal(model.entered, 2)
    #expect(server.execution.hasPrefix("1 lane"))
    model.open(2)
    inbox.expect(2)
    #expect(inbox.values.map { $0.prefix(5) } == ["1: 1,", "2: 2,"])
    submit(server, model, 3, turn: turn, to: inbox)
    #expect(turn.step == .nothing, "a dear version has lanes to share runs in")
    inbox.expect()
    await server.close()
  }

  @Test func `a version that hangs holds the thread once, whatever else was gathered for it`()
    async throws
  {
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    let (model, server) = try hanging(twoJobsIn: turn, to: inbox)
    for first in 3...4 {
      submit(server, model, Float(first), outputs: ["label"], turn: turn, to: inbox)
    }
    #expect(turn.run())
    #expect(turn.run())
    #expect(!turn.run())
    // The inline run that was stopped, and the first in the lane.
    expectSignal(model.entered, 2)
    #expect(model.entered.wait(timeout: .now()) == .timedOut)
    model.open()
    inbox.expect(4)
    #expect(server.statistics.stoppedCount == 1)
    await server.close()
  }

  @Test func `a long shared run that computes moves the version to lanes`() async throws {
    let (model, server) = try cheap(ModelServerSettings(lanes: 1, batching: .automatic))
    let (turn, inbox) = (SharedTurn(), Inbox<String>())
    model.set(cost: 2_000_000)
    for round in 0..<2 {
      for first in 1...2 {
        submit(server, model, Float(2 * round + first), turn: turn, to: inbox)
      }
      #expect(turn.run())
    }
    #expect(server.execution.hasPrefix("1 lane"))
    #expect(inbox.values.count == 4)
    await server.close()
  }

  @Test func `only what changes no answer, pays, and is not configured off shares runs`()
    async throws
  {
    let off = ModelServerSettings(lanes: 1, batching: .off)
    let servers = try [
      (cheap().1, true), (cheap(off).1, false), (cheap { $0.set(mixesRows: true) }.1, false),
      (cheap { $0.set(losesRow: true) }.1, false),
      (cheap { $0.set(cost: 1_000, perRow: 9_000) }.1, false),
    ]
    for (server, isSharing) in servers {
      #expect(server.plan.mode == .inline)
      #expect((server.plan.sharedRows > 1) == isSharing, "\(server.plan.reason)")
      #expect(server.plan.reason.contains("share a run") == isSharing)
      await server.close()
    }
  }
}
