import Domain
import InferenceProtocol
import Testing

@testable import Inference

/// What made-up rows did not show, the rows that come may: then requests share no more runs, and a person is told.
@Suite struct SharingAuditTests {
  private let warning =
    "its answers may have been wrong: a request had another one beside others than by itself; "
    + "since then each runs by itself, and with batching: off from the start"

  private func submit(
    _ server: ModelServer, _ model: FakeModel, _ first: Float, turn: SharedTurn? = nil,
    to inbox: Inbox<Int>
  ) {
    var job = EngineJob(
      inputs: row(first).inputs, rows: 1, deadline: max(model.now, .now) + .seconds(3_600),
      timeout: .seconds(3_600))
    job.turn = turn
    server.submit(job) { answer in
      guard case .done(let outputs, _, _) = answer else { return inbox.put(-1) }
      inbox.put(Int(outputs.first { $0.name == "label" }?.number(at: 0) ?? -1))
    }
  }

  @Test func `requests on an event loop share no more runs once one was answered otherwise`()
    async throws
  {
    let model = FakeModel()
    model.set(cost: 10_000, perRow: 1_000)
    let server = try model.server(Bench.version("1"), audits: true)
    let (turn, inbox) = (SharedTurn(), Inbox<Int>())
    for first in [1, 2] as [Float] { submit(server, model, first, turn: turn, to: inbox) }
    #expect(turn.run())
    #expect(inbox.values == [1, 2])
    #expect(server.warnings == [])
    let before = model.rows.count
    for first in [1, 2] as [Float] { submit(server, model, first, turn: turn, to: inbox) }
    model.set(mixesRows: true)
    #expect(turn.run())
    #expect(
      Array(model.rows.dropFirst(before)) == [2, 1, 1, 1],
      "the second shared run is looked at, and its requests run again")
    #expect(inbox.values.suffix(2) == [100, 200])
    #expect(server.warnings == [warning])
    #expect(
      server.executionFigures?.reason.hasSuffix(
        "; stopped, since a request had another answer beside others than by itself") == true)
    for first in [1, 2] as [Float] { submit(server, model, first, turn: turn, to: inbox) }
    #expect(!turn.run(), "each ran by itself")
    #expect(inbox.values.suffix(2) == [100, 200])
    #expect(Array(model.rows.dropFirst(before)) == [2, 1, 1, 1, 1, 1])
    await server.close()
  }

  @Test func `nor do those that wait for a lane, and answers that were kept are forgotten`()
    async throws
  {
    let model = FakeModel()
    model.set(cost: 1_000_000)
    let server = try model.server(
      Bench.version("1"), settings: ModelServerSettings(lanes: 1, cacheBytes: 1 << 20),
      audits: true)
    #expect(server.plan.batching.maxRows > 1)
    let inbox = Inbox<Int>()
    model.hold()
    submit(server, model, 1, to: inbox)
    expectSignal(model.entered)
    for first in [2, 3] as [Float] { submit(server, model, first, to: inbox) }
    model.set(mixesRows: true)
    let before = model.rows.count
    model.open(2)
    inbox.expect(3)
    // The lane takes its next job once it has looked at the run.
    submit(server, model, 4, to: inbox)
    inbox.expect()
    #expect(Array(model.rows.dropFirst(before)) == [2, 1, 1])
    #expect(server.warnings == [warning])
    #expect(!server.execution.contains("batches"))
    submit(server, model, 2, to: inbox)
    inbox.expect()
    #expect(inbox.values == [1, 500, 500, 400, 200], "the second was wrong, and is not kept")
    await server.close()
  }

  @Test func `last digits are no other answer`() {
    func answer(_ values: Float...) -> [Tensor] {
      [Tensor(name: "y", shape: [values.count], fp32: values)]
    }
    #expect(RowIndependence.likeness(of: answer(1, .nan), to: answer(1, .nan)) == .same)
    #expect(RowIndependence.likeness(of: answer(1), to: answer(1.0000001)) == .nearly)
    #expect(
      RowIndependence.likeness(of: answer(1), to: answer(1.5))
        == .different("\"y\" differs when rows run together"))
    #expect(
      RowIndependence.likeness(of: answer(1), to: []) == .different("another number of outputs"))
    let audit = SharingAudit(interval: 1)
    audit.note(.mixing)
    audit.note(.lastDigits)
    #expect(audit.finding == .mixing, "the graver one stays")
  }

  @Test func `where batching is configured nothing is looked at: whoever says so knows the model`()
    async throws
  {
    let model = FakeModel()
    model.set(cost: 1_000_000)
    let server = try model.server(
      Bench.version("1"),
      settings: ModelServerSettings(lanes: 1, batching: .on(BatchingPolicy(maxRows: 8))),
      audits: true)
    #expect(
      server.mayShare(after: [], []) { _ in
        Issue.record("no run is asked for")
        return nil
      })
    await server.close()
  }

  @Test func `the first runs and then one in so many are looked at, and not always the same place`()
  {
    let audit = SharingAudit(interval: 8)
    let places = (1...256).map { _ in audit.place(among: 1_000) }
    let due = places.indices.filter { places[$0] != nil }.map { $0 + 1 }
    let early = Array(1...15) + Array(stride(from: 16, through: 30, by: 2))
    #expect(
      due == early + Array(stride(from: 32, through: 60, by: 4))
        + Array(stride(from: 64, through: 256, by: 8)))
    #expect(Set(places.compactMap(\.self)).count > 8)
    #expect(places.compactMap(\.self).allSatisfy { (0..<1_000).contains($0) })
    let none = SharingAudit(interval: 0)
    #expect((1...64).allSatisfy { _ in none.place(among: 2) == nil })
  }
}
