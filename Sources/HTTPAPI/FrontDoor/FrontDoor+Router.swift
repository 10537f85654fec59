import HTTPTypes
import NIOCore

/// What goes on to the router, and when it is done with it.
extension FrontDoor {
  /// How far the router is with the requests of this connection.
  struct Routed {
    /// Heads and bodies that it has read.
    var heads = 0
    var bodies = 0
    /// Replies that it has begun, and those that it has written.
    var begun = 0
    var replies = 0

    var isBodyComing: Bool { heads > bodies }
    var owesReply: Bool { heads > replies }
    /// The reply to the request whose body comes is on its way, or out.
    var isAnswering: Bool { begun >= heads }
  }

  /// The body's client did not keep its time: whoever reads that body answers it.
  struct SlowClient: Error {}

  /// A request that the router answers.
  func passOn(_ head: PlainHead, _ length: Int) {
    body = ArrivingBody(since: loop.now)
    isBodyRefused = false
    if head.expectsContinue, let context {
      if mayContinue(head) { sayContinue(context) } else { isBodyRefused = true }
    }
    mode = .passing(remaining: length + head.contentLength, isReplied: false)
  }

  /// A client that waits for leave to send its body gets it where the body would be read.
  private func mayContinue(_ head: PlainHead) -> Bool {
    guard let admission = try? services.checks.admit(head.request, from: .network) else {
      return false
    }
    return head.contentLength <= services.limits.body(of: admission.endpoint)
  }

  func pass(_ remaining: Int, _ isReplied: Bool, _ context: ChannelHandlerContext) -> Bool {
    guard remaining > 0 else {
      guard isReplied else { return false }
      mode = .reading
      return true
    }
    guard let part = waiting.readSlice(length: min(remaining, waiting.readableBytes)),
      part.readableBytes > 0
    else { return false }
    let left = remaining - part.readableBytes
    mode = .passing(remaining: left, isReplied: isReplied)
    body.bytes += part.readableBytes
    if left == 0 { timer.rest() } else if !isReplied { armForBody() }
    context.fireChannelRead(wrapInboundOut(part))
    context.fireChannelReadComplete()
    return true
  }

  /// Bytes of a connection that was handed over.
  func route(_ data: NIOAny, _ context: ChannelHandlerContext) {
    if routed.isBodyComing {
      body.bytes += unwrapInboundIn(data).readableBytes
      if !routed.isAnswering {
        armForBody()
      } else if !routed.owesReply, body.bytes > shared.limits.drainedBytes {
        return linger(context)
      }
      return context.fireChannelRead(data)
    }
    // Once for a head, however many parts it comes in.
    if timer.isResting || !isHeadComing { arm(shared.limits.head) }
    let heads = routed.heads
    isHeadComing = true
    context.fireChannelRead(data)
    if routed.heads > heads { isHeadComing = false }
  }

  func armForBody() { arm(shared.limits.deadline(of: body, now: loop.now)) }

  /// The router has read a head.
  func requestBegan() {
    routed.heads += 1
    guard case .handedOver = mode else { return }
    body = ArrivingBody(since: loop.now)
    armForBody()
  }

  /// The router has read the last part of a request.
  func requestEnded() {
    routed.bodies += 1
    guard case .handedOver = mode else { return }
    if routed.owesReply { timer.rest() } else { arm(shared.limits.idle) }
  }

  /// The router begins a reply.
  ///
  /// - Returns: whether the connection ends with it: more of the request is to come than is read in vain.
  func replyBegins(_ status: HTTPResponse.Status) -> Bool {
    routed.begun += 1
    switch mode {
    case .passing(let remaining, _):
      return isBodyRefused || isCutOff || remaining > shared.limits.drainedBytes
    case .handedOver: return routed.isBodyComing && routed.isAnswering && status.code >= 400
    default: return false
    }
  }

  /// The router has written the last part of its reply.
  ///
  /// - Parameter closes: the reply says that it is the last one.
  func replyEnded(closes: Bool) {
    routed.replies += 1
    guard let context else { return }
    switch mode {
    case .passing(let remaining, _):
      if closes { return end(after: context) }
      mode = .passing(remaining: remaining, isReplied: true)
      if remaining > 0 { arm(shared.limits.drain) }
      process(context)
      flushIfNeeded(context)
      if self.context != nil { releaseRead(context) }
    case .handedOver:
      if closes { return end(after: context) }
      guard !routed.owesReply else { return }
      if routed.isBodyComing {
        body.bytes = 0
        arm(shared.limits.drain)
      } else {
        arm(isHeadComing ? shared.limits.head : shared.limits.idle)
      }
    default: break
    }
  }

  /// The router's last reply is written.
  private func end(after context: ChannelHandlerContext) {
    context.flush()
    // A client that has said all needs no time to read it, and the router closes when it is sent.
    guard !isInputClosed else { return arm(shared.limits.stalledWrite) }
    linger(context)
  }

  func handOver(_ context: ChannelHandlerContext) {
    mode = .handedOver
    isHeadComing = true
    arm(shared.limits.head)
    memo = nil
    let bytes = waiting
    waiting = ByteBuffer()
    passOnQuiescing(context)
    route(wrapInboundOut(bytes), context)
    if self.context != nil { context.fireChannelReadComplete() }
  }
}
