import Domain
import HTTPAPI
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct SnapshotHubTests {
  @Test func `a reader that comes late gets the newest, not all that it missed`() async throws {
    let source = FakeSource()
    let hub = SnapshotHub(source: source, capacity: 2)
    let quick = try #require(hub.join(close: {}) as Int?)
    let slow = try #require(hub.join(close: {}) as Int?)
    #expect(await hub.next(for: quick) == .snapshot(.sample(), generation: 1))
    for sequence in 2...5 as ClosedRange<Int64> {
      source.publish(.sample(sequence: sequence))
      #expect(
        await hub.next(for: quick)
          == .snapshot(.sample(sequence: sequence), generation: Int(sequence)))
    }
    #expect(await hub.next(for: slow) == .snapshot(.sample(sequence: 5), generation: 5))
    hub.leave(quick)
    hub.leave(slow)
  }

  @Test func `the source is read while somebody listens, and not longer`() async throws {
    let source = FakeSource()
    let hub = SnapshotHub(source: source, capacity: 1)
    #expect(source.listenerCount == 0)
    for _ in 0..<2 {
      let reader = try #require(hub.join(close: {}) as Int?)
      #expect(await hub.next(for: reader) == .snapshot(.sample(), generation: hub.generation))
      #expect(hub.join(close: {}) == nil)
      hub.leave(reader)
      #expect(hub.readerCount == 0)
      await source.waitUntilDeserted()
    }
  }

  @Test func `a reader that stays busy for too long is cut off, and others are not`() async throws {
    let source = FakeSource()
    let hub = SnapshotHub(source: source, capacity: 2, patience: 3)
    let isCut = Mutex(false)
    let quick = try #require(hub.join(close: { Issue.record("the quick reader was cut") }) as Int?)
    let stuck = try #require(hub.join(close: { isCut.withLock { $0 = true } }) as Int?)
    _ = await hub.next(for: quick)
    _ = await hub.next(for: stuck)
    for sequence in 2...4 as ClosedRange<Int64> {
      #expect(!isCut.withLock { $0 })
      source.publish(.sample(sequence: sequence))
      _ = await hub.next(for: quick)
    }
    #expect(isCut.withLock { $0 })
    #expect(await hub.next(for: stuck) == .end)
    hub.leave(quick)
    hub.leave(stuck)
  }

  @Test func `the end of the source is the end for all`() async throws {
    let source = FakeSource()
    let hub = SnapshotHub(source: source, capacity: 2)
    let reader = try #require(hub.join(close: {}) as Int?)
    _ = await hub.next(for: reader)
    source.end()
    #expect(await hub.next(for: reader) == .end)
    hub.leave(reader)
  }

  @Test func `a reader that is ended while it waits is woken`() async throws {
    let hub = SnapshotHub(source: FakeSource(snapshot: nil), capacity: 1)
    let reader = try #require(hub.join(close: {}) as Int?)
    async let news = hub.next(for: reader)
    hub.end(reader)
    #expect(await news == .end)
    hub.leave(reader)
  }
}
