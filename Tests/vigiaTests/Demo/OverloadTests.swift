import AsyncHTTPClient
import Domain
import Foundation
import Testing
import vigia

/// The overload incident against a real server: who floods is refused for want of room, and a limit on its name keeps it off
/// the others.
@Suite(.serialized) struct OverloadTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Examples/electricity").path()

  @Test func `a limit on the client that floods leaves the others what they need`() async throws {
    let examples = try DemoExamples(folder: Self.folder)
    let model = try #require(examples.manifest.models.first { $0.flood != nil })
    let path = examples.streamPath(of: model)
    let stream = try DemoStream(StreamReader.read(path), model: model, path: path)
    let lane = LoadClient.Lane(model: model, stream: stream)
    let server = try await ServeProcess(
      models: "  \(model.name): { champion: \"\(model.champion)\" }")
    try await server.wait(model.name) { $0.contains("ready") }

    let connections = DemoTransport.makeClient(
      connections: FloodClient.inFlightLimit, connect: patience, pause: patience)
    let port = server.port
    let client = FloodClient(lane, modelRate: 20, begin: 0) { name, length in
      .http(connections, port: port, as: name, headerLength: length, within: patience)
    }
    let flood = try #require(client)
    let flooding = Task { await flood.run(clock: ContinuousClock()) }
    let isRefused = await eventually { flood.totals.refused > 0 && flood.totals.answered > 0 }
    #expect(isRefused, "no request was both answered and refused: \(flood.totals)")
    #expect(flood.totals.failed == 0)

    try server.vigia(
      "limit", model.name, "--rate", "1", "--client", flood.client, "--reason", "it floods")
    // What was on its way when the limit came is answered by then.
    let limited = flood.totals
    let goesOn = await eventually { flood.totals.refused >= limited.refused + 64 + 100 }
    #expect(goesOn, "from \(limited) to \(flood.totals)")
    let good = try await withTransport(to: server.port) { transport in
      var statuses: [Int?] = []
      for number in 0..<50 {
        let body = stream.body(row: number, id: "good-\(number)")
        statuses.append(await transport.post("/v2/models/\(model.name)/infer", body)?.status)
      }
      return statuses
    }
    #expect(good.allSatisfy { $0 == 200 })
    let after = flood.totals
    let answered = after.answered - limited.answered
    #expect(2 * answered < after.requests - limited.requests, "from \(limited) to \(after)")
    flooding.cancel()
    await flooding.value
    try await connections.shutdown()
  }

  private func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      if condition() { return true }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return condition()
  }
}
