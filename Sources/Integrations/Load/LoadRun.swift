import NIOCore
import NIOPosix

/// Sends the requests of a schedule at their times, whatever becomes of earlier ones, and counts what comes back.
///
/// All of it happens on one event loop. Requests that are due while every connection is busy wait here, and their wait
/// counts: to send them later without counting it would hide exactly the moments in which the server was slow.
///
/// Source of the correction: Tene, "How NOT to measure latency" (2013); wrk2 counts alike.
package final class LoadRun: Sendable {
  private let loop: any EventLoop
  private let state: NIOLoopBound<LoadState>

  /// - Throws: what is wrong with the target's file of authorities.
  package init(_ target: LoadTarget, _ schedule: LoadSchedule) async throws {
    loop = MultiThreadedEventLoopGroup.singleton.next()
    let loop = loop
    // The state is made on its loop, and lives there.
    state = try await loop.submit {
      NIOLoopBound(try LoadState(target, schedule, loop), eventLoop: loop)
    }.get()
  }

  /// Connects, sends everything, and returns once all is answered, failed or timed out.
  ///
  /// - Throws: what kept the first connection from being made.
  package func run() async throws -> LoadFigures {
    let state = state
    return try await loop.flatSubmit { state.value.run() }.get()
  }

  /// What `run` threw, for a person.
  package static func reason(of error: any Error) -> String { UpstreamText.reason(of: error) }

  /// What has come so far.
  package func figures() async -> LoadFigures {
    let state = state
    return (try? await loop.submit { state.value.present }.get()) ?? LoadFigures()
  }

  /// Sends nothing more; `run` returns once what is under way has ended.
  package func stop() {
    let state = state
    loop.execute { state.value.stop() }
  }
}
