import Domain
import HTTPTypes
import Inference
import NIOCore

/// The first handler of a connection to the TCP port: it answers plain infer requests itself, on the event loop that
/// read them, and leaves everything else to the decoder and router behind it, byte for byte.
///
/// Why: of a prediction that takes 5 us, the full HTTP stack and its tasks would take six times as much again. What
/// is asked of a request is the same on both ways: `RequestChecks`, `InferExchange`, `RequestLog`.
///
/// Requests of one connection are answered in their order. While one is with the router, its body is passed on up
/// to its last byte and what follows is held back until its reply has been written (`RouterWatch` tells). A request
/// that is not plain (`PlainHead`) hands the connection over to the router for good.
final class FrontDoor: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let responder: APIResponder
  let shared: FrontDoorShared
  let loop: any EventLoop
  let turn: LoopTurn
  /// Only a connection that is gone ends it: a client that has said all may still listen.
  let presence = ClientPresence()
  var mode = Mode.reading
  /// What has come and was not taken yet.
  var waiting = ByteBuffer()
  /// Of `waiting`: bytes in which the end of a head was looked for in vain.
  var searched = 0
  var memo: HeadMemo?
  var context: ChannelHandlerContext?
  var isProcessing = false
  var needsFlush = false
  var isReadHeld = false
  var isInputClosed = false
  /// The server is closing, and the connection with it as soon as nothing is under way.
  var quiescing = Quiescing.no
  var timer = ConnectionTimer()
  /// How far the router is.
  var routed = Routed()
  /// Of the request whose body is coming.
  var body = ArrivingBody(since: .uptimeNanoseconds(0))
  /// The client waits for leave to send its body, and did not get it.
  var isBodyRefused = false
  /// The router was told that the client is too slow.
  var isCutOff = false
  /// Of a connection that was handed over: something of a head has come.
  var isHeadComing = false
  /// Bytes of `waiting` that are counted against the server's budget.
  var reserved = 0

  enum Mode {
    /// No request is under way, or the head of one has come in part.
    case reading
    /// An infer request whose body is still to come.
    case receiving(HeadMemo, contentLength: Int)
    /// A prediction is being made.
    case answering(HeadMemo)
    /// A request is with the router: bytes of it that are still to be passed on, and whether its reply is out.
    case passing(remaining: Int, isReplied: Bool)
    /// All bytes go to the router from here on.
    case handedOver
    /// The last reply is out; what the client still sends is dropped, so that it gets to read that reply.
    case lingering
    case closed
  }

  enum Quiescing { case no, waiting, due, passedOn }

  init(responder: APIResponder, shared: FrontDoorShared, loop: any EventLoop) {
    self.responder = responder
    self.shared = shared
    self.loop = loop
    turn = shared.turn(of: loop)
  }

  var services: APIServices { responder.services }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    waiting = context.channel.allocator.buffer(capacity: 2_048)
    arm(shared.limits.idle)
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  private func end() {
    mode = .closed
    presence.leave()
    timer.cancel()
    shared.budget.give(back: reserved)
    reserved = 0
    waiting.clear()
    context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch mode {
    case .handedOver: return isCutOff ? () : route(data, context)
    case .lingering, .closed: return
    case .passing where isCutOff: return
    case .reading, .receiving, .answering, .passing: break
    }
    var bytes = unwrapInboundIn(data)
    if waiting.readableBytes == 0 { waiting = bytes } else { waiting.writeBuffer(&bytes) }
    process(context)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if needsFlush { turn.add(self) }
    switch mode {
    case .handedOver, .passing: context.fireChannelReadComplete()
    default: break
    }
  }

  /// No reading beyond what is asked for while a reply is owed, or not taken by the client.
  func read(context: ChannelHandlerContext) {
    isReadHeld = isHoldingReads(context)
    if !isReadHeld { context.read() }
  }

  private func isHoldingReads(_ context: ChannelHandlerContext) -> Bool {
    switch mode {
    case .handedOver, .lingering, .closed: false
    case .receiving: false
    case .reading: !context.channel.isWritable
    case .answering, .passing(0, _):
      waiting.readableBytes >= shared.limits.heldBytes || !context.channel.isWritable
    case .passing: false
    }
  }

  func releaseRead(_ context: ChannelHandlerContext) {
    guard isReadHeld, !isHoldingReads(context) else { return }
    isReadHeld = false
    context.read()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      armForMode()
      process(context)
      flushIfNeeded(context)
      releaseRead(context)
    } else {
      arm(shared.limits.stalledWrite)
    }
    context.fireChannelWritabilityChanged()
  }

  /// The client takes its replies again: the clock of what else it does goes on.
  private func armForMode() {
    switch mode {
    case .reading: arm(waiting.readableBytes == 0 ? shared.limits.idle : shared.limits.head)
    case .receiving: armForBody()
    case .passing(let remaining, let isReplied) where remaining > 0:
      if isReplied { arm(shared.limits.drain) } else { armForBody() }
    case .handedOver where routed.isBodyComing: armForBody()
    case .handedOver where !routed.owesReply: arm(shared.limits.idle)
    case .lingering: arm(shared.limits.linger)
    case .answering, .passing, .handedOver, .closed: timer.rest()
    }
  }

  /// Takes requests out of `waiting` as far as they can be taken now.
  func process(_ context: ChannelHandlerContext) {
    guard !isProcessing else { return }
    isProcessing = true
    defer { isProcessing = false }
    while self.context != nil, step(context) {}
    if self.context != nil { countHeldBytes(context) }
  }

  /// - Returns: whether another step may follow.
  private func step(_ context: ChannelHandlerContext) -> Bool {
    switch mode {
    case .reading: return context.channel.isWritable && takeHead(context)
    case .receiving(let memo, let contentLength):
      guard waiting.readableBytes >= contentLength else {
        if waiting.readableBytes > body.bytes {
          body.bytes = waiting.readableBytes
          armForBody()
        }
        return false
      }
      answer(memo, contentLength, context)
      return true
    case .passing(let remaining, let isReplied):
      return pass(remaining, isReplied, context)
    case .answering, .handedOver, .lingering, .closed: return false
    }
  }

  private func takeHead(_ context: ChannelHandlerContext) -> Bool {
    guard waiting.readableBytes > 0 else {
      becameIdle(context)
      return false
    }
    if let memo, let (length, contentLength) = memo.next(in: waiting) {
      waiting.moveReaderIndex(forwardBy: length)
      receive(memo, contentLength, context)
      return true
    }
    let reading = PlainHead.read(
      waiting.readableBytesUInt8Span, searched: searched, limit: shared.limits.headBytes)
    switch reading {
    case .incomplete:
      if searched == 0 { arm(shared.limits.head) }
      searched = waiting.readableBytes
      return false
    case .notPlain:
      handOver(context)
      return false
    case .plain(let head, let length):
      searched = 0
      if let admission = inferAdmission(head) {
        let memo = HeadMemo(
          bytes: waiting.readSlice(length: length) ?? ByteBuffer(), head: head,
          admission: admission)
        self.memo = memo
        receive(memo, head.contentLength, context)
      } else {
        passOn(head, length)
      }
      return true
    }
  }

  /// What the checks made of a request that this handler may answer; nil leaves it, and its refusal, to the router.
  private func inferAdmission(_ head: PlainHead) -> RequestChecks.Admission? {
    guard head.request.method == .post, head.request.headerFields[.contentEncoding] == nil,
      let admission = try? services.checks.admit(head.request, from: .network),
      admission.endpoint == .infer
    else { return nil }
    return admission
  }

  /// Nothing is under way.
  func becameIdle(_ context: ChannelHandlerContext) {
    if isInputClosed { return context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    passOnQuiescing(context)
    arm(shared.limits.idle)
  }

  /// Large bodies count against what the whole server may hold.
  private func countHeldBytes(_ context: ChannelHandlerContext) {
    let held = waiting.readableBytes > shared.limits.heldBytes ? waiting.readableBytes : 0
    guard held != reserved else { return }
    if held > reserved, !shared.budget.take(held - reserved) {
      guard let memo = memoUnderWay else { return refuse(.tooManyBytes, context, nil) }
      let arrival = Arrival(services)
      let error = InferExchange.refusal(.tooManyBytes, of: memo.admission, arrival, services)
      return refuse(error, context, memo, arrival)
    }
    if held < reserved { shared.budget.give(back: reserved - held) }
    reserved = held
  }

  /// Of the request whose body is coming.
  private var memoUnderWay: HeadMemo? {
    if case .receiving(let memo, _) = mode { memo } else { nil }
  }

  /// The loop has answered what it found.
  func flush() {
    if let context { flushIfNeeded(context) }
  }

  func flushIfNeeded(_ context: ChannelHandlerContext) {
    guard needsFlush, self.context != nil else { return }
    needsFlush = false
    context.flush()
  }
}
