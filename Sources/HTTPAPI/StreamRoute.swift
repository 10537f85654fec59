import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

extension APIResponder {
  /// `GET /vigia/v1/stream`: a `SnapshotDelta` a line, the first one whole, until the client goes, falls behind for
  /// good, or the server shuts down.
  func stream(_ request: Request, on channel: any Channel) throws(APIError) -> Response {
    let length = try StreamLength(request.uri.query)
    let pace = try StreamPace(query: request.uri.query)
    let close: @Sendable () -> Void = { channel.close(promise: nil) }
    guard let reader = hub.join(close: close) else {
      throw .unavailable(
        "\(services.limits.streams) consoles are attached already, which is the limit",
        retryAfter: 5)
    }
    // Ends the reader also when the body is never asked for, as for HEAD.
    let seat = Seat(hub: hub, reader: reader)
    let body = ResponseBody { writer in
      defer { seat.hub.leave(seat.reader) }
      var previous: SystemSnapshot?
      var left = length.lines
      var filter = PaceFilter(pace)
      while left > 0, case .snapshot(let snapshot, _) = await seat.next() {
        guard filter.admits(snapshot) else { continue }
        let delta = SnapshotDelta(from: previous, to: snapshot)
        previous = snapshot
        left -= 1
        var line = JSONBody.buffer(delta)
        line.writeInteger(UInt8(ascii: "\n"))
        try await withGracefulShutdownHandler {
          try await writer.write(line)
        } onGracefulShutdown: {
          // A peer that does not read would hold up the shutdown for as long as it likes.
          channel.eventLoop.scheduleTask(in: .seconds(1), close)
        }
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"], body: body)
  }
}

/// How many lines a reader wants: `?lines=N`, else all there will ever be.
struct StreamLength {
  static let parameter = "lines"
  static let range: ClosedRange<Int64> = 1...1_000_000

  let lines: Int64

  /// - Parameter query: what stands behind the question mark. Other names in it are passed over.
  init(_ query: String?) throws(APIError) {
    let prefix = "\(Self.parameter)="
    let values = (query ?? "").split(separator: "&").filter { $0.hasPrefix(prefix) }
    guard let value = values.first?.dropFirst(prefix.count) else {
      lines = .max
      return
    }
    guard values.count == 1, let number = Int64(value), Self.range.contains(number) else {
      throw APIError(
        .badRequest,
        "\"lines\" is given once, as a whole number from \(Self.range.lowerBound) through \(Self.range.upperBound)"
      )
    }
    lines = number
  }
}

extension StreamPace {
  static let parameter = "pace"

  /// How often a reader wants a line: `?pace=calm`, else one a second.
  init(query: String?) throws(APIError) {
    let prefix = "\(Self.parameter)="
    let values = (query ?? "").split(separator: "&").filter { $0.hasPrefix(prefix) }
    guard let value = values.first?.dropFirst(prefix.count) else {
      self = .live
      return
    }
    guard values.count == 1, let pace = StreamPace(rawValue: String(value)) else {
      let names = StreamPace.allCases.map(\.rawValue).joined(separator: " or ")
      throw APIError(.badRequest, "\"pace\" is given once, as \(names)")
    }
    self = pace
  }
}

/// A place among the hub's readers, given up at the latest when nobody holds it.
private final class Seat: Sendable {
  let hub: SnapshotHub
  let reader: SnapshotHub.ReaderID

  init(hub: SnapshotHub, reader: SnapshotHub.ReaderID) {
    self.hub = hub
    self.reader = reader
  }

  deinit { hub.leave(reader) }

  /// The news; `.end` at once when the server shuts down or the task is cancelled.
  func next() async -> SnapshotHub.News {
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await hub.next(for: reader)
      } onCancel: {
        hub.end(reader)
      }
    } onGracefulShutdown: { [hub, reader] in
      hub.end(reader)
    }
  }
}
