package import Domain
import Foundation
import Inference
import NIOHTTP1

/// A server with Prometheus' HTTP API (Prometheus, Thanos, Mimir, VictoriaMetrics, another Vigia) as a place to ask for series.
///
/// One time limit for the whole of a question, from the connection to the last byte of the answer; an answer beyond its bound
/// is cut off; no redirects. `shutdown()` must be called at the end.
package final class PrometheusSource: Sendable {
  package struct Limits: Sendable, Equatable {
    /// For a question.
    package var query = Duration.seconds(2)
    /// Bytes of an answer: some twenty thousand series.
    package var reply = 4 << 20

    package init() {}
  }

  package enum Credentials: Sendable, Equatable {
    case none
    case bearer(AuthorizationFile)
    case basic(user: String, password: AuthorizationFile)
  }

  /// Where it is: `/api/v1/query` is put after it.
  package let address: UpstreamAddress
  private let credentials: Credentials
  private let headers: [RemoteSpec.Header]
  private let limits: Limits
  private let client: UpstreamClient

  /// Bytes of a URL's query above which a question goes by POST, which not every read-only role may.
  private static let longQuery = 4_000

  package init(
    _ address: UpstreamAddress, credentials: Credentials = .none,
    headers: [RemoteSpec.Header] = [], limits: Limits = Limits()
  ) {
    self.address = address
    self.credentials = credentials
    self.headers = headers
    self.limits = limits
    var bounds = UpstreamClient.Limits()
    bounds.connect = min(limits.query, .seconds(2))
    bounds.reply = limits.reply
    bounds.replies = 4 * limits.reply
    client = UpstreamClient(limits: bounds)
  }

  private var milliseconds: Int { Int(limits.query / .milliseconds(1)) }

  package func shutdown() async { await client.shutdown() }

  /// Asks for the value of an expression, of one moment or over a range.
  package func answer(
    _ question: MetricQuery
  ) async throws(SeriesSourceFailure) -> MetricAnswer {
    let call = try call(for: question)
    switch await client.ask(call, within: limits.query) {
    case .success(let reply): return try PrometheusReply.answer(in: reply)
    case .failure(let failure): throw .silent(reason: reason(of: failure))
    }
  }

  private func call(
    for question: MetricQuery
  ) throws(SeriesSourceFailure) -> UpstreamClient.Call {
    let form = form(of: question)
    let path = "\(address)/api/v1/query" + (question.range == nil ? "" : "_range")
    var call = UpstreamClient.Call(url: "\(path)?\(form)")
    if form.utf8.count > Self.longQuery {
      call = UpstreamClient.Call(method: .POST, url: path, body: Array(form.utf8))
      call.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    }
    call.headers.add(name: "User-Agent", value: "vigia")
    call.headers.add(name: "Accept", value: "application/json")
    for header in headers { call.headers.replaceOrAdd(name: header.name, value: header.value) }
    if let authorization = try authorization() {
      call.headers.replaceOrAdd(name: "Authorization", value: authorization)
    }
    return call
  }

  private func form(of question: MetricQuery) -> String {
    func seconds(_ milliseconds: Int64) -> String { "\(Double(milliseconds) / 1_000)" }
    var fields = [
      ("query", question.expression), ("timeout", "\(milliseconds)ms"),
      // Thanos would leave out what it does not reach: a part that is missing looks like health.
      ("partial_response", "false"),
    ]
    if let range = question.range {
      fields += [
        ("start", seconds(range.from)), ("end", seconds(question.time)),
        ("step", seconds(range.step)),
      ]
    } else {
      fields.append(("time", seconds(question.time)))
    }
    let plain = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
      .intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7f}"))
    return fields.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
    }.joined(separator: "&")
  }

  private func authorization() throws(SeriesSourceFailure) -> String? {
    func secret(_ file: AuthorizationFile) throws(SeriesSourceFailure) -> String {
      do throws(NotificationFailure) {
        return try file.read()
      } catch {
        throw .silent(reason: "\(file.path) holds no secret that can be read")
      }
    }
    switch credentials {
    case .none: return nil
    case .bearer(let file): return "Bearer \(try secret(file))"
    case .basic(let user, let file):
      return "Basic " + Data("\(user):\(try secret(file))".utf8).base64EncodedString()
    }
  }

  private func reason(of failure: UpstreamFailure) -> String {
    switch failure {
    case .notSent(let reason), .lost(let reason): reason
    case .tooLarge(let limit): "its answer has more than \(limit) bytes"
    case .noRoom: "too many of its answers are being read"
    case .timedOut: "no whole answer within \(milliseconds) ms"
    }
  }
}
