import Domain
import Foundation
import Storage
import Testing
import vigia

/// What judges know of the last second when a server is told to end.
@Suite(.timeLimit(.minutes(3))) struct JudgeMemoryTests {
  @Test func `a server that is told to end has counted every answer`() async throws {
    let server = try await ServeProcess(
      models: """
          moody:
            champion: "1"
            challenger: { version: "3", weight: 0.5 }
        """, repository: "Tests/Fixtures/models/hang")
    try await server.waitForVersions { versions in
      versions.count { $0.state == .ready && $0.share == 0.5 } == 2
    }
    let body = Array(
      #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[7,0]}]}"#.utf8)
    try await withTransport(to: server.port) { transport in
      for _ in 0..<40 {
        #expect(await transport.post("/v2/models/moody/infer", body)?.status == 200)
      }
    }
    try await server.terminate()
    let store = try StateStore(directory: "\(server.folder)/data")
    defer { store.close() }
    let json = try #require(try store.judges()["experiment:moody"])
    let memory = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let arrivals = try #require((memory?["judge"] as? [String: Any])?["arrivals"] as? [String: Int])
    #expect(arrivals.values.reduce(0, +) == 40)
  }
}
