import NIOCore
import Synchronization

/// What goes on to the router, and when it is done with it.
extension FrontDoor {
  func pass(_ remaining: Int, _ isReplied: Bool, _ context: ChannelHandlerContext) -> Bool {
    guard remaining > 0 else {
      guard isReplied else { return false }
      mode = .reading
      return true
    }
    guard let part = waiting.readSlice(length: min(remaining, waiting.readableBytes)),
      part.readableBytes > 0
    else { return false }
    mode = .passing(remaining: remaining - part.readableBytes, isReplied: isReplied)
    if remaining == part.readableBytes { timer.rest() }
    context.fireChannelRead(wrapInboundOut(part))
    context.fireChannelReadComplete()
    return true
  }

  /// The router has read the last part of a request.
  func requestEnded() {
    if case .handedOver = mode { timer.rest() }
  }

  /// The router has written the last part of its reply.
  func replyEnded() {
    if case .handedOver = mode {
      isBetweenRequests = true
      return arm(shared.limits.idle)
    }
    guard case .passing(let remaining, _) = mode, let context else { return }
    mode = .passing(remaining: remaining, isReplied: true)
    process(context)
    flushIfNeeded(context)
    if self.context != nil { releaseRead(context) }
  }

  func handOver(_ context: ChannelHandlerContext) {
    mode = .handedOver
    arm(shared.limits.oddRequest)
    memo = nil
    shared.counters.handedOver.add(1, ordering: .relaxed)
    let bytes = waiting
    waiting = ByteBuffer()
    passOnQuiescing(context)
    context.fireChannelRead(wrapInboundOut(bytes))
    context.fireChannelReadComplete()
  }
}
