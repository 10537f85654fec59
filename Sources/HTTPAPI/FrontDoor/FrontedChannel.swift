import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The router's HTTP/1.1 channel; that of the TCP port has a `FrontDoor` before it.
struct FrontedChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  /// Has a `RouterWatch` among its additional handlers.
  let base: HTTP1Channel
  let responder: APIResponder
  /// Nil for one without a front door.
  let shared: FrontDoorShared?
  let end: ServerEnd

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      // Not with the server's log, which holds its lifetime.
      end.accepted(value) { [base, log = responder.services.logger] in
        await base.handle(value: value, logger: log)
      }
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.context(
        handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(OlderClients(), position: .after(decoder.handler))
      guard let shared else { return value }
      let door = FrontDoor(responder: responder, shared: shared, loop: channel.eventLoop)
      try pipeline.handler(type: RouterWatch.self).door = door
      try pipeline.addHandler(door, position: .first)
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    end.taken(value)
    await base.handle(value: value, logger: logger)
  }
}
