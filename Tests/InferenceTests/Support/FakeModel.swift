import Domain
import Foundation
import Inference
import InferenceProtocol
import Synchronization

/// A model made of a closure, its clock, and a gate in which runs can be held.
final class FakeModel: Sendable {
  static let signature = signature(width: 6)

  private static func signature(
    width: Int, optional: [TensorMetadata] = []
  ) -> ModelSignature {
    ModelSignature(
      inputs: [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, width])],
      outputs: [
        TensorMetadata(name: "label", datatype: .int64, shape: [-1]),
        TensorMetadata(name: "probabilities", datatype: .fp32, shape: [-1, 2]),
      ], optionalInputs: optional)
  }

  private let state = Mutex(State())
  let entered = DispatchSemaphore(value: 0)
  private let gate = DispatchSemaphore(value: 0)

  private struct State {
    var now: Int64 = 1_000_000_000
    var cost: Int64 = 10_000
    var costPerRow: Int64 = 0
    var runs = 0
    var rows: [Int] = []
    var spoilt: Float?
    var notANumber: Float?
    var width = 6
    var optional: [TensorMetadata] = []
    var mixesRows = false
    var losesRow = false
    var isHeld = false
    var failure: String?
    var isReleased = false
  }

  /// Nanoseconds that a run takes on the model's own clock.
  func set(cost: Int64, perRow: Int64 = 0) {
    state.withLock {
      $0.cost = cost
      $0.costPerRow = perRow
    }
  }
  /// Runs in which a row begins with this number fail.
  func set(spoilt: Float?) { state.withLock { $0.spoilt = spoilt } }
  /// Numbers in a row of its input, from the next load on.
  func set(width: Int) { state.withLock { $0.width = width } }
  /// Inputs that requests may leave out, from the next load on. Its answers do not depend on them.
  func set(optional: [TensorMetadata]) { state.withLock { $0.optional = optional } }
  /// Rows that begin with this number get NaN for their probabilities.
  func set(notANumber: Float?) { state.withLock { $0.notANumber = notANumber } }
  /// Whether the label of each row is the sum over all of them.
  func set(mixesRows: Bool) { state.withLock { $0.mixesRows = mixesRows } }
  /// Whether runs of several rows answer one row less.
  func set(losesRow: Bool) { state.withLock { $0.losesRow = losesRow } }
  func set(failure: String?) { state.withLock { $0.failure = failure } }
  func advance(_ duration: Int64) { state.withLock { $0.now += duration } }
  /// From now on each run waits for one `letGo`.
  func hold() { state.withLock { $0.isHeld = true } }
  func letGo(_ count: Int = 1) {
    for _ in 0..<count { gate.signal() }
  }
  func open(_ count: Int = 1) {
    state.withLock { $0.isHeld = false }
    letGo(count)
  }
  var runs: Int { state.withLock { $0.runs } }
  /// Rows of each run, the oldest first.
  var rows: [Int] { state.withLock { $0.rows } }
  var isReleased: Bool { state.withLock { $0.isReleased } }
  var now: MonotonicTime { state.withLock { MonotonicTime(nanoseconds: $0.now) } }

  var clock: RunClock {
    RunClock(now: { self.now }, threadTime: { self.now.nanoseconds })
  }

  /// Loaded, with the figures that the model's own clock gives.
  ///
  /// - Parameter audits: whether shared runs are looked at again, which makes runs that nobody asked for.
  func server(
    _ version: ModelVersion, settings: ModelServerSettings = ModelServerSettings(lanes: 1),
    warmUp: WarmUp? = nil, clock: RunClock? = nil, audits: Bool = false,
    release: (@Sendable () -> Void)? = nil
  ) throws(InferenceError) -> ModelServer {
    var settings = settings
    if !audits { settings.auditedRuns = 0 }
    return try ModelServer(
      file: ModelFile(version: version, path: "/fake", sha256: "", byteCount: 0),
      signature: state.withLock { Self.signature(width: $0.width, optional: $0.optional) },
      settings: settings,
      clock: clock ?? self.clock, warmUp: warmUp,
      run: { (inputs, outputs, stop) throws(InferenceError) in
        try self.run(version, inputs, outputs, stop)
      },
      release: release ?? { self.state.withLock { $0.isReleased = true } })
  }

  private func run(
    _ version: ModelVersion, _ inputs: [Tensor], _ outputs: [String], _ stop: RunStop?
  ) throws(InferenceError) -> [Tensor] {
    let rows = inputs[0].shape[0]
    let state = state.withLock { state in
      state.runs += 1
      state.rows.append(rows)
      state.now += state.cost + state.costPerRow * Int64(rows)
      return state
    }
    if state.isHeld {
      entered.signal()
      // A held run that is stopped ends, as one of ONNX Runtime does.
      stop?.attach { [gate] in gate.signal() }
      gate.wait()
      stop?.detach()
      if stop?.isRequested == true { throw .engine(version, reason: "stopped") }
    }
    if let failure = state.failure { throw .engine(version, reason: failure) }
    let firsts = (0..<rows).map { row in inputs[0].number(at: row * state.width) ?? 0 }
    if let spoilt = state.spoilt, firsts.contains(Double(spoilt)) {
      throw .engine(version, reason: "spoilt")
    }
    let sum = firsts.reduce(0, +)
    let labels = firsts.dropLast(state.losesRow && rows > 1 ? 1 : 0).map { first in
      Int64(state.mixesRows ? sum * 100 : first)
    }
    let all = [
      Tensor(name: "label", shape: [labels.count], int64: labels),
      Tensor(
        name: "probabilities", shape: [labels.count, 2],
        fp32: labels.flatMap { label -> [Float] in
          if state.notANumber.map({ Int64($0) == label }) == true { return [.nan, .nan] }
          return label == 0 ? [0.9, 0.1] : [0.1, 0.9]
        }),
    ]
    return outputs.compactMap { name in all.first { $0.name == name } }
  }
}

func row(_ first: Float = 1, rows: Int = 1) -> InferRequest {
  InferRequest(
    inputs: [
      Tensor(
        name: "X", shape: [rows, 6], fp32: (0..<rows).flatMap { _ in [first, 0, 0, 0, 0, 0] })
    ])
}
