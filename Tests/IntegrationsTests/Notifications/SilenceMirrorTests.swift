import Domain
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import Integrations

struct SilenceMirrorTests {
  private let mirror = SilenceMirror(owner: "vigia-1")
  private let now = Timestamp(seconds: 1_767_268_800)

  @Test func `what is missing is made, what is surplus ends, what is right is left`() {
    let (one, two) = (silence("one"), silence("two"))
    #expect(mirror.actions([one, two], found: [], at: now) == [.create(one), .create(two)])
    let there = [found("a", one), found("b", two)]
    #expect(mirror.actions([one, two], found: there, at: now).isEmpty)
    #expect(mirror.actions([two], found: there, at: now) == [.delete("a")])
    // One that was made twice, because an answer was lost.
    #expect(
      mirror.actions([one], found: [found("a", one), found("c", one)], at: now)
        == [.delete("c")])
  }

  @Test func `a change is an update; a start that has passed is none`() {
    let old = silence("one")
    var longer = old
    longer.endsAt = longer.endsAt.adding(seconds: 3_600)
    #expect(
      mirror.actions([longer], found: [found("a", old)], at: now) == [.update("a", longer)])
    var other = old
    other.matchers = [AlertMatcher(name: "model", value: "fraud")]
    #expect(mirror.actions([other], found: [found("a", old)], at: now) == [.update("a", other)])
    var begun = found("a", old)
    begun.startsAt = "2026-01-01T11:59:59.000Z"
    #expect(mirror.actions([old], found: [begun], at: now).isEmpty)
    var coming = silence("two")
    coming.startsAt = now.adding(seconds: 60)
    var early = found("b", coming)
    #expect(mirror.actions([coming], found: [early], at: now).isEmpty)
    early.startsAt = "2026-01-01T11:59:59.000Z"
    #expect(mirror.actions([coming], found: [early], at: now) == [.update("b", coming)])
  }

  @Test func `silences of people and of other servers are left alone`() {
    let mine = silence("one")
    var theirs = found("a", mine)
    theirs.comment = "moving [vigia vigia-2 one]"
    var human = found("b", mine)
    human.comment = "[vigia] moving"
    var over = found("c", mine)
    over.status.state = "expired"
    // An id is part of a URL; Alertmanager's are UUIDs.
    let odd = found("../../-/reload?", mine)
    #expect(mirror.actions([], found: [theirs, human, over, odd], at: now).isEmpty)
  }

  @Test func `a silence that is over is not made`() {
    var over = silence("one")
    over.endsAt = now
    #expect(mirror.actions([over], found: [], at: now).isEmpty)
    #expect(mirror.actions([over], found: [found("a", over)], at: now) == [.delete("a")])
  }

  @Test(.timeLimit(.minutes(1)))
  func `over the wire, an Alertmanager becomes what is wanted, and stays it`() async throws {
    try await Bench.with { bench in
      let peer = ScriptedSilences()
      bench.upstream.script { peer.answer($0) }
      let (one, bad) = (silence("one"), silence("bad"))
      let address = try bench.peer
      func look(_ silences: [Silence]) async -> DeliveryResult {
        await bench.sender.mirror(silences, to: address, as: mirror, at: now)
      }
      #expect(await look([one]) == .accepted)
      #expect(peer.comments == ["moving [vigia vigia-1 one]"])
      #expect(await look([one]) == .accepted)
      #expect(bench.requests.filter { $0.method == .POST }.count == 1)
      // It forgets, as after a crash.
      peer.forget()
      #expect(await look([bad, one]) == .refused(reason: "status 400: bad silence"))
      #expect(peer.comments == ["moving [vigia vigia-1 one]"])
      #expect(await look([]) == .accepted)
      #expect(peer.comments.isEmpty)
      bench.upstream.script { _ in ScriptedUpstream.json("{}") }
      #expect(
        await look([one]) == .retry(reason: "its list of silences cannot be read"))
    }
  }

  private func silence(_ id: String) -> Silence {
    Silence(
      id: id,
      matchers: [
        AlertMatcher(name: "model", value: "electricity"),
        AlertMatcher(name: "severity", value: "info|warning", isRegex: true, isEqual: false),
      ], startsAt: now.adding(seconds: -60), endsAt: now.adding(seconds: 3_600), createdBy: "ada",
      comment: "moving")
  }

  /// As Alertmanager lists what was posted.
  private func found(_ id: String, _ silence: Silence) -> SilenceMirror.Found {
    let posted = mirror.posted(silence)
    return SilenceMirror.Found(
      id: id, status: .init(state: "active"), matchers: posted.matchers,
      startsAt: posted.startsAt, endsAt: posted.endsAt, createdBy: posted.createdBy,
      comment: posted.comment)
  }
}

/// The silences of an Alertmanager, in its own words.
private final class ScriptedSilences: Sendable {
  private let silences = Mutex<[(id: String, json: String)]>([])

  func forget() { silences.withLock { $0 = [] } }

  var comments: [String] {
    silences.withLock { $0 }.compactMap {
      let object = try? JSONSerialization.jsonObject(with: Data($0.json.utf8)) as? [String: Any]
      return object?["comment"] as? String
    }
  }

  func answer(_ request: ScriptedUpstream.Request) -> ScriptedUpstream.Action? {
    silences.withLock { silences in
      switch (request.method, request.path) {
      case (.GET, "/am/api/v2/silences"):
        return ScriptedUpstream.json("[\(silences.map(\.json).joined(separator: ","))]")
      case (.POST, "/am/api/v2/silences"):
        let body = String(decoding: request.body, as: UTF8.self)
        if body.contains("vigia-1 bad") {
          return ScriptedUpstream.json(#"{"code":400,"message":"bad silence"}"#, status: 400)
        }
        let id = "00000000-0000-4000-8000-00000000000\(silences.count)"
        let rest = body.dropFirst()
        silences.append(
          (id, #"{"id":"\#(id)","status":{"state":"active"},"updatedAt":"x",\#(rest)"#))
        return ScriptedUpstream.json(#"{"silenceID":"\#(id)"}"#)
      case (.DELETE, let path):
        silences.removeAll { path == "/am/api/v2/silence/\($0.id)" }
        return .reply(status: 200, body: [])
      default: return .reply(status: 404, body: [])
      }
    }
  }
}
