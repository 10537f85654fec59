import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Synchronization

/// The stream of deltas from `GET /vigia/v1/stream`.
enum SnapshotStream {
  /// Deltas that may wait for a console that is busy. More would be a console that hangs: the stream ends, and the
  /// next one starts with a whole snapshot.
  static let backlog = 64

  static func open(
    _ connection: ConsoleConnection, _ pace: StreamPace, silence: Duration, connecting: Duration
  ) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: SnapshotDelta.self, throwing: (any Error).self,
      bufferingPolicy: .bufferingOldest(backlog))
    // A bare task: the stream it feeds owns it, and ends it. Where the bytes arrive, for each line would else be handed on.
    let task = Task(executorPreference: EventLoopExecutor.shared) {
      do {
        try await follow(connection, pace, silence: silence, connecting: connecting) { delta in
          if case .dropped = continuation.yield(delta) {
            throw SourceError.failed(reason: "the console fell behind the server's stream")
          }
        }
        continuation.finish(
          throwing: SourceError.unreachable(reason: "the server ended the stream"))
      } catch let error as SourceError {
        continuation.finish(throwing: error)
      } catch {
        continuation.finish(
          throwing: SourceError.unreachable(reason: connection.failure(error).reason))
      }
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private static func follow(
    _ connection: ConsoleConnection, _ pace: StreamPace, silence: Duration, connecting: Duration,
    deliver: @escaping @Sendable (SnapshotDelta) throws -> Void
  ) async throws {
    // A server that knows no pace sends a line a second, which is right too.
    let query = pace == .live ? "" : "?pace=\(pace.rawValue)"
    let reader = SnapshotReader(deliver)
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await watch(reader, silence: silence, connecting: connecting) }
      group.addTask { try await connection.follow(.get("/vigia/v1/stream\(query)"), reader) }
      try await group.next()
    }
  }

  static func delta(in line: ByteBuffer, _ decoder: JSONDecoder) throws -> SnapshotDelta {
    let data = Data(buffer: line)
    do {
      let delta = try decoder.decode(SnapshotDelta.self, from: data)
      if let server = delta.server { try checkProtocol(of: server) }
      return delta
    } catch let error as DecodingError {
      // Perhaps because the server speaks another protocol, which is the better thing to say.
      if let server = try? decoder.decode(ServerPart.self, from: data).server {
        try checkProtocol(number: server.protocolNumber)
      }
      throw SourceError.failed(
        reason: "a line of the server's stream is not what this version of vigia expects: \(error)")
    }
  }

  private struct ServerPart: Decodable {
    var server: Server?
    struct Server: Decodable { var protocolNumber: Int }
  }

  static func checkProtocol(of server: ServerInfo) throws(SourceError) {
    try checkProtocol(number: server.protocolNumber)
  }

  private static func checkProtocol(number: Int) throws(SourceError) {
    let own = ServerInfo.currentProtocol
    guard number == own || number == own - 1 else {
      throw .failed(
        reason:
          "the server speaks protocol \(number), this vigia \(own) and \(own - 1): use the version of vigia that the server has"
      )
    }
  }

  /// Returns never, and throws when nothing came for too long. It wakes once for each such stretch.
  private static func watch(
    _ reader: SnapshotReader, silence: Duration, connecting: Duration
  ) async throws {
    let clock = EventLoopClock()
    while true {
      let heard = reader.lastSign
      let end = heard.time + (heard.isOfStream ? silence : connecting)
      // The stream may begin while the answer is awaited, and has less patience.
      guard clock.now >= end else {
        try await clock.sleep(until: min(end, clock.now + silence), tolerance: nil)
        continue
      }
      throw heard.isOfStream
        ? SourceError.unreachable(reason: "the server has been silent for \(silence)")
        : HTTPClientError.deadlineExceeded
    }
  }
}
