import Domain
import InferenceProtocol
import Statistics
import Storage
import Synchronization

let start = Timestamp(seconds: 1_767_268_800)
let champion = SeriesKey(version: ModelVersion(model: "m", version: "1"), variant: .champion)

/// The same thousand requests as storeloop.c's.
private func requests(at second: Int64) -> [CapturedRequest] {
  (0..<1_000).map { number in
    let i = Int64(number)
    let arrived = Timestamp(microseconds: second * 1_000_000 + i * 1_000)
    let (queue, compute) = (90_000 + i * 7_919 % 20_000, 200_000 + i * 104_729 % 100_000)
    let score = Float(number % 100) / 100
    return CapturedRequest(
      PredictionRecord(
        id: RequestID(time: arrived, random: (0, UInt64(number))), version: champion.version,
        variant: champion.variant, client: "bench", outcome: .ok, revision: 1,
        arrivedAt: arrived, queueTime: queue, computeTime: compute,
        totalTime: queue + compute + 50_000, rows: 1),
      tensors: PredictionTensors(
        inputs: [
          Tensor(name: "X", shape: [1, 8], fp32: (0..<8).map { Float(number * 31 + $0) / 97 })
        ], outputs: [Tensor(name: "p", shape: [1, 2], fp32: [score, 1 - score])]))
  }
}

/// A block a transaction through the writer, with all that a flush does beside it.
func blocks(in folder: String) throws {
  let store = try MetricStore(directory: folder, now: start)
  defer { store.close() }
  var times: [Double] = []
  for number in 0..<Int64(200) {
    let second = start.seconds + number
    var batch = PendingBatch()
    batch.requestsKept[champion] = requests(at: second)
    let isWritten = try timed {
      let now = Timestamp(seconds: second + 1)
      guard store.write(batch, seconds: second..<second + 1, now: now) else {
        throw StorageError.full(path: folder)
      }
    }
    times.append(isWritten)
  }
  figure("block_us", median(times) * 1_000)
}

/// What `record` costs its caller, with the tensors of 8 features and without; and the fold, on a thread of its own, of a
/// version that is asked 50,000 times a second: a thousand by a thousand, for the recorder's thread is woken when so many wait.
func recording() {
  var settings = Recorder.Settings()
  settings.ringCapacity = 60_000
  settings.tensorBytes = 1 << 30
  let recorder = Recorder(store: nil, settings: settings, clock: { start })
  let tensors = PredictionTensors(
    inputs: [Tensor(name: "X", shape: [1, 8], fp32: Array(repeating: 1, count: 8))],
    outputs: [Tensor(name: "p", shape: [1, 2], fp32: [0.25, 0.75])])
  var random = SplitMix64(seed: 4)
  let records = (0..<50_000).map { _ in
    PredictionRecord(
      id: RequestID(time: start, random: (0, random.next())), version: champion.version,
      variant: .champion, client: "bench", outcome: .ok, revision: 1, arrivedAt: start,
      queueTime: 90_000, computeTime: 200_000, totalTime: 350_000, rows: 1,
      predictions: [.integer(1)])
  }
  for (name, tensors) in [("", tensors), ("_bare", nil)] {
    let rounds = (0..<21).map { _ in
      var (record, fold) = (0.0, 0.0)
      for first in stride(from: 0, to: records.count, by: 1_000) {
        let waiting = records[first..<first + 1_000]
        record += timed { for record in waiting { recorder.record(record, tensors) } }
        fold += timed { recorder.fold() }
      }
      return (record: record, fold: fold + timed { recorder.flush() })
    }
    for (what, times) in [("record", rounds.map(\.record)), ("fold", rounds.map(\.fold))] {
      figure("\(what)\(name)_ns", median(times) * 1e6 / Double(records.count))
    }
  }
}

/// What a request of a busy server costs the recorder's thread: 40,000 a second of one version, folded five times and written
/// once, with a store, each second's tensors drawn as `TensorSampling` draws them.
func rush(in folder: String) throws {
  let store = try MetricStore(directory: folder, now: start)
  defer { store.close() }
  let now = Mutex(start)
  let recorder = Recorder(store: store, clock: { now.withLock { $0 } })
  let tensors = PredictionTensors(
    inputs: [Tensor(name: "X", shape: [1, 8], fp32: Array(repeating: 1, count: 8))],
    outputs: [Tensor(name: "p", shape: [1, 2], fp32: [0.25, 0.75])])
  var random = SplitMix64(seed: 4)
  let (parts, part) = (5, 8_000)
  let rounds = (0..<21).map { _ in
    var spent = 0.0
    for number in 0..<parts {
      let records = (0..<part).map { place in
        let arrived = Timestamp(
          microseconds: now.withLock { $0.microseconds } + Int64(number * part + place) * 25)
        return PredictionRecord(
          id: RequestID(time: arrived, random: (random.next(), random.next())),
          clientRequestID: "r\(place % 64)", version: champion.version, variant: .champion,
          client: PredictionRecord.anonymousClient, outcome: .ok, revision: 1,
          arrivedAt: arrived, queueTime: 9_000, computeTime: Int64(20_000 + place),
          totalTime: Int64(35_000 + place), rows: 1, predictions: [.integer(Int64(place % 2))])
      }
      for record in records { recorder.record(record, tensors) }
      spent += timed { recorder.fold() }
    }
    now.withLock { $0 = Timestamp(microseconds: $0.microseconds + 1_000_000) }
    return (fold: spent, write: timed { recorder.flush() })
  }
  figure("rush_fold_ns", median(rounds.map(\.fold)) * 1e6 / Double(parts * part))
  figure("rush_write_ns", median(rounds.map(\.write)) * 1e6 / Double(parts * part))
}
