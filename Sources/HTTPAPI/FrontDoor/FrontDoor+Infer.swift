import Domain
import HTTPTypes
import Inference
import InferenceProtocol
import NIOCore
import NIOPosix

/// From a plain infer request's head to its reply.
extension FrontDoor {
  /// A head was admitted: its body is next.
  func receive(_ memo: HeadMemo, _ length: Int, _ context: ChannelHandlerContext) {
    guard length <= services.limits.inferBody else {
      let arrival = Arrival(services)
      let error = InferExchange.refusal(
        .bodyTooLarge(limit: services.limits.inferBody), of: memo.admission, arrival, services)
      return refuse(error, context, memo, arrival)
    }
    mode = .receiving(memo, contentLength: length)
    guard waiting.readableBytes < length else { return }
    body = ArrivingBody(since: loop.now, bytes: waiting.readableBytes)
    if memo.head.expectsContinue { sayContinue(context) }
    waiting.reserveCapacity(
      minimumWritableBytes: min(length, shared.limits.heldBytes) - waiting.readableBytes)
    armForBody()
  }

  /// The whole body is there.
  func answer(_ memo: HeadMemo, _ length: Int, _ context: ChannelHandlerContext) {
    let body = waiting.readSlice(length: length) ?? ByteBuffer()
    mode = .answering(memo)
    timer.rest()
    let arrival = Arrival(services)
    if LargeBody.isLarge(length, memo.head.request.headerFields) {
      return readElsewhere(body, memo, arrival, context)
    }
    infer(Self.call(body, memo, arrival, services), memo, arrival, context)
  }

  private static func call(
    _ body: ByteBuffer, _ memo: HeadMemo, _ arrival: Arrival, _ services: APIServices
  ) -> Result<InferenceCall, APIError> {
    Result { () throws(APIError) in
      try InferExchange.call(
        head: memo.inferHead, body: body, admission: memo.admission, arrival: arrival,
        services: services)
    }
  }

