import Foundation
import Integrations
import NIOCore
import Statistics
import Testing

/// A load on a server of the test's own, which answers as it is told.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LoadRunTests {
  private func target(
    _ port: Int, connections: Int = 4, timeout: Duration = .seconds(5)
  ) -> LoadTarget {
    LoadTarget(
      host: "127.0.0.1", port: port,
      requests: (0..<3).map { number in
        LoadTarget.request(
          host: "localhost", path: "/v2/models/m/infer", fields: [("x-n", "\(number)")],
          body: Array("{\(number)}".utf8))
      }, rows: 2, connections: connections, timeout: timeout)
  }

  @Test func `all requests are sent and counted, in turn`() async throws {
    try await LoadedServer.run { _ in
      .ok
    } body: { server in
      let run = try await LoadRun(
        target(server.port), LoadSchedule(rate: 300, duration: 0.5))
      let figures = try await run.run()
      #expect(figures.ok == 150)
      #expect(figures.rows == 300)
      #expect(figures.errors.isEmpty)
      #expect(figures.latency.count == 150)
      #expect(server.received == 150)
      #expect(server.bodies == ["{0}", "{1}", "{2}"])
    }
  }

  /// A stall of half a second at 100/s delays some fifty requests; a closed loop on one connection would see one.
  @Test func `a stall counts for each request that was due in it`() async throws {
    try await LoadedServer.run { number in
      number == 10 ? .after(.milliseconds(500)) : .ok
    } body: { server in
      let run = try await LoadRun(
        target(server.port, connections: 1), LoadSchedule(rate: 100, duration: 1))
      let figures = try await run.run()
      #expect(figures.ok == 100)
      let slow = figures.latency.count - figures.latency.count(above: -1, through: 100_000)
      #expect(slow >= 35, "\(slow)")
      let seen = figures.service.count - figures.service.count(above: -1, through: 100_000)
      #expect(seen < slow)
    }
  }

  @Test func `failures are told apart`() async throws {
    try await LoadedServer.run { number in
      switch number % 4 {
      case 0: .status(503)
      case 1: .close
      case 2: .rubbish
      default: .ok
      }
    } body: { server in
      let run = try await LoadRun(target(server.port), LoadSchedule(rate: 400, duration: 0.5))
      let figures = try await run.run()
      #expect(figures.requests == 200)
      #expect(figures.errors.keys.contains(.status(503)))
      #expect(figures.errors.keys.contains(.closed))
      #expect(figures.errors.keys.contains(.badAnswer))
      #expect(figures.ok > 0)
      #expect(figures.ok + figures.failed == 200)
    }
  }

  @Test func `what is not answered in time has timed out, sent or not`() async throws {
    try await LoadedServer.run { _ in
      .never
    } body: { server in
      let run = try await LoadRun(
        target(server.port, connections: 2, timeout: .milliseconds(200)),
        LoadSchedule(rate: 300, duration: 1))
      let figures = try await run.run()
      #expect(figures.ok == 0)
      #expect(figures.requests == 300)
      #expect(figures.errors[.timedOut] ?? 0 >= 2)
      #expect(figures.errors[.notSent] ?? 0 >= 100, "\(figures.errors)")
      #expect(figures.late.count == 300)
      #expect(figures.late.max == 200_000)
    }
  }

  @Test func `a server that says goodbye after each answer is connected to again`() async throws {
    try await LoadedServer.run { _ in
      .okAndClose
    } body: { server in
      let run = try await LoadRun(target(server.port), LoadSchedule(rate: 100, duration: 0.5))
      let figures = try await run.run()
      #expect(figures.ok == 50, "\(figures.errors)")
    }
  }

  @Test func `nobody there is an error at once, and a stop ends a long load`() async throws {
    let port = try await LoadedServer.run { _ in
      .ok
    } body: {
      $0.port
    }
    let nobody = try await LoadRun(target(port), LoadSchedule(rate: 1, duration: 1))
    await #expect(throws: (any Error).self) { try await nobody.run() }

    try await LoadedServer.run { _ in
      .ok
    } body: { server in
      let run = try await LoadRun(target(server.port), LoadSchedule(rate: 100, duration: 3_600))
      async let figures = run.run()
      while await run.figures().ok < 5 { await Task.yield() }
      run.stop()
      let ended = try await figures
      #expect(ended.ok >= 5 && ended.ok < 10_000)
      #expect(ended.failed == 0)
    }
  }
}
