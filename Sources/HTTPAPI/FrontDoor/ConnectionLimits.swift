package import NIOCore

/// How long, and how large, things on one connection of the TCP port may be.
package struct ConnectionLimits: Sendable, Equatable {
  /// A connection on which nothing is under way is closed after this.
  package var idle: TimeAmount = .seconds(75)
  /// From the first byte of a head to its last.
  package var head: TimeAmount = .seconds(10)
  /// From the first byte of a request that is not plain to its last.
  package var oddRequest: TimeAmount = .seconds(120)
  /// A client that takes no bytes of its replies for this long is cut off.
  package var stalledWrite: TimeAmount = .seconds(30)
  /// How long bytes are dropped after a last reply.
  package var linger: TimeAmount = .seconds(2)
  /// How long connections stay open after the server has begun to close.
  package var farewell: TimeAmount = .milliseconds(250)
  /// Bytes a second below which a body is not waited for, on top of `head`.
  package var bodyRate = 16_384
  package var headBytes = 65_536
  /// Bytes that are held back on one connection while a reply is owed, and below which a body is not counted.
  package var heldBytes = 65_536

  package init() {}

  /// How long `bytes` of a body may take.
  func body(_ bytes: Int) -> TimeAmount { head + .seconds(Int64(bytes / bodyRate)) }
}
