import Domain
import Foundation
import Testing
import vigia

@Suite struct LoadClientTests {
  private func lane(task: String = "classification") throws -> LoadClient.Lane {
    let text = """
      {"models":[{"name":"m","champion":"1","stream":"s.csv","features":["a"],"label":"y",
      "input":"X","task":"\(task)","share":1}]}
      """
    let manifest = try JSONDecoder().decode(DemoManifest.self, from: Data(text.utf8))
    let table = try CSVTable(parsing: Array("a,y\n0.1,1\n0.2,0\n".utf8))
    let stream = try DemoStream(table, model: manifest.models[0], path: "s.csv")
    return LoadClient.Lane(model: manifest.models[0], stream: stream)
  }

  @Test func `what it counts is what the server answered`() async throws {
    let server = FakeServer { _, number in
      if number % 7 == 0 {
        return DemoTransport.Answer(status: 500, version: "3", body: Array("{}".utf8))
      }
      return FakeServer.prediction("1", version: "1", number: number)
    }
    let client = LoadClient(
      lanes: [try lane()], options: DemoOptions(rate: 100), transport: server.transport)
    await client.run(for: .seconds(3), clock: DrawnClock())
    let totals = client.ledger.totals
    #expect(totals.requests == server.bodies("/infer").count)
    #expect(totals.requests > 200 && totals.skipped == 0)
    let good = try #require(totals.versions[ModelVersion(model: "m", version: "1")])
    let bad = try #require(totals.versions[ModelVersion(model: "m", version: "3")])
    #expect(totals.failures == bad.errors && bad.errors == bad.requests && bad.errors > 20)
    #expect(good.requests + bad.requests == totals.requests && good.errors == 0)
    #expect(good.compared == good.requests)
    #expect(abs(try #require(good.accuracy) - 0.5) < 0.05)
    #expect(bad.accuracy == nil)
  }

  @Test func `labels come five seconds late, in one batch a second, under the server's request id`()
    async throws
  {
    let server = FakeServer { _, number in
      FakeServer.prediction("1", version: "1", number: number)
    }
    let client = LoadClient(
      lanes: [try lane()], options: DemoOptions(rate: 50), transport: server.transport)
    await client.run(for: .seconds(8), clock: DrawnClock())
    let batches = try server.bodies("/labels").map {
      try JSONDecoder().decode(LabelBatch.self, from: Data($0))
    }
    #expect((2...4).contains(batches.count))
    let labels = batches.flatMap(\.labels)
    #expect(labels.count == client.ledger.totals.labelsSent)
    #expect((80...200).contains(labels.count))
    #expect(labels.allSatisfy { $0.id.hasPrefix("r") })
    #expect(Set(labels.flatMap(\.values)) == [.integer(0), .integer(1)])
  }

  @Test func `no answer and an answer that is no prediction are failures`() async throws {
    let server = FakeServer { _, number in
      number % 2 == 0 ? nil : DemoTransport.Answer(status: 200, body: Array("<html>".utf8))
    }
    let client = LoadClient(
      lanes: [try lane()], options: DemoOptions(rate: 100), transport: server.transport)
    await client.run(for: .seconds(1), clock: DrawnClock())
    let totals = client.ledger.totals
    #expect(totals.requests > 50 && totals.failures == totals.requests)
    #expect(totals.versions.isEmpty)
  }

  @Test func `the recording has a line for each answer, and the accuracy follows from it`()
    async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.path + "/r.csv"
    let server = FakeServer { _, number in
      FakeServer.prediction(number % 3 == 0 ? "0" : "1", version: "1", number: number)
    }
    let recording = try PredictionFile(path: path)
    let client = LoadClient(
      lanes: [try lane()], options: DemoOptions(rate: 100), transport: server.transport,
      recording: recording)
    await client.run(for: .seconds(2), clock: DrawnClock())
    try recording.finish()
    let table = try StreamReader.read(path)
    #expect(table.columns == ["model", "row", "version", "prediction"])
    let tally = try #require(
      client.ledger.totals.versions[ModelVersion(model: "m", version: "1")])
    #expect(table.rowCount == tally.requests)
    let right = (0..<table.rowCount).count { row in
      (table.string(row: row, column: 1) == "0") == (table.string(row: row, column: 3) == "1")
    }
    #expect(right == tally.correct)
  }

  @Test func `a regression has no accuracy`() async throws {
    let server = FakeServer { _, number in
      FakeServer.prediction("1", version: "1", number: number)
    }
    let client = LoadClient(
      lanes: [try lane(task: "regression")], options: DemoOptions(rate: 100),
      transport: server.transport)
    await client.run(for: .seconds(1), clock: DrawnClock())
    let tally = client.ledger.totals.versions[ModelVersion(model: "m", version: "1")]
    #expect(tally != nil && tally?.accuracy == nil)
  }

  @Test func `a cancelled client waits for what is in flight, and counts no failure for it`()
    async throws
  {
    let gate = AsyncStream.makeStream(of: Void.self)
    let reached = AsyncStream.makeStream(of: Void.self)
    let client = LoadClient(
      lanes: [try lane()], options: DemoOptions(rate: 1_000),
      transport: DemoTransport { path, _ in
        reached.continuation.yield()
        for await _ in gate.stream {}
        // A child that was cancelled would see it here.
        return Task.isCancelled ? nil : FakeServer.prediction("1", version: "1", number: 1)
      })
    let run = Task { await client.run(for: nil, clock: ContinuousClock()) }
    for await _ in reached.stream { break }
    run.cancel()
    gate.continuation.finish()
    await run.value
    #expect(client.ledger.totals.requests > 0)
    #expect(client.ledger.totals.failures == 0)
  }

  @Test func `the release job promotes at its time, and the traffic goes on until the end`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write("a,y\n" + String(repeating: "0.5,1\n", count: 100), to: "s.csv")
    try folder.write(
      """
      {"models":[{"name":"m","champion":"1","incident_version":"3","stream":"s.csv",
      "features":["a"],"label":"y","input":"X","task":"classification","share":1,
      "incident_row":50}]}
      """, to: "demo.json")
    let server = FakeServer { _, number in
      FakeServer.prediction("1", version: "1", number: number)
    }
    let run = try DemoRun(
      examples: DemoExamples(folder: folder.path),
      options: DemoOptions(rate: 20, incident: .badRelease), transport: server.transport,
      floodTransport: { _, _ in server.transport })
    let promotions = AsyncStream.makeStream(of: String.self)
    let result = await run.run(
      for: .seconds(40), clock: DrawnClock(),
      promote: { promotions.continuation.yield("\($0)@\($1)") })
    promotions.continuation.finish()
    var seen: [String] = []
    for await promotion in promotions.stream { seen.append(promotion) }
    #expect(seen == ["m@3"])
    // On the drawn clock a busy machine's answers come late, and then requests are skipped, which is counted.
    #expect(result.totals.requests + result.totals.skipped > 600 && result.totals.failures == 0)
    #expect(result.elapsed >= 40)
  }
}
