import Domain
import Foundation
import Inference
import InferenceProtocol
import Synchronization
import Testing

/// What was measured with short rows does not run long ones inline.
@Suite struct ExtentTests {
  static let file = ModelFile(
    version: ModelVersion(model: "m", version: "1"), path: "/fake", sha256: "", byteCount: 0)

  static func input(_ shape: [Int], _ datatype: DataType = .fp32, _ name: String = "x")
    -> TensorMetadata
  {
    TensorMetadata(name: name, datatype: datatype, shape: shape)
  }

  static func zeros(_ shape: [Int], _ name: String = "x") -> Tensor {
    Tensor(
      name: name, shape: shape, fp32: [Float](repeating: 0, count: shape.reduce(1, *)))
  }

  /// On a lane's thread, or on the caller's.
  private func runsInline(
    _ inputs: [TensorMetadata], _ request: [Tensor], sample: [Tensor]? = nil
  ) async throws -> Bool {
    let thread = Mutex(pthread_self())
    let signature = ModelSignature(
      inputs: inputs, outputs: [TensorMetadata(name: "y", datatype: .fp32, shape: [-1])])
    let server = try ModelServer(
      file: Self.file, signature: signature,
      // Whatever it is given costs nothing: as short rows of a model do.
      clock: RunClock(now: { MonotonicTime(nanoseconds: 0) }, threadTime: { 0 }),
      warmUp: sample.map { WarmUp(sample: $0) },
      run: { (inputs, _, _) throws(InferenceError) in
        thread.withLock { $0 = pthread_self() }
        return [Self.zeros([inputs[0].shape[0]], "y")]
      })
    let job = EngineJob(
      inputs: request, rows: signature.rows(of: request),
      deadline: MonotonicTime(nanoseconds: 3_600_000_000_000), timeout: .seconds(10))
    let (answer, isInline) = await withCheckedContinuation { continuation in
      let caller = pthread_self()
      server.submit(job) { answer in
        // Inline, the caller's thread stands here with the answer.
        continuation.resume(returning: (answer, thread.withLock { $0 } == caller))
      }
    }
    guard case .done = answer else { throw InferenceError.unsupported("\(answer)") }
    await server.close()
    return isInline
  }

  @Test(arguments: [
    ([1, 1], true), ([4, 1], true), ([0, 9], true), ([1, 2], false), ([4, 2], false),
    ([1, 4_096], false),
  ])
  func `rows longer than those of the measurement go to a lane`(
    shape: [Int], isInline: Bool
  ) async throws {
    let found = try await runsInline([Self.input([-1, -1])], [Self.zeros(shape)])
    #expect(found == isInline)
  }

  @Test(arguments: [([1, 16], true), ([3, 16], true), ([1, 17], false)])
  func `a recent request's length counts as measured`(
    shape: [Int], isInline: Bool
  ) async throws {
    let found = try await runsInline(
      [Self.input([-1, -1])], [Self.zeros(shape)], sample: [Self.zeros([1, 16])])
    #expect(found == isInline)
  }

  @Test(arguments: [(2, true), (3, false)])
  func `an input beside the one whose rows are counted is looked at, too`(
    length: Int, isInline: Bool
  ) async throws {
    let found = try await runsInline(
      [Self.input([-1, 2]), Self.input([-1, 1], .fp32, "z")],
      [Self.zeros([2, 2]), Self.zeros([length, 1], "z")])
    #expect(found == isInline)
  }

  @Test(arguments: [(64, true), (65, false)])
  func `a long text is long`(length: Int, isInline: Bool) async throws {
    let text = Tensor(name: "x", shape: [1, 1], strings: [String(repeating: "a", count: length)])
    #expect(try await runsInline([Self.input([-1, 1], .bytes)], [text]) == isInline)
  }

  @Test func `rows of one length are measured as before, however many`() async throws {
    #expect(try await runsInline([Self.input([-1, 6])], [Self.zeros([100, 6])]))
  }

  @Test func `the sample is the longest row that was answered`() throws {
    let signature = ModelSignature(
      inputs: [Self.input([-1, -1])],
      outputs: [TensorMetadata(name: "y", datatype: .fp32, shape: [-1])])
    let recent = [[2, 3], [1, 7], [1, 9], [4, 5]].map {
      InferRequest(inputs: [Self.zeros($0)])
    }
    let trials = TrialRuns(
      file: Self.file, signature: signature, recent: recent,
      run: { (inputs, _, _) throws(InferenceError) in
        guard inputs[0].shape[1] < 9 else { throw .unsupported("so many") }
        return [Self.zeros([inputs[0].shape[0]], "y")]
      })
    #expect(try trials.result().sample?.map(\.shape) == [[1, 7]])
  }
}
