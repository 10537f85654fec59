import Domain
import Foundation
import HTTPAPI
import Integrations
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveServerTests {
  @Test func `a console over the socket follows the snapshots and acts as its user`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      try await server.withSocketConsole { console in
        var snapshot: SystemSnapshot?
        var seen: [Int64] = []
        for try await delta in console.snapshots() {
          let next = try #require(delta.applied(to: snapshot) as SystemSnapshot?)
          snapshot = next
          seen.append(next.sequence)
          if seen.count == 3 { break }
          services.source.publish(.sample(sequence: Int64(seen.count + 1), p99: 12.5))
        }
        #expect(seen == [1, 2, 3])
        #expect(snapshot == .sample(sequence: 3, p99: 12.5))

        let outcome = await console.send(CommandRouteTests.rollBack)
        #expect(outcome == .done(sequence: 7, revision: 2, summary: "done"))
      }
    }
    let principal = try #require(services.commands.list.first?.principal)
    #expect(principal.name == NSUserName())
    #expect(principal.role == .admin)
    #expect(principal.proof == "socket uid \(geteuid())")
  }

  @Test func `a prediction over the socket is never run on the thread that answers commands`()
    async throws
  {
    let services = try await TestServices.make()
    let engine = services.plane.engine
    engine.hold()
    try await LiveServer.run(services) { server in
      let request = FrontDoorTests.infer("Connection: close\r\n", body: FrontDoorTests.body)
      async let overSocket = RawClient.send(socketPath: server.socketPath, request)
      await engine.waitForJobs(1)
      #expect(engine.heldMayRunInline == [false])
      try await server.withSocketConsole { console in
        let outcome = await console.send(CommandRouteTests.rollBack)
        #expect(outcome == .done(sequence: 7, revision: 2, summary: "done"))
      }
      async let overPort = RawClient.send(port: server.port, request)
      await engine.waitForJobs(2)
      #expect(engine.heldMayRunInline == [false, true])
      engine.release()
      for answer in [try await overSocket, try await overPort] {
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
      }
    }
  }

  @Test func `a calm stream passes over figures and tells news at once`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      try await server.withConsole { console in
        var seen: [Int64] = []
        for try await delta in console.snapshots(.calm) {
          seen.append(delta.sequence)
          if seen.count == 2 { break }
          services.source.publish(.sample(sequence: 2, p99: 12.5))
          services.source.publish(.sample(sequence: 3, p99: 13.5))
          var news = SystemSnapshot.sample(sequence: 4, p99: 14.5)
          news.notices = [Notice(.critical, "the disk is full")]
          services.source.publish(news)
        }
        #expect(seen == [1, 4])
      }
    }
  }

  @Test func `over the port a console needs the token to act, and none to look`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      try await server.withConsole { console in
        let status = try await console.status()
        #expect(status == .sample())
        guard case .refused(let refusal) = await console.send(CommandRouteTests.rollBack) else {
          Issue.record("performed without a token")
          return
        }
        #expect(refusal.code == .notAllowed)
        #expect(refusal.message.contains("token"))
      }
      try await server.withConsole(token: secret) { console in
        let outcome = await console.send(CommandRouteTests.rollBack)
        #expect(outcome == .done(sequence: 7, revision: 2, summary: "done"))
      }
    }
    #expect(services.commands.list.count == 1)
  }

  @Test func `questions and answers are the same on both sides of the wire`() async throws {
    let window = Window(from: 100, to: 103, step: 1)
    var answers = FakeSource.Answers()
    answers.series = .success(
      SeriesResult(window: window, lines: [.init(version: nil, values: [1, nil, .infinity])]))
    answers.heatmap = .success(
      LatencyHeatmap(window: window, edges: [1, 10], counts: [[1, 2]], maxima: [nil]))
    answers.preflight = .success(
      PreflightReport(
        version: ModelVersion(model: "a b&c", version: "2"), sha256: "", checks: []))
    answers.outcomes[CommandRouteTests.rollBack.id] = .refused(Refusal(.frozen, "until noon"))
    answers.incidents = .success([.full])
    answers.past = .success(.sample())
    let source = FakeSource(answers: answers)
    let services = try await TestServices.make(source: source)
    let expected = answers
    try await LiveServer.run(services) { server in
      try await server.withSocketConsole { console in
        let pastOnes = IncidentQuery(
          model: "a b&c=d+é", isOpen: false, before: IncidentID(9), limit: 7)
        let incidents = try await console.incidents(pastOnes)
        #expect(incidents == [IncidentReport.full.incident])
        #expect(source.askedIncidents == [pastOnes])
        let incident = try await console.incident(IncidentID(1))
        #expect(incident == .full)
        let none = try await console.incident(IncidentID(2))
        #expect(none == nil)
        let query = SeriesQuery(measure: .accuracy, model: "m", window: window)
        let series = try await console.series(query)
        #expect(try series == expected.series.get())
        let cells = HeatmapQuery(
          model: "m", window: window, bucketCount: 2, lowest: 1, highest: 10)
        let heatmap = try await console.heatmap(cells)
        #expect(try heatmap == expected.heatmap.get())
        let requests = try await console.requests(RequestQuery())
        #expect(requests == [])
        let audit = try await console.audit(AuditQuery())
        #expect(audit == [])
        let moment = PastQuery(at: Timestamp(microseconds: 1_767_225_600_000_001))
        let past = try await console.past(moment)
        #expect(try past == expected.past.get())
        #expect(source.askedPast == [moment])
        await #expect(throws: SourceError.self) {
          try await console.past(PastQuery(at: Timestamp(microseconds: -1)))
        }
        let version = ModelVersion(model: "a b&c", version: "2")
        let report = try await console.preflight(version)
        #expect(try report == expected.preflight.get())
        let known = try await console.outcome(of: CommandRouteTests.rollBack.id)
        #expect(known == .refused(Refusal(.frozen, "until noon")))
        let unknown = try await console.outcome(of: CommandID("never-sent")!)
        #expect(unknown == nil)
        await #expect(throws: SourceError.self) {
          try await console.audit(AuditQuery(limit: 0))
        }
        let notice = Intention.Notice(id: CommandID(random: (1, 2)), model: "nowhere", words: "")
        await #expect(throws: SourceError.notFound(reason: "no such model")) {
          try await console.announce(notice)
        }
      }
    }
  }

  @Test func `a shutdown answers what is in flight, ends streams, and loses nothing`() async throws
  {
    let services = try await TestServices.make()
    services.plane.engine.hold()
    try await LiveServer.run(services) { server in
      try await server.withConsole { console in
        var deltas = console.snapshots().makeAsyncIterator()
        _ = try await deltas.next()
        try await withThrowingTaskGroup(of: String.self) { group in
          for _ in 0..<4 {
            group.addTask {
              try await RawClient.exchange(port: server.port, V2RouteTests.body)
            }
          }
          await services.plane.engine.waitForJobs(4)
          await server.shutDown()
          // The stream's end shows that the shutdown has reached the connections.
          await #expect(throws: (any Error).self) { while try await deltas.next() != nil {} }
          services.plane.engine.release()
          for try await answer in group {
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            #expect(answer.contains("\"outputs\""))
          }
        }
      }
    }
    #expect(services.plane.records.list.map(\.outcome) == [.ok, .ok, .ok, .ok])
    await services.source.waitUntilDeserted()
  }

  @Test func `a command over the socket is performed on a thread that predictions do not use`()
    async throws
  {
    let isOwnThread = Mutex<Bool?>(nil)
    let services = try await TestServices.make(outcome: { _ in
      isOwnThread.withLock { $0 = MultiThreadedEventLoopGroup.currentEventLoop != nil }
      return .done(sequence: 1, revision: nil, summary: "")
    })
    try await LiveServer.run(services) { server in
      try await server.withSocketConsole { console in
        _ = await console.send(CommandRouteTests.rollBack)
      }
    }
    #expect(isOwnThread.withLock { $0 } == true)
  }

  @Test func `the socket is for its owner, and gone after the end`() async throws {
    let services = try await TestServices.make()
    let used = Mutex("")
    try await LiveServer.run(services) { server in
      used.withLock { $0 = server.socketPath }
      let attributes = try FileManager.default.attributesOfItem(atPath: server.socketPath)
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }
    #expect(!FileManager.default.fileExists(atPath: used.withLock { $0 }))
  }

  @Test func `a port in use is one clear line`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      let second = HTTPServers(
        settings: HTTPServers.Settings(port: server.port), responder: makeRouter(services.api))
      let expected = HTTPServerError.inUse(address: "127.0.0.1:\(server.port)")
      await #expect(throws: expected) { try await second.checkAddresses() }
      await #expect(throws: expected) { try await second.services[0].run() }
      #expect(
        expected.description
          == "127.0.0.1:\(server.port) is in use by another program: choose another with --listen, or stop that one"
      )
    }
  }

  @Test func `a client that comes while the address is looked at is told that nobody is there`()
    async throws
  {
    let services = try await TestServices.make()
    // An address of this test's own: nobody else answers there.
    let host = "127.0.0.77"
    let free = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: host, port: 0).get()
    let port = try #require(free.localAddress?.port)
    try await free.close().get()
    let servers = HTTPServers(
      settings: HTTPServers.Settings(host: host, port: port), responder: makeRouter(services.api))
    let tries = Tries()
    Thread {
      while !tries.isDone.load(ordering: .relaxed) {
        let isTaken = RawClient.connects(host: host, port: port)
        if isTaken {
          tries.connected.add(1, ordering: .relaxed)
        } else {
          tries.refused.add(1, ordering: .relaxed)
        }
      }
    }.start()
    defer { tries.isDone.store(true, ordering: .relaxed) }
    var checks = 0
    while checks < 500 || tries.refused.load(ordering: .relaxed) < 500 {
      try await servers.checkAddresses()
      checks += 1
    }
    #expect(tries.connected.load(ordering: .relaxed) == 0)
  }

  /// Of which a name may have several.
  @Test func `the address that is looked at is the one that the server takes`() async throws {
    let services = try await TestServices.make()
    for host in ["localhost", "0.0.0.0", "::1", "::"] {
      let listener: any Channel
      do {
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .bind(host: host, port: 0).get()
      } catch {
        // A machine without IPv6.
        #expect(host.hasPrefix("::"), "\(host): \(error)")
        continue
      }
      let port = try #require(listener.localAddress?.port)
      let servers = HTTPServers(
        settings: HTTPServers.Settings(host: host, port: port), responder: makeRouter(services.api))
      await #expect(throws: HTTPServerError.inUse(address: "\(host):\(port)")) {
        try await servers.checkAddresses()
      }
      try await listener.close().get()
      try await servers.checkAddresses()
    }
  }

  @Test(arguments: ["nowhere.invalid", "192.0.2.1"])
  func `an address that is none of this machine's is told with what to do`(
    host: String
  ) async throws {
    let services = try await TestServices.make()
    let servers = HTTPServers(
      settings: HTTPServers.Settings(host: host), responder: makeRouter(services.api))
    let error = await #expect(throws: HTTPServerError.self) { try await servers.checkAddresses() }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("cannot listen on \(host):8080: "), "\(text)")
    #expect(text.hasSuffix("; listen on an address of this machine, such as 127.0.0.1:8080"))
  }

  private final class Tries: Sendable {
    let isDone = Atomic(false)
    let refused = Atomic(0)
    let connected = Atomic(0)
  }

  @Test func `a socket that somebody answers on is not taken away`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      let second = HTTPServers(
        settings: HTTPServers.Settings(port: 0, socketPath: server.socketPath),
        responder: makeRouter(services.api))
      let error = await #expect(throws: HTTPServerError.self) { try await second.checkAddresses() }
      #expect(error?.description.contains("--attach unix:\(server.socketPath)") == true)
      try await server.withSocketConsole { console in
        let status = try await console.status()
        #expect(status == .sample())
      }
    }
  }

  @Test func `a dead socket is replaced, and anything else is left alone`() async throws {
    let services = try await TestServices.make()
    func check(_ path: String) async throws {
      try await HTTPServers(
        settings: HTTPServers.Settings(port: 0, socketPath: path),
        responder: makeRouter(services.api)
      ).checkAddresses()
    }
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let dead = "\(folder.path)/dead.sock"
    let living = "\(folder.path)/living.sock"
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(unixDomainSocketPath: living).get()
    try FileManager.default.linkItem(atPath: living, toPath: dead)
    try await listener.close().get()
    #expect(FileManager.default.fileExists(atPath: dead))
    try await check(dead)

    let file = "\(folder.path)/file.sock"
    try Data("precious".utf8).write(to: URL(fileURLWithPath: file))
    await #expect(throws: HTTPServerError.self) { try await check(file) }
    let link = "\(folder.path)/link.sock"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: dead)
    await #expect(throws: HTTPServerError.self) { try await check(link) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("precious".utf8))
    try await check("/tmp/" + String(repeating: "a", count: 102))
    let long = "/tmp/" + String(repeating: "a", count: 103)
    await #expect(throws: HTTPServerError.socketPathTooLong(path: long, bytes: 108)) {
      try await check(long)
    }
  }
}
