import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Statistics

/// The load's state, on its event loop.
final class LoadState: LoadConnection.Owner {
  /// Nanoseconds between two looks for requests that have timed out: all connections are walked for it.
  private static let lookEvery: Int64 = 20_000_000

  private let target: LoadTarget
  private let schedule: LoadSchedule
  private let loop: any EventLoop
  private var promise: EventLoopPromise<LoadFigures>?
  private let tls: NIOSSLContext?
  private let bodies: [ByteBuffer]
  private let timeout: Int64
  private var count: Int
  private var figures = LoadFigures()
  private var start: Int64 = 0
  /// The next request to send; those before it have been sent, or were given up.
  private var next = 0
  private var idle: [LoadConnection] = []
  private var open: [ObjectIdentifier: LoadConnection] = [:]
  private var connecting = 0
  private var retryAt: Int64 = 0
  private var timer: Scheduled<Void>?
  private var timerAt = Int64.max
  private var nextLook: Int64 = 0
  private var isEnded = false

  /// - Throws: what is wrong with the file of authorities.
  init(_ target: LoadTarget, _ schedule: LoadSchedule, _ loop: any EventLoop) throws {
    tls = try target.security.configuration.map { try NIOSSLContext(configuration: $0) }
    self.target = target
    self.schedule = schedule
    self.loop = loop
    bodies = target.requests.map { ByteBuffer(bytes: $0) }
    timeout = Int64(target.timeout / .nanoseconds(1))
    count = schedule.count
  }

  private var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

  private func due(_ index: Int) -> Int64 { start + Int64(schedule.time(of: index) * 1e9) }

  var present: LoadFigures {
    var present = figures
    let now = now
    present.elapsed = start == 0 ? 0 : Double(now - start) / 1e9
    var due = next
    while start > 0, due < count, self.due(due) <= now { due += 1 }
    present.waiting = due - next + open.values.count { $0.pending != nil }
    return present
  }

  /// Fulfilled when all is answered, failed or given up; it fails when the first connection cannot be made: nobody is
  /// there.
  func run() -> EventLoopFuture<LoadFigures> {
    let promise = loop.makePromise(of: LoadFigures.self)
    self.promise = promise
    let bound = NIOLoopBound(self, eventLoop: loop)
    connect().whenComplete { result in
      let state = bound.value
      switch result {
      case .success:
        state.start = state.now
        state.work()
      case .failure(let error):
        state.promise = nil
        promise.fail(error)
      }
    }
    return promise.futureResult
  }

  func stop() {
    count = next
    work()
  }

  // MARK: Connections

  private func connect() -> EventLoopFuture<Void> {
    connecting += 1
    let bound = NIOLoopBound(self, eventLoop: loop)
    let ready = loop.makePromise(of: Void.self)
    if tls == nil { ready.succeed() }
    return ClientBootstrap(group: loop)
      .channelOption(.socketOption(.so_reuseaddr), value: 1)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connectTimeout(.seconds(2))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let writer = RawWriter()
          let connection = LoadConnection(owner: bound.value, writer: writer)
          let pipeline = channel.pipeline.syncOperations
          if let tls = bound.value.tls {
            let name = bound.value.serverName
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
            try pipeline.addHandler(HandshakeWatch(ready))
          }
          try pipeline.addHandler(writer)
          try pipeline.addHandler(
            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
          try pipeline.addHandler(connection)
        }
      }
      .connect(host: target.host, port: target.port)
      .flatMapError { error in
        ready.fail(error)
        return bound.value.loop.makeFailedFuture(error)
      }
      .flatMap { channel in
        ready.futureResult.flatMapError { error in
          channel.close(promise: nil)
          return channel.eventLoop.makeFailedFuture(error)
        }.map { channel }
      }
      .flatMapThrowing { channel in
        let connection = try channel.pipeline.syncOperations.handler(type: LoadConnection.self)
        bound.value.connected(connection)
      }
  }

  /// For the server's choice of its certificate; an address is not told, but is what the certificate must have.
  private var serverName: String? {
    (try? SocketAddress(ipAddress: target.host, port: target.port)) == nil ? target.host : nil
  }

  private func connected(_ connection: LoadConnection) {
    connecting -= 1
    open[ObjectIdentifier(connection)] = connection
    idle.append(connection)
    if isEnded { connection.close() } else { work() }
  }

  private func connectAgain() {
    guard !isEnded, open.count + connecting < target.connections else { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    connect().whenFailure { _ in
      let state = bound.value
      state.connecting -= 1
      // Not at once again: a server that is down is asked ten times a second.
      state.retryAt = state.now + 100_000_000
      state.work()
    }
  }

  func answered(_ connection: LoadConnection, status: Int, isReusable: Bool) {
    guard let pending = connection.pending else { return }
    let now = now
    if status == 200 {
      figures.ok += 1
      figures.rows += target.rows
      figures.latency.add(Double(now - pending.due) / 1e3)
      figures.service.add(Double(now - pending.sent) / 1e3)
    } else {
      figures.errors[.status(status), default: 0] += 1
    }
    connection.settle()
    guard isReusable else { return }
    idle.append(connection)
    work()
  }

  func failed(_ connection: LoadConnection, _ error: LoadError) {
    figures.errors[error, default: 0] += 1
    connection.settle()
  }

  func closed(_ connection: LoadConnection) {
    open[ObjectIdentifier(connection)] = nil
    idle.removeAll { $0 === connection }
    work()
  }

  // MARK: Work

  /// Sends what is due, gives up what is too late, and sees to it that it is called again in time.
  private func work() {
    guard !isEnded, start > 0 else { return }
    let now = now
    giveUp(at: now)
    while next < count, due(next) <= now, let connection = idle.popLast() {
      connection.send(bodies[next % bodies.count], due: due(next), sent: now)
      next += 1
    }
    if next < count, now >= retryAt {
      for _ in 0..<(target.connections - open.count - connecting) { connectAgain() }
    }
    if next >= count, open.values.allSatisfy({ $0.pending == nil }) { return end() }
    arm(at: wakeTime(now))
  }

  private func giveUp(at now: Int64) {
    if now >= nextLook {
      nextLook = now + Self.lookEvery
      for connection in open.values {
        if let pending = connection.pending, pending.due + timeout <= now {
          failed(connection, .timedOut)
          figures.late.add(Double(timeout) / 1e3)
          connection.close()
        }
      }
    }
    let isDown = open.isEmpty && connecting == 0
    while next < count, due(next) <= now, isDown || due(next) + timeout <= now {
      figures.errors[isDown ? .refused : .notSent, default: 0] += 1
      if !isDown { figures.late.add(Double(timeout) / 1e3) }
      next += 1
    }
  }

  /// When the next request is due, for an idle connection, or the next timeout is to be looked for.
  private func wakeTime(_ now: Int64) -> Int64 {
    let wake = now + Self.lookEvery
    guard next < count, !idle.isEmpty || (open.isEmpty && connecting == 0) else { return wake }
    return min(wake, due(next))
  }

  private func arm(at time: Int64) {
    if timerAt <= time, timerAt > now { return }
    timer?.cancel()
    timerAt = time
    let bound = NIOLoopBound(self, eventLoop: loop)
    timer = loop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(time))) {
      bound.value.timerAt = .max
      bound.value.work()
    }
  }

  private func end() {
    figures.elapsed = Double(now - start) / 1e9
    isEnded = true
    timer?.cancel()
    for connection in open.values { connection.close() }
    promise?.succeed(figures)
    promise = nil
  }
}
