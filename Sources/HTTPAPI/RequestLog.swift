import Domain
import HTTPTypes
import Logging
import Synchronization

/// Lines about requests: all of them when asked for, else failures, at most ten a second.
final class RequestLog: Sendable {
  private let logger: Logger
  private let logsAll: Bool
  private let failures = Mutex(LineBudget(perSecond: 10))

  init(logger: Logger, logsAll: Bool) {
    self.logger = logger
    self.logsAll = logsAll
  }

  func request(_ head: HTTPRequest, _ status: HTTPResponse.Status) {
    guard logsAll else { return }
    logger.info(
      "request",
      metadata: [
        "method": "\(head.method.rawValue)", "path": path(head), "status": "\(status.code)",
      ])
  }

  /// Only what an operator may have to look at: refused access, and our own failures.
  func failure(_ head: HTTPRequest, _ error: APIError, at now: Timestamp) {
    let code = error.status.code
    guard code >= 500 || code == 401 || code == 403 else { return }
    switch failures.withLock({ $0.take(at: now.seconds) }) {
    case .no: return
    case .yes(let dropped):
      var metadata: Logger.Metadata = [
        "method": "\(head.method.rawValue)", "path": path(head), "status": "\(code)",
        "error": "\(LogText.escaped(error.message, limit: 500))",
      ]
      if dropped > 0 { metadata["lines_left_out"] = "\(dropped)" }
      logger.warning("request failed", metadata: metadata)
    }
  }

  private func path(_ head: HTTPRequest) -> Logger.MetadataValue {
    "\(LogText.escaped(String((head.path ?? "").prefix { $0 != "?" })))"
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
