package import NIOCore

/// How long, and how large, things on one connection of the TCP port may be.
package struct ConnectionLimits: Sendable, Equatable {
  /// A connection on which nothing is under way is closed after this.
  package var idle: TimeAmount = .seconds(75)
  /// From the first byte of a head to its last; and how far a body may be behind `bodyRate`.
  package var head: TimeAmount = .seconds(10)
  /// A body of which nothing comes for this long is not waited for.
  package var silence: TimeAmount = .seconds(10)
  /// A client that takes no bytes of its replies for this long is cut off.
  package var stalledWrite: TimeAmount = .seconds(30)
  /// How long bytes are dropped after a last reply.
  package var linger: TimeAmount = .seconds(2)
  /// How long the rest of a body that nobody reads may take, so that its connection can go on.
  package var drain: TimeAmount = .seconds(1)
  /// Bytes of a body that nobody reads; of more the connection is closed.
  package var drainedBytes = 65_536
  /// How long connections stay open after the server has begun to close.
  package var farewell: TimeAmount = .milliseconds(250)
  /// Bytes a second below which a body is not waited for.
  package var bodyRate = 16_384
  package var headBytes = 65_536
  /// Bytes that are held back on one connection while a reply is owed, and below which a body is not counted.
  package var heldBytes = 65_536

  package init() {}

  /// Until when more of a body must have come. What has come counts, not what the client has announced.
  func deadline(of body: ArrivingBody, now: NIODeadline) -> NIODeadline {
    let earned = TimeAmount.milliseconds(Int64(body.bytes) * 1_000 / Int64(bodyRate))
    return min(body.since + head + earned, now + silence)
  }
}

/// A body on its way in.
struct ArrivingBody {
  /// When its head was there.
  var since: NIODeadline
  var bytes = 0
}
