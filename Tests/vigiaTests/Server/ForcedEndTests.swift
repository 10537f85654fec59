import Foundation
import Logging
import ServiceLifecycle
import Testing
import vigia

/// A shutdown that a service holds up for ever.
@Suite(.timeLimit(.minutes(1))) struct ForcedEndTests {
  @Test func `a shutdown that does not end is ended`() async throws {
    let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
    let stuck = Stuck()
    let end = ForcedEnd(after: .milliseconds(50)) { continuation.finish() }
    let group = Self.group([stuck, end])
    async let run: Void = group.run()
    await stuck.started()
    await group.triggerGracefulShutdown()
    for await _ in ended {}
    stuck.release()
    try await run
  }

  @Test func `one that ends by itself is left alone`() async throws {
    let (ended, continuation) = AsyncStream.makeStream(of: Int.self)
    let stuck = Stuck()
    stuck.release()
    // Seconds, since a busy machine may take them for the shutdown itself.
    let end = ForcedEnd(after: .seconds(5)) { continuation.yield(1) }
    let later = ForcedEnd(after: .seconds(6)) { continuation.yield(2) }
    let group = Self.group([stuck, end, later])
    async let run: Void = group.run()
    await stuck.started()
    await group.triggerGracefulShutdown()
    try await run
    end.cancel()
    // The other one's time, which began with the first one's, shows that it has passed.
    var calls = ended.makeAsyncIterator()
    #expect(await calls.next() == 2)
  }

  private static func group(_ services: [any Service]) -> ServiceGroup {
    ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
  }

  /// Ends when it is let go, whatever it is told.
  private final class Stuck: Service {
    private let (starts, start) = AsyncStream.makeStream(of: Void.self)
    private let (releases, letGo) = AsyncStream.makeStream(of: Void.self)

    func run() async throws {
      start.finish()
      for await _ in releases {}
    }

    func started() async { for await _ in starts {} }
    func release() { letGo.finish() }
  }
}
