package import Domain
import Foundation
import Inference
import NIOHTTP1

/// Says what is to be said to Alertmanagers and webhooks: no redirects, one time limit for the whole of a call, and answers
/// of a bounded size. `shutdown()` must be called at the end.
package final class NotificationSender: Sendable {
  package struct Limits: Sendable {
    /// For a call, from the connection to the answer's last byte.
    package var call = Duration.seconds(10)
    package var connect = Duration.seconds(2)
    /// Bytes of an answer; a thousand silences have half a megabyte.
    package var reply = 4 << 20

    package init() {}
  }

  private let client: UpstreamClient
  private let limits: Limits

  package init(limits: Limits = Limits()) {
    self.limits = limits
    var bounds = UpstreamClient.Limits()
    bounds.connect = limits.connect
    bounds.reply = limits.reply
    client = UpstreamClient(limits: bounds)
  }

  package func shutdown() async { await client.shutdown() }

  /// `POST /api/v2/alerts` to one peer.
  package func send(
    _ batch: NotificationBatch, toAlertmanager peer: UpstreamAddress, _ links: NotificationLinks,
    authorization: AuthorizationFile? = nil
  ) async -> DeliveryResult {
    await post(authorization) {
      .init(
        method: .POST, url: "\(peer)/api/v2/alerts",
        body: try AlertmanagerAlert.body(batch, links))
    }
  }

  /// The whole group as one webhook message.
  package func send(
    _ batch: NotificationBatch, toWebhook address: WebhookAddress, _ links: NotificationLinks,
    authorization: AuthorizationFile? = nil
  ) async -> DeliveryResult {
    await post(authorization) {
      .init(method: .POST, url: address.url, body: try WebhookMessage(batch, links).body())
    }
  }

  private func post(
    _ authorization: AuthorizationFile?, _ call: () throws -> UpstreamClient.Call
  ) async -> DeliveryResult {
    do throws(NotificationFailure) {
      let made: UpstreamClient.Call
      do { made = try call() } catch {
        throw .init(.refused(reason: "it cannot be written as JSON"))
      }
      _ = try await ask(made, authorization)
      return .accepted
    } catch {
      return error.result
    }
  }

  /// - Returns: the answer's body, of a status from 200 to 299.
  func ask(
    _ call: UpstreamClient.Call, _ authorization: AuthorizationFile?
  ) async throws(NotificationFailure) -> [UInt8] {
    var call = call
    call.headers.add(name: "User-Agent", value: "vigia")
    call.headers.add(name: "Accept", value: "application/json")
    if call.body != nil { call.headers.add(name: "Content-Type", value: "application/json") }
    if let authorization {
      call.headers.add(name: "Authorization", value: "Bearer \(try authorization.read())")
    }
    switch await client.ask(call, within: limits.call) {
    case .success(let reply) where (200..<300).contains(reply.status): return reply.body
    case .success(let reply): throw .init(Self.meaning(of: reply))
    case .failure(let failure): throw .init(.retry(reason: reason(of: failure)))
    }
  }

  /// Those that say that the message itself is at fault: it would be refused the next time, too. Of all others somebody can
  /// mend the cause (a token that was changed, an address, a proxy), and until then the page waits.
  private static let final = [400, 413, 422]

  private static func meaning(of reply: UpstreamReply) -> DeliveryResult {
    let reason = "status \(reply.status): \(UpstreamText.problem(in: reply.body))"
    guard final.contains(reply.status) else {
      let after = reply.headers.first(name: "Retry-After").flatMap(Double.init)
      return .retry(reason: reason, after: after.flatMap { $0.isFinite && $0 > 0 ? $0 : nil })
    }
    return .refused(reason: reason)
  }

  private func reason(of failure: UpstreamFailure) -> String {
    switch failure {
    case .notSent(let reason), .lost(let reason): reason
    case .tooLarge(let limit), .noRoom(let limit): "its answer has more than \(limit) bytes"
    case .timedOut: "no answer within \(limits.call / .seconds(1)) s"
    }
  }
}

/// A call that did not go well, as what it means for the message.
struct NotificationFailure: Error, Equatable {
  var result: DeliveryResult

  init(_ result: DeliveryResult) { self.result = result }
}

/// A file that holds a bearer token: read at each use, so that a new one needs no restart, and never shown.
package struct AuthorizationFile: Sendable, Hashable {
  package var path: String

  package init(path: String) { self.path = path }

  private static let bytesMax = 16 << 10

  func read() throws(NotificationFailure) -> String {
    let data: Data
    do {
      // Nil at the end of the file: it is empty.
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try file.read(upToCount: Self.bytesMax + 1) ?? Data()
    } catch {
      throw .init(.retry(reason: "\(path) with the authorization cannot be read"))
    }
    let token = String(decoding: data, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard data.count <= Self.bytesMax, !token.isEmpty,
      token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw .init(.retry(reason: "\(path) holds no bearer token")) }
    return token
  }
}
