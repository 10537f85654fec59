import Domain
import Foundation
import Inference
import InferenceProtocol
import Synchronization

/// A model made of a closure, its clock, and a gate in which runs can be held.
final class FakeModel: Sendable {
  static let signature = ModelSignature(
    inputs: [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, 6])],
    outputs: [
      TensorMetadata(name: "label", datatype: .int64, shape: [-1]),
      TensorMetadata(name: "probabilities", datatype: .fp32, shape: [-1, 2]),
    ])

  private let state = Mutex(State())
  let entered = DispatchSemaphore(value: 0)
  private let gate = DispatchSemaphore(value: 0)

  private struct State {
    var now: Int64 = 1_000_000_000
    var cost: Int64 = 10_000
    var runs = 0
    var isHeld = false
    var failure: String?
    var isReleased = false
  }

  /// Nanoseconds that a run takes on the model's own clock.
  func set(cost: Int64) { state.withLock { $0.cost = cost } }
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
  var isReleased: Bool { state.withLock { $0.isReleased } }
  var now: MonotonicTime { state.withLock { MonotonicTime(nanoseconds: $0.now) } }

  var clock: RunClock {
    RunClock(now: { self.now }, threadTime: { self.now.nanoseconds })
  }

  /// Loaded, with the figures that the model's own clock gives.
  func server(
    _ version: ModelVersion, settings: ModelServerSettings = ModelServerSettings(lanes: 1),
    warmUp: WarmUp? = nil
  ) throws(InferenceError) -> ModelServer {
    try ModelServer(
      file: ModelFile(version: version, path: "/fake", sha256: "", byteCount: 0),
      signature: Self.signature, settings: settings, clock: clock, warmUp: warmUp,
      run: { (inputs, outputs) throws(InferenceError) in
        try self.run(version, inputs, outputs)
      },
      release: { self.state.withLock { $0.isReleased = true } })
  }

  private func run(
    _ version: ModelVersion, _ inputs: [Tensor], _ outputs: [String]
  ) throws(InferenceError) -> [Tensor] {
    let (isHeld, failure) = state.withLock { state in
      state.runs += 1
      state.now += state.cost
      return (state.isHeld, state.failure)
    }
    if isHeld {
      entered.signal()
      gate.wait()
    }
    if let failure { throw .engine(version, reason: failure) }
    let rows = inputs[0].shape[0]
    let labels = (0..<rows).map { row in Int64(inputs[0].number(at: row * 6) ?? 0) }
    let all = [
      Tensor(name: "label", shape: [rows], int64: labels),
      Tensor(
        name: "probabilities", shape: [rows, 2],
        fp32: labels.flatMap { $0 == 0 ? [0.9, 0.1] : [0.1, 0.9] }),
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
