import AsyncHTTPClient
import Inference
import NIOCore
import NIOHTTP1
import Synchronization

/// What came back from an upstream, whole.
struct UpstreamReply: Sendable {
  var status: Int
  var headers: HTTPHeaders
  var body: [UInt8]
}

/// Why nothing whole came back.
enum UpstreamFailure: Error, Sendable, Equatable {
  /// Not a byte of the request went out.
  case notSent(reason: String)
  /// The request may have been performed.
  case lost(reason: String)
  /// The reply was cut off here.
  case tooLarge(limit: Int)
  /// Too many replies are being read at a time.
  case noRoom(limit: Int)
  case timedOut
}

/// One request to one upstream: keeps the reply together, bounds its size, and ends once.
///
/// The client's own deadline ends with the head of a reply, so that a body at a byte a second would be waited for for
/// ever: here the deadline is the owner's, who calls `end`.
final class UpstreamExchange: HTTPClientResponseDelegate {
  typealias Response = Void
  typealias Completion = @Sendable (Result<UpstreamReply, UpstreamFailure>) -> Void

  private let replyLimit: Int
  private let budget: ReplyBudget
  private let state: Mutex<State>

  private struct State {
    var completion: Completion?
    var isSent = false
    var status = 0
    var headers = HTTPHeaders()
    var body: [UInt8] = []
    var task: HTTPClient.Task<Void>?
  }

  init(replyLimit: Int, budget: ReplyBudget, completion: @escaping Completion) {
    self.replyLimit = replyLimit
    self.budget = budget
    state = Mutex(State(completion: completion))
  }

  /// Keeps what can stop it; stops it at once where it has ended already.
  func runs(in task: HTTPClient.Task<Void>) {
    let isOver = state.withLock { state in
      if state.completion != nil { state.task = task }
      return state.completion == nil
    }
    if isOver { task.cancel() }
  }

  /// Ends it with this, unless it has ended; the connection is closed.
  func end(_ failure: UpstreamFailure) { finish(.failure(failure)) }

  func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
    state.withLock { $0.isSent = true }
  }

  func didReceiveHead(
    task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    state.withLock { state in
      state.status = Int(head.status.code)
      state.headers = head.headers
    }
    guard let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }),
      length > replyLimit
    else { return task.eventLoop.makeSucceededVoidFuture() }
    return cut(task, .tooLarge(limit: replyLimit))
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<Void>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    let count = buffer.readableBytes
    guard budget.take(count) else { return cut(task, .noRoom(limit: budget.limit)) }
    let total = state.withLock { state -> Int? in
      guard state.completion != nil else { return nil }
      state.body.append(contentsOf: buffer.readableBytesView)
      return state.body.count
    }
    guard let total else {
      budget.give(count)
      return task.eventLoop.makeSucceededVoidFuture()
    }
    if total > replyLimit { return cut(task, .tooLarge(limit: replyLimit)) }
    return task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
    let isSent = state.withLock { $0.isSent }
    let reason = UpstreamText.reason(of: error)
    finish(.failure(isSent ? .lost(reason: reason) : .notSent(reason: reason)))
  }

  func didFinishRequest(task: HTTPClient.Task<Void>) {
    finish(nil)
  }

  /// Ends it; nil stands for the reply that has come.
  private func finish(_ failure: Result<UpstreamReply, UpstreamFailure>?) {
    let ended = state.withLock {
      state -> (Completion, UpstreamReply, HTTPClient.Task<Void>?)? in
      guard let completion = state.completion else { return nil }
      let reply = UpstreamReply(
        status: state.status, headers: state.headers, body: state.body)
      let task = state.task
      state = State(completion: nil)
      return (completion, reply, task)
    }
    guard let (completion, reply, task) = ended else { return }
    if failure != nil { task?.cancel() }
    completion(failure ?? .success(reply))
    budget.give(reply.body.count)
  }

  private func cut(
    _ task: HTTPClient.Task<Void>, _ failure: UpstreamFailure
  ) -> EventLoopFuture<Void> {
    finish(.failure(failure))
    return task.eventLoop.makeFailedFuture(failure)
  }
}

/// Bytes of replies that may be in memory at a time.
final class ReplyBudget: Sendable {
  let limit: Int
  private let taken = Atomic(0)

  init(limit: Int) { self.limit = limit }

  func take(_ bytes: Int) -> Bool {
    let now = taken.add(bytes, ordering: .relaxed).newValue
    if now > limit { taken.subtract(bytes, ordering: .relaxed) }
    return now <= limit
  }

  func give(_ bytes: Int) { taken.subtract(bytes, ordering: .relaxed) }

  /// Bytes that are held at present.
  var held: Int { taken.load(ordering: .relaxed) }
}
