import Domain
import Foundation
import GRDB
import InferenceProtocol
import Storage
import Synchronization

/// The clock of a simulation.
private final class SimulatedClock: Sendable {
  private let seconds: Mutex<Int64>

  init(_ seconds: Int64) { self.seconds = Mutex(seconds) }

  var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }

  func advance() { seconds.withLock { $0 += 1 } }
}

/// The requests of one second, in fifty clients' names, with 8 features each; one in five hundred failed.
private func requests(_ rate: Int) -> (records: [PredictionRecord], tensors: [PredictionTensors]) {
  let records = (0..<Int64(rate)).map { i in
    let (queue, compute) = (90_000 + i * 7_919 % 20_000, 200_000 + i * 104_729 % 900_000)
    return PredictionRecord(
      id: RequestID(time: start, random: (0, 0)), version: champion.version, variant: .champion,
      client: "client-\(i % 50)", outcome: i % 500 == 0 ? .failed : .ok, revision: 1,
      arrivedAt: start, queueTime: queue, computeTime: compute,
      totalTime: queue + compute + 50_000, rows: 1, predictions: [.integer(i % 2)])
  }
  let tensors = (0..<rate).map { number in
    let score = Float(number % 100) / 100
    return PredictionTensors(
      inputs: [
        Tensor(name: "X", shape: [1, 8], fp32: (0..<8).map { Float(number * 31 + $0) / 97 })
      ], outputs: [Tensor(name: "p", shape: [1, 2], fp32: [score, 1 - score])])
  }
  return (records, tensors)
}

/// Hours of traffic through the recorder and the store as a server has them, a flush a simulated second.
func day(in folder: String, rate: Int, hours: Int) throws {
  let clock = SimulatedClock(start.seconds)
  let store = try MetricStore(directory: folder, now: start)
  defer { store.close() }
  let recorder = Recorder(store: store, clock: { clock.now })
  let (records, tensors) = requests(rate)
  var flushes: [Double] = []
  let passed = timed {
    for second in 0..<Int64(hours) * 3_600 {
      for index in records.indices {
        var record = records[index]
        record.arrivedAt = Timestamp(
          microseconds: (start.seconds + second) * 1_000_000 + Int64(index * 1_000_000 / rate))
        // The low part decides what is sampled.
        let low = UInt64(truncatingIfNeeded: index &+ Int(second) &* rate) &* 0x9e37_79b9_7f4a_7c15
        record.id = RequestID(time: record.arrivedAt, random: (UInt64(index), low))
        recorder.record(record, tensors[index])
      }
      clock.advance()
      flushes.append(timed { recorder.flush() })
    }
  }
  figure("day_s", passed / 1_000)
  figure("flush_ms", median(flushes))
  figure("flush_p99_ms", flushes.sorted()[flushes.count * 99 / 100])
  figure("dropped", Double(store.status.dropped))
  figure("file_mb", Double(store.status.metricsBytes) / 1e6)
  let window = Window(
    from: start.seconds, to: start.seconds + Int64(hours) * 3_600, step: 3_600)
  let line = try store.series(SeriesQuery(measure: .requestRate, model: "m", window: window))
  let rates = line.lines.flatMap { $0.values.compactMap(\.self) }
  figure("requests_counted", rates.reduce(0) { $0 + $1 * 3_600 })
}

/// Megabytes of each table and index.
func tables(in folder: String) throws {
  var configuration = Configuration()
  configuration.readonly = true
  let queue = try DatabaseQueue(
    path: "\(folder)/\(MetricStore.fileName)", configuration: configuration)
  try queue.read { db in
    for row in try Row.fetchAll(db, sql: "SELECT name, sum(pgsize) FROM dbstat GROUP BY name") {
      let (name, bytes): (String, Double) = (row[0], row[1])
      figure("mb_\(name)", bytes / 1e6)
    }
  }
}
