import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle

/// The two ways in: the TCP port for everybody, and the control socket, each with threads of its own, so that
/// control does not share the fate of the data.
package struct HTTPServers: Sendable {
  private let settings: Settings
  private let responder: APIResponder
  private let onRunning: @Sendable (BoundAddress) async -> Void
  private let lag: LoopLag

  /// - Parameters:
  ///   - responder: what `makeRouter` gave. Both servers answer by it, so they share its stream.
  ///   - lag: is told of the event loops of the port.
  ///   - onRunning: called once for each server, when it accepts connections; for the port after the socket, so that
  ///     who is told of the port finds both.
  package init(
    settings: Settings, responder: APIResponder, lag: LoopLag = LoopLag(),
    onRunning: @escaping @Sendable (BoundAddress) async -> Void = { _ in }
  ) {
    self.settings = settings
    self.responder = responder
    self.lag = lag
    self.onRunning = onRunning
  }

  package struct Settings: Sendable, Equatable {
    package var host: String
    /// 0 takes any free port, which `onRunning` then names.
    package var port: Int
    /// Event loops for the TCP port; more of them help at many connections and lengthen the tail at few.
    package var threads: Int
    /// Nil: no control socket.
    package var socketPath: String?
    /// Connections of the TCP port at one time; more wait in the kernel's queue.
    package var connections: Int
    /// Seconds after which a connection without a request is closed.
    package var idleSeconds: Int64
    /// How long a shutdown waits twice: not ready before the port is closed, and then for clients that were just
    /// sending.
    package var drain: Duration
    /// Of a connection to the port; its `idle` and `farewell` are `idleSeconds` and `drain`.
    package var limits = ConnectionLimits()

    package init(
      host: String = "127.0.0.1", port: Int = 8080, threads: Int = 2, socketPath: String? = nil,
      connections: Int = 4_096, idleSeconds: Int64 = 75, drain: Duration = .milliseconds(250)
    ) {
      self.host = host
      self.port = port
      self.threads = threads
      self.socketPath = socketPath
      self.connections = connections
      self.idleSeconds = idleSeconds
      self.drain = drain
    }
  }

  /// In the order for a `ServiceGroup`, which shuts down in reverse: not ready, then the port, and the control socket
  /// last.
  package var services: [any Service] {
    var services: [any Service] = []
    let onRunning = onRunning
    let (socketIsOpen, opening) = AsyncStream<Never>.makeStream()
    if let socketPath = settings.socketPath {
      services.append(
        ListenerService(
          kind: .socket(path: socketPath), settings: settings, responder: responder, lag: lag,
          onRunning: { address in
            await onRunning(address)
            opening.finish()
          }))
    } else {
      opening.finish()
    }
    services.append(
      ListenerService(
        kind: .port(host: settings.host, port: settings.port), settings: settings,
        responder: responder, lag: lag,
        onRunning: { address in
          for await _ in socketIsOpen.cancelOnGracefulShutdown() {}
          await onRunning(address)
        }))
    services.append(LameDuck(draining: responder.draining, grace: settings.drain))
    return services
  }

  /// Whether these servers' addresses are free; see `checkAddresses(_:)`.
  package func checkAddresses() async throws(HTTPServerError) {
    try await Self.checkAddresses(settings)
  }

  /// Whether both addresses can be taken, before anything else is started. Nothing stays bound, and nobody
  /// is let in (`PortProbe`).
  package static func checkAddresses(_ settings: Settings) async throws(HTTPServerError) {
    if let socketPath = settings.socketPath { try await SocketPath.check(socketPath) }
    let (host, port) = (settings.host, settings.port)
    let address = "\(host):\(port)"
    let finding: PortProbe.Finding
    do {
      finding = try await NIOThreadPool.singleton.runIfActive {
        PortProbe.probe(host: host, port: port)
      }
    } catch {
      throw HTTPServerError(error, listening: address)
    }
    switch finding {
    case .free: break
    case .inUse: throw .inUse(address: address)
    case .denied: throw .notPermitted(address: address)
    case .noSuchAddress(let reason):
      throw .failed(
        address: address,
        reason: "\(reason); listen on an address of this machine, such as 127.0.0.1:8080")
    }
  }
}

/// Where a server accepts connections.
package enum BoundAddress: Sendable, Equatable {
  case port(host: String, port: Int)
  case socket(path: String)
}