  /// Reads a body on another thread, so that other connections of this loop go on.
  private func readElsewhere(
    _ body: ByteBuffer, _ memo: HeadMemo, _ arrival: Arrival, _ context: ChannelHandlerContext
  ) {
    let length = body.readableBytes
    guard shared.budget.take(max(0, length - reserved)) else {
      return reply(
        InferExchange.refusal(.tooManyBytes, of: memo.admission, arrival, services), memo, arrival,
        context)
    }
    // Its bytes stay counted until they have been read, also where the client leaves before.
    reserved = max(0, reserved - length)
    let (services, budget) = (services, shared.budget)
    let door = NIOLoopBound(self, eventLoop: loop)
    NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      defer { budget.give(back: length) }
      return Self.call(body, memo, arrival, services)
    }.whenSuccess { call in
      let door = door.value
      guard case .answering = door.mode, let context = door.context else { return }
      door.infer(call, memo, arrival, context)
      if case .failure = call { door.goOn(context) }
    }
  }

  private func infer(
    _ call: Result<InferenceCall, APIError>, _ memo: HeadMemo, _ arrival: Arrival,
    _ context: ChannelHandlerContext
  ) {
    var inferenceCall: InferenceCall
    switch call {
    case .success(let success): inferenceCall = success
    case .failure(let error):
      return reply(
        InferExchange.refusal(error, of: memo.admission, arrival, services), memo, arrival, context)
    }
    inferenceCall.presence = presence
    inferenceCall.turn = turn.shared
    let request = inferenceCall.request
    let door = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    services.dataPlane.infer(inferenceCall) { result, trace in
      if loop.inEventLoop {
        door.value.finish(result, trace, request, arrival)
      } else {
        loop.execute { door.value.finish(result, trace, request, arrival) }
      }
    }
    turn.gathered()
  }

  private func finish(
    _ result: Result<InferenceReply, InferenceError>, _ trace: InferenceTrace?,
    _ request: InferRequest, _ arrival: Arrival
  ) {
    guard case .answering(let memo) = mode, let context else { return }
    switch result {
    case .success(let success):
      if LargeBody.isLarge(success.response, for: request) {
        return printElsewhere(success, request, memo, arrival)
      }
      let message: WireMessage
      do throws(APIError) {
        message = try InferExchange.message(of: success, to: request, services.limits)
      } catch {
        reply(error, memo, arrival, context)
        break
      }
      if message.bytes.count >= ContentCoding.leastBytes, memo.takesGzip {
        return pack(success, message, memo, arrival)
      }
      write(success, message, nil, isPacked: false, memo, arrival, context)
    case .failure(let error):
      reply(InferExchange.failure(error, trace), memo, arrival, context)
    }
    goOn(context)
  }

  /// Prints, and packs where the client takes that, an answer of many numbers on another thread.
  private func printElsewhere(
    _ reply: InferenceReply, _ request: InferRequest, _ memo: HeadMemo, _ arrival: Arrival
  ) {
    let door = NIOLoopBound(self, eventLoop: loop)
    let limits = services.limits
    NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      Result { () throws(APIError) in
        let message = try InferExchange.message(of: reply, to: request, limits)
        let plain = ByteBuffer(bytes: message.bytes)
        return (message, plain, memo.takesGzip ? Gzip.compressed(plain) : nil)
      }
    }.whenSuccess { printed in
      let door = door.value
      guard case .answering = door.mode, let context = door.context else { return }
      switch printed {
      case .success((let message, let plain, let packed)):
        door.write(
          reply, message, packed ?? plain, isPacked: packed != nil, memo, arrival, context)
      case .failure(let error): door.reply(error, memo, arrival, context)
      }
      door.goOn(context)
    }
  }

  /// Packs a reply for a client that takes gzip on another thread.
  private func pack(
    _ reply: InferenceReply, _ message: WireMessage, _ memo: HeadMemo, _ arrival: Arrival
  ) {
    let plain = ByteBuffer(bytes: message.bytes)
    let door = NIOLoopBound(self, eventLoop: loop)
    NIOThreadPool.singleton.runIfActive(eventLoop: loop) { Gzip.compressed(plain) }
      .whenSuccess { packed in
        let door = door.value
        guard case .answering = door.mode, let context = door.context else { return }
        door.write(
          reply, message, packed ?? plain, isPacked: packed != nil, memo, arrival, context)
        door.goOn(context)
      }
  }

  /// After a reply: the next request, unless it came within `process`, which goes on by itself.
  private func goOn(_ context: ChannelHandlerContext) {
    guard !isProcessing, self.context != nil else { return }
    process(context)
    if needsFlush { turn.add(self) }
    if self.context != nil { releaseRead(context) }
  }

  /// - Parameter body: the bytes to send where they are in a buffer already; else the message's are copied behind the
  ///   head.
  private func write(
    _ reply: InferenceReply, _ message: WireMessage, _ body: ByteBuffer?, isPacked: Bool,
    _ memo: HeadMemo, _ arrival: Arrival, _ context: ChannelHandlerContext
  ) {
    let closes = closes(after: memo)
    // As the clock stood when the answer was there.
    let now = arrival.time.adding(nanoseconds: reply.trace.totalTime)
    var head = ReplyHead(
      .ok, length: body?.readableBytes ?? message.bytes.count, date: shared.dates.text(at: now),
      closes: closes)
    InferExchange.eachField(of: reply, message) { head.append($0, $1) }
    memo.admission.sharing.eachField { head.append($0, $1) }
    if message.bytes.count >= ContentCoding.leastBytes {
      head.append(.vary, "Accept-Encoding")
      if isPacked { head.append(.contentEncoding, "gzip") }
    }
    head.end()
    var bytes = context.channel.allocator.buffer(
      capacity: head.bytes.count + (body == nil ? message.bytes.count : 0))
    bytes.writeBytes(head.bytes)
    if let body {
      context.write(wrapOutboundOut(bytes), promise: nil)
      bytes = body
    } else {
      bytes.writeBytes(message.bytes)
    }
    send(bytes, closes: closes, context)
    responder.log.answered(
      memo.head.request, .ok, at: now,
      arrival.facts(memo.head.request, memo.admission, version: reply.version.version))
  }

  /// A refusal of a request that was read to its end: the connection goes on.
  private func reply(
    _ error: APIError, _ memo: HeadMemo, _ arrival: Arrival, _ context: ChannelHandlerContext
  ) {
    services.tally.add(error)
    log(error, memo, arrival)
    let closes = closes(after: memo)
    send(bytes(of: error, closes: closes, memo, arrival, context), closes: closes, context)
  }

  /// A refusal in the middle of a request: the rest of it cannot be told from the next one, so the connection ends.
  ///
  /// - Parameters:
  ///   - memo: nil where the head has not come yet.
  ///   - arrival: nil where the request has not been given one yet.
  func refuse(
    _ error: APIError, _ context: ChannelHandlerContext, _ memo: HeadMemo?,
    _ arrival: Arrival? = nil
  ) {
    let arrival = arrival ?? Arrival(services)
    services.tally.add(error)
    if let memo {
      log(error, memo, arrival)
    } else {
      responder.log.refusedUnread(error, arrival.id, at: services.now())
    }
    send(bytes(of: error, closes: true, memo, arrival, context), closes: true, context)
  }

  private func log(_ error: APIError, _ memo: HeadMemo, _ arrival: Arrival) {
    responder.log.failed(
      memo.head.request, error, at: services.now(),
      arrival.facts(
        memo.head.request, memo.admission, version: error.fields[.vigiaModelVersion]))
  }

  private func bytes(
    of error: APIError, closes: Bool, _ memo: HeadMemo?, _ arrival: Arrival,
    _ context: ChannelHandlerContext
  ) -> ByteBuffer {
    var body = error.body
    var head = ReplyHead(
      error.status, length: body.readableBytes, date: shared.dates.text(at: services.now()),
      closes: closes)
    head.append(.contentType, "application/json")
    head.append(.vigiaRequestID, arrival.id.description)
    for field in error.fields { head.append(field.name, field.value) }
    memo?.admission.sharing.eachField { head.append($0, $1) }
    head.end()
    var bytes = context.channel.allocator.buffer(capacity: head.bytes.count + body.readableBytes)
    bytes.writeBytes(head.bytes)
    bytes.writeBuffer(&body)
    return bytes
  }

  func sayContinue(_ context: ChannelHandlerContext) {
    context.writeAndFlush(
      wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
  }

  private func closes(after memo: HeadMemo) -> Bool {
    memo.head.closes || isInputClosed || quiescing != .no || responder.draining.isClosing
  }

  private func send(_ bytes: ByteBuffer, closes: Bool, _ context: ChannelHandlerContext) {
    mode = closes ? .lingering : .reading
    context.write(wrapOutboundOut(bytes), promise: nil)
    guard closes else {
      needsFlush = true
      if !isProcessing { turn.add(self) }
      return
    }
    context.flush()
    linger(context)
  }
}
