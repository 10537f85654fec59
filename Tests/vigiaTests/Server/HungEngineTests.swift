import AsyncHTTPClient
import Domain
import Foundation
import Testing
import vigia

/// A real model that hangs inside ONNX Runtime, and an operator who rolls back.
@Suite(.serialized) struct HungEngineTests {
  private static let path = "/v2/models/moody/infer"

  private static func body(_ first: Int) -> [UInt8] {
    Array(
      """
      {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[\(first),0]}]}
      """.utf8)
  }

  private static func server(version: String) async throws -> ServeProcess {
    let server = try await ServeProcess(
      models: """
          moody:
            champion: "1"
            batching: false
            queue: { max_rows: 40 }
        """, repository: "Tests/Fixtures/models/hang")
    try await server.wait("moody") { $0.contains("ready") }
    try server.vigia("model", "load", "moody", version, "--reason", "test")
    try server.vigia("model", "promote", "moody", version, "--reason", "test")
    return server
  }

  private static func answers(
    _ transport: DemoTransport, _ count: Int, _ body: [UInt8]
  ) async -> [DemoTransport.Answer?] {
    await withTaskGroup(of: DemoTransport.Answer?.self) { group in
      for _ in 0..<count { group.addTask { await transport.post(path, body) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test func `with every lane hung and the queue full ten times over, a rollback moves what waits`()
    async throws
  {
    let server = try await Self.server(version: "3")
    try await withTransport(to: server.port, connections: 500) { transport in
      async let hung = Self.answers(transport, 2, Self.body(1_000))
      // Both lanes hang; then the queue is offered ten times what it holds.
      try await server.waitForStatus { $0.saturation?.lanes.busy == 2 }
      async let others = Self.answers(transport, 400, Self.body(7))
      try await server.waitForVersions { $0.reduce(0) { $0 + $1.queueDepth } == 40 }
      try await server.rollBack("moody")
      let next = await transport.post(Self.path, Self.body(7))
      #expect(next?.status == 200 && next?.version == "1")

      let answers = await others.compactMap(\.self)
      #expect(answers.count == 400)
      let served = answers.filter { $0.status == 200 }
      #expect(served.count >= 40)
      #expect(served.allSatisfy { $0.version == "1" })
      #expect(answers.filter { $0.status != 200 }.allSatisfy { $0.status == 503 })
      for answer in await hung {
        #expect(answer?.status == 504)
        let text = String(decoding: answer?.body ?? [], as: UTF8.self)
        #expect(text.contains("no answer within 10 s"), "\(text)")
      }
      // What hung was stopped: its lanes are free for whoever asks for the version by name.
      try await server.wait("moody") {
        $0.contains("2 runs stopped that did not come back in time")
      }
      let direct = await transport.post("/v2/models/moody/versions/3/infer", Self.body(7))
      #expect(direct?.status == 200)
    }
  }

  @Test func `a version that hangs on the event loops costs nobody else an answer`() async throws {
    let server = try await Self.server(version: "2")
    try await withTransport(to: server.port, connections: 64) { transport in
      // So many connections are on both event loops.
      _ = await Self.answers(transport, 64, Self.body(7))
      async let hung = Self.answers(transport, 2, Self.body(1_000))
      async let others = Self.answers(transport, 30, Self.body(7))
      // It moves to lanes; on a machine so busy that it was measured as dear, it was there from the start.
      try await server.waitForVersions {
        $0.contains { $0.version == "2" && $0.execution.contains("lane") }
      }
      try await server.rollBack("moody")
      let next = await transport.post(Self.path, Self.body(7))
      #expect(next?.status == 200 && next?.version == "1")
      for answer in await others { #expect(answer?.status == 200) }
      for answer in await hung { #expect(answer?.status == 504) }
    }
  }
}