/// One server with its own threads.
private struct ListenerService: Service {
  let kind: BoundAddress
  let settings: HTTPServers.Settings
  let responder: APIResponder
  let lag: LoopLag
  let onRunning: @Sendable (BoundAddress) async -> Void

  func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    let result = await served(on: group)
    try? await group.shutdownGracefully()
    try result.get()
  }

  /// What answers the control socket has a thread of its own, too, so that it waits for no prediction.
  private func served(on group: MultiThreadedEventLoopGroup) async -> Result<Void, any Error> {
    guard case .socket = kind else {
      for loop in group.makeIterator() { lag.watch(loop) }
      defer { lag.end() }
      return await Result { try await serve(on: group) }
    }
    let handlers = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let result = await Result {
      try await withTaskExecutorPreference(LoopExecutor(loop: handlers.next())) {
        try await serve(on: group)
      }
    }
    try? await handlers.shutdownGracefully()
    return result
  }

  private func serve(on group: MultiThreadedEventLoopGroup) async throws {
    if case .socket(let path) = kind { try await SocketPath.check(path) }
    let end = ServerEnd()
    let result = await Result { try await application(on: group, end).run() }
    await end.wait()
    if case .failure(let error) = result { throw HTTPServerError(error, listening: name) }
    if case .socket(let path) = kind { SocketPath.remove(path) }
  }

  private func application(
    on group: MultiThreadedEventLoopGroup, _ end: ServerEnd
  ) -> Application<APIResponder> {
    Application(
      responder: responder, server: builder(end),
      configuration: ApplicationConfiguration(
        address: address, availableConnectionsDelegate: connectionLimit),
      onServerRunning: { channel in await started(channel) },
      eventLoopGroupProvider: .shared(group),
      logger: LifetimeLog.logger(quietLogger, end.lifetime()))
  }

  private func started(_ channel: any Channel) async {
    switch kind {
    case .socket(let path):
      SocketPath.restrict(path)
      await onRunning(kind)
    case .port(let host, let port):
      await onRunning(.port(host: host, port: channel.localAddress?.port ?? port))
    }
  }

  private var threads: Int {
    switch kind {
    case .socket: 1
    case .port: settings.threads
    }
  }

  private var name: String {
    switch kind {
    case .socket(let path): path
    case .port(let host, let port): "\(host):\(port)"
    }
  }

  private var address: BindAddress {
    switch kind {
    case .socket(let path): .unixDomainSocket(path: path)
    case .port(let host, let port): .hostname(host, port: port)
    }
  }

  private var connectionLimit: (any AvailableConnectionsDelegate)? {
    switch kind {
    case .socket: nil
    case .port: ConnectionBound(settings.connections, responder.services)
    }
  }

  /// The port has a front door, which minds time and end of its connections; the socket does without, so that no
  /// prediction runs on its thread.
  private func builder(_ end: ServerEnd) -> HTTPServerBuilder {
    switch kind {
    case .socket:
      return builder(
        HTTP1Channel.Configuration(
          additionalChannelHandlers: [
            Farewell(draining: responder.draining, grace: settings.drain),
            RouterWatch(responder: responder),
          ],
          idleTimeout: .seconds(settings.idleSeconds), httpDecoderConfiguration: decoderLimits),
        nil, end)
    case .port:
      return builder(
        HTTP1Channel.Configuration(
          additionalChannelHandlers: [RouterWatch(responder: responder)],
          httpDecoderConfiguration: decoderLimits),
        FrontDoorShared(limits: doorLimits, budget: responder.receiving), end)
    }
  }

  private func builder(
    _ configuration: HTTP1Channel.Configuration, _ shared: FrontDoorShared?,
    _ end: ServerEnd
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { respond in
      FrontedChannel(
        base: HTTP1Channel(responder: respond, configuration: configuration),
        responder: responder, shared: shared, end: end)
    }
  }

  private var doorLimits: ConnectionLimits {
    var limits = settings.limits
    limits.idle = .seconds(settings.idleSeconds)
    limits.farewell = TimeAmount(settings.drain)
    return limits
  }

  private var decoderLimits: HTTP1Channel.Configuration.DecoderConfiguration {
    .init(
      maxHeaderFieldSize: HeadLimits.field, maxHeaderListSize: HeadLimits.all,
      maxHeaderFieldCount: HeadLimits.fields)
  }

  /// The servers' own notices say what `onRunning` says already.
  private var quietLogger: Logger {
    var logger = responder.services.logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}

extension Result where Failure == any Error, Success == Void {
  fileprivate init(_ body: () async throws -> Void) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
