import Domain
import Foundation
import GRDB
import Statistics
import Testing

@testable import Storage

struct RecorderTests {
  @Test func `a flush hands on what was written, by version, second and revision`() throws {
    let bench = try RecorderBench(objective: 5_000)
    bench.recorder.record(.sample(second: 0.1, number: 1, revision: 4))
    bench.recorder.record(.sample(second: 0.2, number: 2, microseconds: 7_000, revision: 5))
    bench.recorder.record(.sample(second: 0.3, number: 3, outcome: .failed, revision: 5))
    bench.recorder.record(.sample(second: 0.9, number: 4, microseconds: 200_000, revision: 5))
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    let batch = try #require(bench.batches.all.first)
    #expect(batch.from == Timestamp.noon.seconds)
    #expect(batch.to == Timestamp.noon.seconds + 1)
    #expect(batch.dropped == 0)
    #expect(batch.status.paused == nil)
    let rollups = batch.rollups.sorted { $0.second < $1.second }
    // The last was answered in the second second.
    #expect(rollups.map(\.counters.requests) == [3, 1])
    #expect(rollups[0].counters.ok == 2)
    #expect(rollups[0].counters.slow == 1)
    #expect(rollups[0].latency.count == 3)
    #expect(rollups[0].byRevision[4]?.requests == 1)
    #expect(rollups[0].byRevision[5]?.serverErrors == 1)
    #expect(rollups[0].byRevision[5]?.slow == 1)
    #expect(rollups[0].byRevision[5]?.timed == 2)
  }

  @Test func `what came in the first half of a second survives a kill in the second half`() throws {
    let bench = try RecorderBench(objective: 5_000)
    bench.recorder.record(.sample(second: 0.1, number: 1, client: "a"))
    bench.clock.advance(seconds: 0.5)
    bench.recorder.save()
    #expect(bench.batches.all.isEmpty)
    let killed = try bench.folder.copy()
    let reopened = try MetricStore(directory: killed.path, now: bench.clock.now)
    let stored = { (store: MetricStore) in
      try store.openPool().read { try Int64.fetchOne($0, sql: "SELECT sum(ok) FROM r1") }
    }
    #expect(try stored(reopened) == 1)
    // The batch is of the whole second all the same, and nothing is stored twice.
    bench.recorder.record(
      .sample(second: 0.6, number: 2, client: "a", microseconds: 7_000, revision: 2))
    bench.clock.advance(seconds: 0.5)
    bench.recorder.flush()
    let batch = try #require(bench.batches.all.first)
    #expect(batch.rollups.map(\.counters.requests) == [2])
    #expect(batch.rollups.first?.latency.count == 2)
    #expect(batch.rollups.first?.byRevision.mapValues(\.requests) == [1: 1, 2: 1])
    #expect(batch.clients.map(\.count) == [2])
    #expect(batch.to - batch.from == 1)
    #expect(try stored(bench.store) == 2)
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    #expect(bench.batches.all.last?.rollups.isEmpty == true)
  }

