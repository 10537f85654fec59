package import Domain
import Foundation
import Inference
import NIOHTTP1

/// Makes the silences at an Alertmanager what they are here.
///
/// It looks at what is there, and changes what differs: nothing has to be remembered, a silence that Alertmanager lost in a
/// crash comes back, and one that was made twice because an answer was lost goes away. A silence of ours is known by the end of
/// its comment, `[vigia OWNER ID]`; others are left alone.
package struct SilenceMirror: Sendable {
  /// This server among those that use the same Alertmanager.
  package var owner: String

  /// - Parameter owner: spaces and brackets are left out of it.
  package init(owner: String) {
    self.owner = owner.filter { !$0.isWhitespace && $0 != "[" && $0 != "]" }
  }

  enum Action: Equatable {
    case create(Silence)
    /// Alertmanager ends the old one and begins a new one where that is needed.
    case update(String, Silence)
    case delete(String)
  }

  /// As `GET /api/v2/silences` lists it, of which only this is of interest.
  struct Found: Decodable, Equatable {
    var id: String
    var status: Status
    var matchers: [Matcher]
    var startsAt: String
    var endsAt: String
    var createdBy: String
    var comment: String

    struct Status: Decodable, Equatable { var state: String }
  }

  struct Matcher: Codable, Equatable {
    var name: String
    var value: String
    var isRegex: Bool
    /// Not there before 0.22: equal.
    var isEqual: Bool?
  }

  /// As `POST /api/v2/silences` takes it.
  struct Posted: Encodable {
    var id: String?
    var matchers: [Matcher]
    var startsAt: String
    var endsAt: String
    var createdBy: String
    var comment: String
  }

  // MARK: Deciding

  /// What makes what is `found` there into what is wanted.
  func actions(_ wanted: [Silence], found: [Found], at now: Timestamp) -> [Action] {
    var open: [String: [Found]] = [:]
    // Ids become part of a URL.
    for silence in found
    where silence.status.state != "expired" && silence.id.allSatisfy({ $0.isHexDigit || $0 == "-" })
    {
      if let id = id(in: silence.comment) { open[id, default: []].append(silence) }
    }
    var actions: [Action] = []
    for silence in wanted where silence.endsAt > now {
      let there = open.removeValue(forKey: silence.id) ?? []
      if let same = there.first(where: { isSame($0, silence, at: now) }) {
        actions += there.filter { $0.id != same.id }.map { .delete($0.id) }
      } else if let first = there.first {
        actions.append(.update(first.id, silence))
        actions += there.dropFirst().map { .delete($0.id) }
      } else {
        actions.append(.create(silence))
      }
    }
    return actions + open.values.flatMap { $0 }.map(\.id).sorted().map { .delete($0) }
  }

  func posted(_ silence: Silence, id: String? = nil) -> Posted {
    Posted(
      id: id, matchers: Self.matchers(silence), startsAt: rfc3339(silence.startsAt),
      endsAt: rfc3339(silence.endsAt), createdBy: silence.createdBy, comment: comment(silence))
  }

  private func comment(_ silence: Silence) -> String {
    (silence.comment.isEmpty ? "" : silence.comment + " ") + "[vigia \(owner) \(silence.id)]"
  }

  private func id(in comment: String) -> String? {
    guard comment.hasSuffix("]"), let open = comment.lastIndex(of: "[") else { return nil }
    let words = comment[open...].dropFirst().dropLast().split(separator: " ")
    guard words.count == 3, words[0] == "vigia", words[1] == owner else { return nil }
    return String(words[2])
  }

  private static func matchers(_ silence: Silence) -> [Matcher] {
    silence.matchers.map {
      Matcher(name: $0.name, value: $0.value, isRegex: $0.isRegex, isEqual: $0.isEqual)
    }
  }

  /// Alertmanager moves a start that has passed to the moment in which it hears of it.
  private func isSame(_ found: Found, _ silence: Silence, at now: Timestamp) -> Bool {
    func normal(_ matchers: [Matcher]) -> [String] {
      matchers.map { "\($0.name)\u{0}\($0.value)\u{0}\($0.isRegex)\u{0}\($0.isEqual ?? true)" }
        .sorted()
    }
    return normal(found.matchers) == normal(Self.matchers(silence))
      && found.createdBy == silence.createdBy && found.comment == comment(silence)
      && Self.isSameTime(found.endsAt, silence.endsAt)
      && (silence.startsAt <= now || Self.isSameTime(found.startsAt, silence.startsAt))
  }

  private static func isSameTime(_ text: String, _ time: Timestamp) -> Bool {
    text == rfc3339(time)
  }
}

extension NotificationSender {
  /// Looks at a peer's silences and makes them what is wanted. What is over is left out.
  package func mirror(
    _ silences: [Silence], to peer: UpstreamAddress, as mirror: SilenceMirror,
    at now: Timestamp, authorization: AuthorizationFile? = nil
  ) async -> DeliveryResult {
    do throws(NotificationFailure) {
      let body = try await ask(.init(url: "\(peer)/api/v2/silences"), authorization)
      guard
        let found = try? JSONDecoder().decode([SilenceMirror.Found].self, from: Data(body))
      else { throw .init(.retry(reason: "its list of silences cannot be read")) }
      var refused: DeliveryResult?
      for action in mirror.actions(silences, found: found, at: now) {
        let call = call(for: action, peer, mirror)
        do throws(NotificationFailure) {
          _ = try await ask(call, authorization)
        } catch {
          // One that it will not take must not keep it from the others.
          guard case .refused = error.result else { throw error }
          refused = error.result
        }
      }
      return refused ?? .accepted
    } catch {
      return error.result
    }
  }

  private func call(
    for action: SilenceMirror.Action, _ peer: UpstreamAddress, _ mirror: SilenceMirror
  ) -> UpstreamClient.Call {
    let (silence, id): (Silence, String?)
    switch action {
    case .delete(let id):
      return .init(method: .DELETE, url: "\(peer)/api/v2/silence/\(id)")
    case .create(let new): (silence, id) = (new, nil)
    case .update(let old, let new): (silence, id) = (new, old)
    }
    return .init(
      method: .POST, url: "\(peer)/api/v2/silences",
      body: try? NotificationJSON.encode(mirror.posted(silence, id: id)))
  }
}
