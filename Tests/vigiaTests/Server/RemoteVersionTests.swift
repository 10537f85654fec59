import Domain
import Foundation
import Synchronization
import Testing
import vigia

/// A champion in the process and another version on a second server, in one split.
@Suite(.serialized) struct RemoteVersionTests {
  private static let path = "/v2/models/electricity/infer"
  private static let body = Array(
    #"{"inputs":[{"name":"X","datatype":"FP32","shape":[1,6],"data":[0.1,0.2,0.3,0.4,0.5,0.6]}]}"#
      .utf8)

  private static func front(
    of upstream: ServeProcess, champion: String, more: String
  ) async throws -> ServeProcess {
    try await ServeProcess(
      models: """
          electricity:
            champion: "\(champion)"
            \(more)
            remotes:
              "7":
                upstreams: ["http://127.0.0.1:\(upstream.port)"]
                version: "2"
                timeout_ms: 10000
                max_in_flight: 4
        """)
  }

  private final class Tally: Sendable {
    private let stored = Mutex(0)
    var count: Int { stored.withLock { $0 } }
    func add() { stored.withLock { $0 += 1 } }
  }

  @Test func `killing the server of a remote challenger costs the champion nothing`() async throws {
    let upstream = try await ServeProcess(models: "  electricity: { champion: \"2\" }")
    try await upstream.wait("electricity") { $0.contains("ready") }
    let front = try await Self.front(
      of: upstream, champion: "1", more: "challenger: { version: \"7\", weight: 0.5 }")
    try await front.wait("electricity") { $0.contains("remote, http://127.0.0.1") }

    // Open loop, 200 requests a second; the upstream dies in the middle, and not before it has answered some.
    let served = Tally()
    let answers = try await withTransport(to: front.port) { transport in
      await withTaskGroup(of: DemoTransport.Answer?.self) { group in
        let start = ContinuousClock.now
        for number in 0..<600 {
          try? await ContinuousClock().sleep(until: start + .milliseconds(5 * number))
          if number == 300 {
            while served.count < 30 { await Task.yield() }
            upstream.signal(SIGKILL)
          }
          group.addTask {
            let answer = await transport.post(Self.path, Self.body)
            if answer?.version == "7", answer?.status == 200 { served.add() }
            return answer
          }
        }
        var answers: [DemoTransport.Answer?] = []
        for await answer in group { answers.append(answer) }
        return answers
      }
    }

    let whole = answers.compactMap(\.self)
    #expect(whole.count == 600)
    let failed = whole.filter { $0.status != 200 }
    let byVersion = Dictionary(grouping: whole.filter { $0.status == 200 }, by: \.version)
    // All that went to the champion was answered: what failed names the challenger, and its server; its queue, where the
    // machine was too busy for the pace.
    let texts = failed.map { String(decoding: $0.body, as: UTF8.self) }
    let words = ["upstream http://127.0.0.1:\(upstream.port)", "the queue is full"]
    for text in texts {
      #expect(words.contains { text.contains("electricity@7: \($0)") }, "\(text)")
    }
    #expect(texts.contains { $0.contains(words[0]) })
    let champion = byVersion["1"]?.count ?? 0
    let challenger = byVersion["7"]?.count ?? 0
    #expect((220...380).contains(champion), "\(champion)")
    // Half of a half, or less where the machine was too busy for the pace.
    #expect((30...210).contains(challenger), "\(challenger)")
    #expect(champion + challenger + failed.count == 600)
    // The console's picture is a second old at most, and here all may have happened within one.
    try await front.wait("electricity") {
      $0.contains("http://127.0.0.1:\(upstream.port)") && $0.contains("unreachable")
    }
  }

  @Test func `a rollback from a remote champion takes effect while its server hangs`() async throws
  {
    let upstream = try await ServeProcess(models: "  electricity: { champion: \"2\" }")
    try await upstream.wait("electricity") { $0.contains("ready") }
    let front = try await Self.front(of: upstream, champion: "1", more: "shadow: \"7\"")
    try await front.wait("electricity") { $0.contains("remote, http://127.0.0.1") }
    try front.vigia("model", "promote", "electricity", "7", "--reason", "test")

    try await withTransport(to: front.port) { transport in
      #expect(await transport.post(Self.path, Self.body)?.version == "7")
      try await upstream.freeze()
      // Four are with the upstream, the others wait here.
      async let waiting = withTaskGroup(of: DemoTransport.Answer?.self) { group in
        for _ in 0..<20 { group.addTask { await transport.post(Self.path, Self.body) } }
        var answers: [DemoTransport.Answer?] = []
        for await answer in group { answers.append(answer) }
        return answers
      }
      try await front.waitForVersions { $0.contains { $0.upstreams?.first?.inFlight == 4 } }
      try await front.rollBack("electricity")
      let next = await transport.post(Self.path, Self.body)
      #expect(next?.status == 200)
      #expect(next?.version == "1")
      let answers = await waiting.compactMap(\.self)
      #expect(answers.count == 20)
      let lost = answers.filter { $0.status != 200 }
      #expect(lost.count == 4)
      for answer in lost {
        #expect(String(decoding: answer.body, as: UTF8.self).contains("no answer within 10 s"))
      }
      #expect(answers.filter { $0.status == 200 }.allSatisfy { $0.version == "1" })
    }
  }
}
