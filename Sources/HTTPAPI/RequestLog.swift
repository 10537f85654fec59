import Domain
import HTTPTypes
import Inference
import Logging
import Synchronization

/// Lines about requests, one for each: refused access, what is no request and our own failures, at most ten a second; and all
/// others when asked for, at most two hundred. A line says how many were left out before it.
final class RequestLog: Sendable {
  private let logger: Logger
  private let logsAll: Bool
  private let failures = Mutex(LineBudget(perSecond: 10))
  private let others = Mutex(LineBudget(perSecond: 200))

  init(logger: Logger, logsAll: Bool) {
    self.logger = logger
    self.logsAll = logsAll
  }

  /// What a line tells of a request beside its head.
  struct Facts: Sendable {
    var id: RequestID
    /// As `ClientName` makes it.
    var client: String
    /// Empty where the request names none.
    var model = ""
    /// The one that answered, else the one that was asked for.
    var version: String?
    /// Nanoseconds.
    var totalTime: Int64
  }

  /// - Parameters:
  ///   - facts: made only for a line that is written, as `now` is.
  func answered(
    _ head: HTTPRequest, _ status: HTTPResponse.Status, at now: @autoclosure () -> Timestamp,
    _ facts: @autoclosure () -> Facts
  ) {
    guard logsAll else { return }
    switch others.withLock({ $0.take(at: now().seconds) }) {
    case .no: return
    case .yes(let dropped):
      logger.info("request", metadata: metadata(head, status, facts(), dropped))
    }
  }

  /// A refusal. The client's own mistakes are no failures.
  func failed(
    _ head: HTTPRequest, _ error: APIError, at now: @autoclosure () -> Timestamp,
    _ facts: @autoclosure () -> Facts
  ) {
    let code = error.status.code
    guard code >= 500 || code == 401 || code == 403 else {
      return answered(head, error.status, at: now(), facts())
    }
    switch failures.withLock({ $0.take(at: now().seconds) }) {
    case .no: return
    case .yes(let dropped):
      var metadata = metadata(head, error.status, facts(), dropped)
      metadata["error"] = "\(LogText.escaped(error.message, limit: 500))"
      logger.warning("request failed", metadata: metadata)
    }
  }

  /// A refusal of bytes in which no request was found, or only the beginning of one.
  func refusedUnread(_ error: APIError, _ id: RequestID, at now: Timestamp) {
    guard case .yes(let dropped) = failures.withLock({ $0.take(at: now.seconds) }) else { return }
    var metadata: Logger.Metadata = [
      "status": "\(error.status.code)", "request_id": "\(id)",
      "error": "\(LogText.escaped(error.message, limit: 500))",
    ]
    if dropped > 0 { metadata["lines_left_out"] = "\(dropped)" }
    logger.warning("request refused unread", metadata: metadata)
  }

  private func metadata(
    _ head: HTTPRequest, _ status: HTTPResponse.Status, _ facts: Facts, _ dropped: Int
  ) -> Logger.Metadata {
    var metadata: Logger.Metadata = [
      "method": "\(LogText.escaped(head.method.rawValue))",
      "path": "\(LogText.escaped(String((head.path ?? "").prefix { $0 != "?" })))",
      "status": "\(status.code)", "request_id": "\(facts.id)", "client": "\(facts.client)",
      "total_us": "\(facts.totalTime / 1_000)",
    ]
    if !facts.model.isEmpty { metadata["model"] = "\(LogText.escaped(facts.model))" }
    if let version = facts.version { metadata["version"] = "\(LogText.escaped(version))" }
    if dropped > 0 { metadata["lines_left_out"] = "\(dropped)" }
    return metadata
  }
}

/// How many lines may still be written this second.
package struct LineBudget: Sendable {
  private let perSecond: Int
  private var second: Int64 = .min
  private var used = 0
  private var dropped = 0

  package init(perSecond: Int) { self.perSecond = perSecond }

  package enum Answer: Equatable {
    /// With the number of lines left out since the last one that was written.
    case yes(dropped: Int)
    case no
  }

  package mutating func take(at now: Int64) -> Answer {
    if now != second {
      second = now
      used = 0
    }
    guard used < perSecond else {
      dropped += 1
      return .no
    }
    used += 1
    defer { dropped = 0 }
    return .yes(dropped: dropped)
  }
}
