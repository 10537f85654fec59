import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Reads the lines of the stream as their bytes arrive; of any other answer, the reason.
final class SnapshotReader: HTTPClientResponseDelegate {
  /// When the server last gave a sign of life.
  struct Sign: Equatable {
    var time = ContinuousClock.now
    /// Whether it was more than that the question was put.
    var isOfStream = false
  }

  private struct State {
    var sign = Sign()
    var status = HTTPResponseStatus.ok
    var lines = LineSplitter(limit: ConsoleConnection.bodyLimit)
    var refusal = Data()
  }

  /// Bytes of a refusal that are kept.
  private static let refusalLimit = 65_536

  private let state = Mutex(State())
  private let decoder = ConsoleAnswer.decoder
  private let deliver: @Sendable (SnapshotDelta) throws -> Void

  /// - Parameter deliver: on the connection's event loop; what it throws ends the stream.
  init(_ deliver: @escaping @Sendable (SnapshotDelta) throws -> Void) { self.deliver = deliver }

  var lastSign: Sign { state.withLock { $0.sign } }

  func didReceiveHead(
    task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    state.withLock {
      $0.status = head.status
      if head.status == .ok { $0.sign = Sign(isOfStream: true) }
    }
    return task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<Void>, _ bytes: ByteBuffer
  ) -> EventLoopFuture<Void> {
    do {
      for line in try lines(with: bytes) { try deliver(SnapshotStream.delta(in: line, decoder)) }
      return task.eventLoop.makeSucceededVoidFuture()
    } catch {
      return task.eventLoop.makeFailedFuture(error)
    }
  }

  private func lines(with bytes: ByteBuffer) throws -> [ByteBuffer] {
    try state.withLock { state in
      guard state.status == .ok else {
        state.refusal.append(
          contentsOf: bytes.readableBytesView.prefix(Self.refusalLimit - state.refusal.count))
        return []
      }
      state.lines.append(bytes)
      var whole: [ByteBuffer] = []
      while let line = try state.lines.next() { whole.append(line) }
      if !whole.isEmpty { state.sign = Sign(isOfStream: true) }
      return whole
    }
  }

  func didFinishRequest(task: HTTPClient.Task<Void>) throws {
    let (status, refusal) = state.withLock { ($0.status, $0.refusal) }
    guard status == .ok else {
      throw ConsoleAnswer(status: status.code, body: refusal).error
    }
  }
}