  @Test func `a label of a saved prediction counts once`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample()
    bench.recorder.record(record)
    bench.recorder.save()
    let label = LabelBatch(labels: [.init(id: "\(record.id)", values: [.integer(1)])])
    let join = { bench.recorder.join(model: "electricity", label, now: bench.clock.now) }
    #expect(join() == LabelReceipt(joined: 1))
    bench.recorder.save()
    #expect(join() == LabelReceipt(duplicate: 1))
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    #expect(bench.batches.all[0].labels.map(\.counts.correct) == [1])
    #expect(bench.batches.all[0].revisionLabels.map(\.counts.correct) == [1])
    #expect(bench.batches.all[0].quality.count == 1)
  }

  @Test func `the thread writes in the middle of a second only when something came`() {
    let next = { (past: Int, isWaiting: Bool, isBusy: Bool) in
      let (task, wait) = Recorder.nextDuty(past: past, isWaiting: isWaiting, isBusy: isBusy)
      return "\(task) in \(wait)"
    }
    #expect(next(2_000, false, false) == "flush in 1000000")
    #expect(next(2_000, true, false) == "save in 500000")
    #expect(next(502_000, true, false) == "flush in 500000")
    #expect(next(2_000, true, true) == "fold in 100000")
    #expect(next(400_000, true, true) == "save in 102000")
  }

  @Test func `a full ring drops and counts, and goes on after the next flush`() throws {
    let bench = try RecorderBench { $0.ringCapacity = 10 }
    for number in 0..<25 { bench.recorder.record(.sample(number: UInt64(number))) }
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    #expect(bench.batches.all[0].dropped == 15)
    #expect(bench.recorder.status.dropped == 15)
    bench.recorder.record(.sample(second: 1))
    bench.recorder.flush()
    #expect(bench.batches.all[1].dropped == 0)
    #expect(bench.batches.all[1].rollups.count == 1)
    #expect(bench.recorder.status.dropped == 15)
  }

  @Test func `a rush is folded as it comes, not at the turn of the second alone`() async throws {
    let bench = try RecorderBench()
    bench.recorder.start()
    var isFolded = false
    // Where the machine is so slow that the turn comes first, it is tried again.
    for turn in 0..<20 where !isFolded {
      let flushes = bench.batches.all.count
      for number in 0..<Recorder.wakeUp {
        bench.recorder.record(.sample(number: UInt64(turn * Recorder.wakeUp + number)))
      }
      while bench.recorder.waiting > 0, bench.batches.all.count == flushes { await Task.yield() }
      isFolded = bench.recorder.waiting == 0 && bench.batches.all.count == flushes
    }
    #expect(isFolded)
    bench.recorder.close()
    #expect(bench.recorder.status.dropped == 0)
  }

  @Test func `the ring is bounded by what its records hold, too`() throws {
    // Each holds its id of 400 bytes, its client's name, and one answer.
    let one = PredictionRecord.sample(clientID: String(repeating: "i", count: 400))
    let bench = try RecorderBench { $0.recordBytes = 3 * one.heldBytes - 1 }
    #expect((409..<500).contains(one.heldBytes))
    for _ in 0..<5 { bench.recorder.record(one) }
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    #expect(bench.batches.all[0].dropped == 3)
    #expect(bench.batches.all[0].rollups.map(\.counters.requests) == [2])
    // A single one that is larger is counted all the same, and keeps others out until the next fold.
    let large = PredictionRecord.sample(
      second: 1,
      predictions: PredictedValues(
        Array(repeating: .text(String(repeating: "a class", count: 9)), count: 900)))
    #expect(large.heldBytes > 900 * 63)
    bench.recorder.record(large)
    bench.recorder.record(one)
    bench.recorder.flush()
    #expect(bench.batches.all[1].dropped == 1)
    #expect(bench.batches.all[1].rollups.map(\.counters.requests) == [1])
    bench.recorder.record(one)
    bench.recorder.flush()
    #expect(bench.batches.all[2].dropped == 0)
  }

  @Test func `a client's requests come with their times and what was slow`() throws {
    let bench = try RecorderBench(objective: 5_000)
    bench.recorder.record(.sample(number: 1, client: "a", microseconds: 2_000))
    bench.recorder.record(.sample(number: 2, client: "a", microseconds: 8_000))
    bench.recorder.record(.sample(number: 3, client: "a", outcome: .limited))
    bench.recorder.flush()
    let clients = bench.batches.all[0].clients.sorted { $0.count > $1.count }
    #expect(clients.map(\.outcome) == [.ok, .limited])
    #expect(clients[0].times.timed == 2)
    #expect(clients[0].times.slow == 1)
    #expect(clients[0].times.sum == 10_000)
    #expect(clients[1].times == ClientCount.Times())
    #expect(bench.batches.all[0].rollups.map(\.counters.limited) == [1])
    #expect(bench.batches.all[0].rollups.map(\.counters.serverErrors) == [0])
  }

  @Test func `clients past the bound are one client`() throws {
    let bench = try RecorderBench { $0.clientsPerModel = 2 }
    for number in 0..<50 {
      bench.recorder.record(
        .sample(number: UInt64(number), client: number < 4 ? "a\(number % 2)" : "c\(number)"))
    }
    bench.recorder.record(.sample(number: 99, client: "shadow's", variant: .shadow))
    bench.recorder.flush()
    let clients = Dictionary(
      uniqueKeysWithValues: bench.batches.all[0].clients.map { ($0.client, $0.count) })
    #expect(clients == ["a0": 2, "a1": 2, ClientCount.overflow: 46])
  }

  @Test func `the slowest requests come first, and the oldest are forgotten`() throws {
    let bench = try RecorderBench { $0.recentCapacity = 100 }
    for number in 0..<150 {
      bench.recorder.record(
        .sample(
          second: Double(number), number: UInt64(number), outcome: number % 10 == 0 ? .failed : .ok,
          microseconds: Int64(number)))
    }
    let slowest = bench.recorder.requests(RequestQuery(limit: 3))
    #expect(slowest.map(\.total) == [149, 148, 147])
    #expect(bench.recorder.requests(RequestQuery(limit: 1_000)).count == 100)
    let errors = bench.recorder.requests(
      RequestQuery(
        model: "electricity", onlyErrors: true, from: .noon.adding(seconds: 100),
        to: .noon.adding(seconds: 120)))
    #expect(errors.map(\.total) == [110, 100])
    #expect(bench.recorder.requests(RequestQuery(version: "2")).isEmpty)
  }

  @Test func `without a store it records in memory and says so`() {
    let clock = ManualClock()
    let batches = Collected<SecondBatch>()
    let recorder = Recorder(store: nil, clock: { clock.now }, onFlush: { batches.add($0) })
    recorder.record(.sample())
    recorder.flush()
    #expect(batches.all[0].rollups.count == 1)
    #expect(batches.all[0].status.paused != nil)
    #expect(recorder.requests(RequestQuery()).count == 1)
  }

  @Test func `the thread flushes, and closing ends it with nothing left behind`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let batches = Collected<SecondBatch>()
    let flushed = DispatchSemaphore(value: 0)
    // A clock just before the turn of the second, always: the thread flushes every few milliseconds.
    let recorder = Recorder(
      store: store, clock: { Timestamp.noon.adding(seconds: 0.999) },
      onFlush: {
        batches.add($0)
        flushed.signal()
      })
    recorder.start()
    recorder.start()
    recorder.record(.sample())
    #expect(flushed.wait(timeout: .now() + 60) == .success)
    recorder.record(.sample(number: 1))
    recorder.close()
    recorder.close()
    #expect(batches.all.flatMap(\.rollups).reduce(0) { $0 + $1.counters.requests } == 2)
    store.close()
  }
}

/// A recorder on a folder of its own with a clock that stands still.
struct RecorderBench {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let store: MetricStore
  let recorder: Recorder
  let batches = Collected<SecondBatch>()

  init(
    objective: Double? = nil, policy: CapturePolicy = CapturePolicy(),
    _ change: (inout Recorder.Settings) -> Void = { _ in }
  ) throws {
    folder = try TemporaryFolder()
    store = try MetricStore(directory: folder.path, now: clock.now)
    var settings = Recorder.Settings()
    change(&settings)
    recorder = Recorder(
      store: store, settings: settings, clock: { [clock] in clock.now },
      objective: { _ in objective }, policy: { _ in policy },
      onFlush: { [batches] in batches.add($0) })
  }
}
