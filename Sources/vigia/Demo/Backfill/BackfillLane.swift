import Domain
import Inference
import InferenceProtocol
import OnnxRuntime
import Statistics
import Storage

/// One model's rows and the versions that answer them, for scoring without a server.
struct BackfillLane: Sendable {
  let plan: DemoReplay.Lane
  private let model: String
  private let rows: [Tensor]
  private let truths: [PredictedValue]
  private let split: TrafficSplit
  private let versions: [String: Version]
  private let client: String

  private struct Version: Sendable {
    var model: OnnxModel
    var labelOutput: String?
  }

  /// - Parameters:
  ///   - split: under which the rows are answered; a shadow's copies are left out.
  ///   - versions: at least those that answer under it.
  ///   - client: as which the rows are counted.
  init(
    _ lane: LoadClient.Lane, split: TrafficSplit, versions: [String: OnnxModel], client: String
  ) {
    plan = lane.plan
    model = lane.model.name
    rows = (0..<lane.stream.rowCount).map { row in
      let values = lane.stream.values(row: row)
      return Tensor(name: lane.model.input, shape: [1, values.count], fp32: values)
    }
    truths = (0..<lane.stream.rowCount).map { lane.stream.label(row: $0) }
    self.split = split
    self.versions = versions.mapValues {
      Version(model: $0, labelOutput: $0.signature.labelOutput)
    }
    self.client = client
  }

  /// Runs a row, alone, as a served request of one row is run, and measures what that computes. Nobody waited for it: what
  /// the other workers took of the cores meanwhile is no latency of its.
  ///
  /// - Parameters:
  ///   - answeredAt: when it was answered in the stretch that is filled.
  ///   - random: of its id.
  /// - Returns: nil where the split names a version that is not there.
  func score(
    row: Int, answeredAt: Timestamp, random: (UInt64, UInt64)
  ) -> (record: PredictionRecord, tensors: PredictionTensors, truth: PredictedValue)? {
    let id = RequestID(time: answeredAt, random: random)
    let position =
      split.challenger == nil ? 1 : RoutingHash.position(model: model, key: id.description)
    let (name, variant) = split.route(at: position)
    guard let version = versions[name] else { return nil }
    let inputs = [rows[row]]
    let outcome: Outcome
    var outputs: [Tensor] = []
    let begun = RunClock.system.threadTime()
    do throws(InferenceError) {
      outputs = try version.model.run(inputs)
      outcome = .ok
    } catch {
      outcome = error.outcome
    }
    let computeTime = RunClock.system.threadTime() - begun
    let arrivedAt = Timestamp(microseconds: answeredAt.microseconds - computeTime / 1_000)
    let record = PredictionRecord(
      id: id, version: ModelVersion(model: model, version: name), variant: variant,
      client: client, outcome: outcome, revision: split.revision, arrivedAt: arrivedAt,
      computeTime: computeTime, totalTime: computeTime, rows: 1,
      predictions: PredictedValue.each(
        of: outputs, label: version.labelOutput, rows: 1))
    return (record, PredictionTensors(inputs: inputs, outputs: outputs), truths[row])
  }
}

/// Requests of a stretch of time, scored and folded by one worker.
struct BackfillPiece: Sendable {
  let seconds: Range<Int64>
  let requests: [DemoReplay.Request]
  /// Of the demo's start, from which the requests' times count.
  let start: Int64
  let seed: UInt64

  /// - Parameter labelDelay: seconds after the answer at which the truth is known.
  /// - Returns: rows that were scored, by lane.
  func score(
    _ lanes: [BackfillLane], labelDelay: Double, into folder: inout BackfillFolder
  ) -> [Int] {
    var generator = SplitMix64(seed: seed)
    var rows = Array(repeating: 0, count: lanes.count)
    // Lane by lane: what was looked up for a request is there for the next. What is counted is the same in any order.
    for request in lanes.indices.flatMap({ lane in requests.filter { $0.lane == lane } }) {
      let answeredAt = Timestamp(seconds: start).adding(seconds: request.time)
      guard
        let one = lanes[request.lane].score(
          row: request.row, answeredAt: answeredAt, random: (generator.next(), generator.next()))
      else { continue }
      rows[request.lane] += 1
      folder.add(
        one.record, one.tensors, truth: [one.truth],
        labelledAt: answeredAt.adding(seconds: labelDelay))
    }
    return rows
  }
}
