import NIOCore

/// How a connection ends: by its client, by the server's end, or by a clock.
extension FrontDoor {
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent: quiesce(context)
    case ChannelEvent.inputClosed: inputClosed(context)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  /// The server is closing. A client that was just sending gets its answer, and with it the word to leave.
  private func quiesce(_ context: ChannelHandlerContext) {
    guard quiescing == .no else { return }
    quiescing = .waiting
    responder.draining.startClosing()
    let door = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: shared.limits.farewell) {
      let door = door.value
      guard let context = door.context else { return }
      door.quiescing = .due
      switch door.mode {
      case .reading where door.waiting.readableBytes == 0, .passing, .handedOver:
        door.passOnQuiescing(context)
      case .reading, .receiving, .answering, .lingering, .closed: break
      }
    }
  }

  /// Lets the router's own handler close the connection: at once, or after the reply that it owes.
  func passOnQuiescing(_ context: ChannelHandlerContext) {
    guard quiescing == .due else { return }
    quiescing = .passedOn
    context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
  }

  private func inputClosed(_ context: ChannelHandlerContext) {
    isInputClosed = true
    switch mode {
    case .reading where waiting.readableBytes == 0, .passing, .handedOver:
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    case .reading, .receiving, .lingering: context.close(promise: nil)
    case .answering, .closed: break
    }
  }

  /// Ends the sending side, and drops what still comes for a while: a close at once could take the reply from the
  /// client's hands.
  func linger(_ context: ChannelHandlerContext) {
    guard self.context != nil else { return }
    mode = .lingering
    shared.budget.give(back: reserved)
    reserved = 0
    waiting = ByteBuffer()
    guard !isInputClosed else { return context.close(promise: nil) }
    context.close(mode: .output, promise: nil)
    arm(context.channel.isWritable ? shared.limits.linger : shared.limits.stalledWrite)
    if isReadHeld {
      isReadHeld = false
      context.read()
    }
  }

  func arm(_ delay: TimeAmount) { arm(loop.now + delay) }

  func arm(_ deadline: NIODeadline) {
    guard context != nil, !timer.takes(deadline) else { return }
    timer.arm(deadline, on: loop) { [door = NIOLoopBound(self, eventLoop: loop)] in
      door.value.timePassed()
    }
  }

  private func timePassed() {
    let (isDue, next) = timer.woke(at: loop.now)
    if let next { arm(next) }
    guard isDue, let context else { return }
    guard context.channel.isWritable, !isCutOff else {
      // A reply was made, and counted; that it was never taken is counted here.
      if case .lingering = mode {} else if !isCutOff { services.tally.add(.tooSlow) }
      return context.close(promise: nil)
    }
    switch mode {
    case .reading where waiting.readableBytes == 0: context.close(promise: nil)
    case .reading: refuse(.tooSlow, context, nil)
    case .receiving(let memo, _):
      let arrival = Arrival(services)
      let error = InferExchange.refusal(.tooSlow, of: memo.admission, arrival, services)
      refuse(error, context, memo, arrival)
    case .passing(let remaining, let isReplied) where remaining > 0:
      if isReplied { linger(context) } else { cutOff(context) }
    case .handedOver: handedOverTooSlow(context)
    case .lingering: context.close(promise: nil)
    case .answering, .passing, .closed: break
    }
  }

  private func handedOverTooSlow(_ context: ChannelHandlerContext) {
    if routed.isBodyComing {
      if routed.owesReply { cutOff(context) } else { linger(context) }
    } else if routed.owesReply {
      // The beginning of the next head; this reply first.
      arm(shared.limits.head)
    } else if isHeadComing {
      refuse(.tooSlow, context, nil)
    } else {
      context.close(promise: nil)
    }
  }

  /// A body for the router does not come. The router answers that, and counts it, unless it is answering already.
  private func cutOff(_ context: ChannelHandlerContext) {
    guard !routed.isAnswering else { return context.close(promise: nil) }
    isCutOff = true
    arm(shared.limits.stalledWrite)
    context.fireErrorCaught(SlowClient())
  }
}

/// One clock for a connection. It is set anew with each request, and the event loop's timer is not: that wakes at the
/// earliest time ever asked for and looks whether it still holds.
struct ConnectionTimer {
  private var deadline: NIODeadline?
  private var wakesAt: NIODeadline?
  private var scheduled: Scheduled<Void>?

  /// Sets the clock where that needs no timer, as of nearly every request.
  ///
  /// - Returns: false where the loop's timer would wake too late: then `arm` it.
  mutating func takes(_ deadline: NIODeadline) -> Bool {
    guard let wakesAt, wakesAt <= deadline else { return false }
    self.deadline = deadline
    return true
  }

  mutating func arm(
    _ deadline: NIODeadline, on loop: any EventLoop, _ fire: @escaping @Sendable () -> Void
  ) {
    guard !takes(deadline) else { return }
    self.deadline = deadline
    scheduled?.cancel()
    wakesAt = deadline
    scheduled = loop.scheduleTask(deadline: deadline) { fire() }
  }

  var isResting: Bool { deadline == nil }

  /// No deadline until the next one is set.
  mutating func rest() { deadline = nil }

  mutating func cancel() {
    scheduled?.cancel()
    (scheduled, wakesAt, deadline) = (nil, nil, nil)
  }

  /// The loop's timer woke up.
  ///
  /// - Returns: whether the deadline has passed; else when to look again, if at all.
  mutating func woke(at now: NIODeadline) -> (isDue: Bool, next: NIODeadline?) {
    (scheduled, wakesAt) = (nil, nil)
    guard let deadline else { return (false, nil) }
    return deadline <= now ? (true, nil) : (false, deadline)
  }
}
