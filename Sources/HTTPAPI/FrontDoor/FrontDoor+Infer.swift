import Domain
import HTTPTypes
import Inference
import InferenceProtocol
import NIOCore
import Synchronization

/// From a plain infer request's head to its reply.
extension FrontDoor {
  /// A head was admitted: its body is next.
  func receive(_ memo: HeadMemo, _ length: Int, _ context: ChannelHandlerContext) {
    guard length <= services.limits.inferBody else {
      shared.counters.tooLarge.add(1, ordering: .relaxed)
      recordInvalid(memo, .tooLarge)
      return refuse(.bodyTooLarge(limit: services.limits.inferBody), context, memo)
    }
    mode = .receiving(memo, contentLength: length)
    guard waiting.readableBytes < length else { return }
    if memo.head.expectsContinue { sayContinue(context) }
    waiting.reserveCapacity(
      minimumWritableBytes: min(length, shared.limits.heldBytes) - waiting.readableBytes)
    arm(shared.limits.body(length))
  }

  /// The whole body is there.
  func answer(_ memo: HeadMemo, _ length: Int, _ context: ChannelHandlerContext) {
    let body = waiting.readSlice(length: length) ?? ByteBuffer()
    mode = .answering(memo)
    timer.rest()
    let call: InferenceCall
    do throws(APIError) {
      call = try InferExchange.call(
        head: memo.head.request, body: body, admission: memo.admission, services: services)
    } catch {
      recordInvalid(memo, error.refusalReason)
      return reply(error, memo, context)
    }
    let request = call.request
    let door = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    services.dataPlane.infer(call) { result in
      if loop.inEventLoop {
        door.value.finish(result, request)
      } else {
        loop.execute { door.value.finish(result, request) }
      }
    }
  }

  private func finish(
    _ result: Result<InferenceReply, InferenceError>, _ request: InferRequest
  ) {
    guard case .answering(let memo) = mode, let context else { return }
    shared.counters.answered.add(1, ordering: .relaxed)
    switch result {
    case .success(let success):
      write(success, request, memo, context)
      responder.log.request(memo.head.request, .ok)
    case .failure(let error): reply(APIError(error), memo, context)
    }
    goOn(context)
  }

  /// After a reply: the next request, unless it came within `process`, which goes on by itself.
  private func goOn(_ context: ChannelHandlerContext) {
    guard !isProcessing, self.context != nil else { return }
    process(context)
    flushIfNeeded(context)
    if self.context != nil { releaseRead(context) }
  }

  private func write(
    _ reply: InferenceReply, _ request: InferRequest, _ memo: HeadMemo,
    _ context: ChannelHandlerContext
  ) {
    let closes = closes(after: memo)
    let message = reply.response.body(for: request)
    var bytes = ReplyHead.start(
      .ok, length: message.bytes.count, date: shared.dates.text(at: services.now()),
      closes: closes, allocator: context.channel.allocator)
    InferExchange.eachField(of: reply, message) { ReplyHead.append($0, $1, to: &bytes) }
    ReplyHead.end(&bytes)
    bytes.writeBytes(message.bytes)
    send(bytes, closes: closes, context)
  }

  /// A refusal of a request that was read to its end: the connection goes on.
  private func reply(_ error: APIError, _ memo: HeadMemo, _ context: ChannelHandlerContext) {
    log(error, memo)
    send(
      bytes(of: error, closes: closes(after: memo), context), closes: closes(after: memo), context)
  }

  /// A refusal in the middle of a request: the rest of it cannot be told from the next one, so the connection ends.
  func refuse(_ error: APIError, _ context: ChannelHandlerContext, _ memo: HeadMemo? = nil) {
    if let memo { log(error, memo) }
    send(bytes(of: error, closes: true, context), closes: true, context)
  }

  private func log(_ error: APIError, _ memo: HeadMemo) {
    responder.log.failure(memo.head.request, error, at: services.now())
    responder.log.request(memo.head.request, error.status)
  }

  private func bytes(
    of error: APIError, closes: Bool, _ context: ChannelHandlerContext
  ) -> ByteBuffer {
    var body = error.body
    var bytes = ReplyHead.start(
      error.status, length: body.readableBytes, date: shared.dates.text(at: services.now()),
      closes: closes, allocator: context.channel.allocator)
    ReplyHead.append(.contentType, "application/json", to: &bytes)
    for field in error.fields { ReplyHead.append(field.name, field.value, to: &bytes) }
    ReplyHead.end(&bytes)
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
      if !isProcessing { flushIfNeeded(context) }
      return
    }
    context.flush()
    linger(context)
  }

  private func recordInvalid(_ memo: HeadMemo, _ reason: RefusalReason) {
    services.dataPlane.recordInvalid(
      model: memo.admission.parameters.model, version: memo.admission.parameters.version,
      client: memo.admission.client, arrivedAt: services.now(), reason: reason)
  }
}
