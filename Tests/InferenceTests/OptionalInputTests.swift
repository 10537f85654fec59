import Domain
import InferenceProtocol
import Testing

@testable import Inference

/// Requests that name an input with a default: never joined with others, never taken for one that leaves it out.
@Suite struct OptionalInputTests {
  private static let optional = [
    TensorMetadata(name: "threshold", datatype: .fp32, shape: [1], isOptional: true),
    TensorMetadata(name: "scale", datatype: .fp32, shape: [], isOptional: true),
  ]
  private static let signature = ModelSignature(
    inputs: FakeModel.signature.inputs, outputs: FakeModel.signature.outputs,
    optionalInputs: optional)

  private static func threshold(_ value: Float) -> Tensor {
    Tensor(name: "threshold", shape: [1], fp32: [value])
  }

  private static func job(
    _ first: Float, _ overrides: [Tensor] = [], now: MonotonicTime = .now
  ) -> EngineJob {
    EngineJob(
      inputs: row(first).inputs + overrides, rows: 1, deadline: now + .seconds(3_600),
      timeout: .seconds(3_600))
  }

  private func submit(_ server: ModelServer, _ job: EngineJob, to inbox: Inbox<Double?>) {
    server.submit(job) { answer in
      guard case .done(let outputs, _, _) = answer else { return inbox.put(nil) }
      inbox.put(outputs[0].number(at: 0))
    }
  }

  /// The shape [1] of the threshold is that of a batch of one row, too.
  @Test func `a request that names one shares no run`() async throws {
    let model = FakeModel()
    model.set(cost: 1_000_000)
    model.set(optional: Self.optional)
    let server = try model.server(Bench.version("1"))
    let inbox = Inbox<Double?>()
    let before = model.rows.count
    model.hold()
    submit(server, Self.job(0), to: inbox)
    expectSignal(model.entered)
    submit(server, Self.job(1), to: inbox)
    submit(server, Self.job(2), to: inbox)
    submit(server, Self.job(3, [Self.threshold(0.3)]), to: inbox)
    submit(server, Self.job(4, [Self.threshold(0.3)]), to: inbox)
    model.open(1)
    inbox.expect(5)
    #expect(Set(inbox.values.compactMap(\.self)) == [0, 1, 2, 3, 4])
    #expect(Array(model.rows.dropFirst(before)) == [1, 2, 1, 1])
    await server.close()
  }

  @Test func `it goes to a lane though the version runs inline`() async throws {
    let model = FakeModel()
    model.set(optional: Self.optional)
    let server = try model.server(Bench.version("1"))
    #expect(server.execution.hasPrefix("inline"))
    let inbox = Inbox<Double?>()
    submit(server, Self.job(1), to: inbox)
    #expect(server.laneFigures?.threads == 0, "one that leaves it out needs no lane")
    submit(server, Self.job(2, [Self.threshold(0.3)], now: max(model.now, .now)), to: inbox)
    inbox.expect(2)
    #expect(server.laneFigures?.threads == 1)
    #expect(inbox.values == [1, 2])
    await server.close()
  }

  @Test func `the response cache tells its answers apart`() {
    func key(_ overrides: Tensor...) -> CacheKey {
      CacheKey(version: "1", signature: Self.signature, job: Self.job(1, overrides))
    }
    let scale = Tensor(name: "scale", shape: [], fp32: [2])
    #expect(key() != key(Self.threshold(0.3)))
    #expect(key(Self.threshold(0.3)) != key(Self.threshold(0.4)))
    #expect(key(Self.threshold(0.3)) == key(Self.threshold(0.3)))
    #expect(key(Self.threshold(0.3), scale) == key(scale, Self.threshold(0.3)))
  }

  @Test func `records have it behind the inputs that each request has`() {
    let scale = Tensor(name: "scale", shape: [], fp32: [2])
    let inputs = [scale, Self.threshold(0.3)] + row(1).inputs
    #expect(Self.signature.ordered(inputs: inputs).map(\.name) == ["X", "threshold", "scale"])
    #expect(Self.signature.ordered(inputs: [scale] + row(1).inputs).map(\.name) == ["X", "scale"])
  }

  /// They may be weights, which are new in each version.
  @Test func `another version may have others, and is no other signature`() {
    #expect(Self.signature.difference(from: FakeModel.signature) == nil)
    #expect(FakeModel.signature.difference(from: Self.signature) == nil)
  }

  @Test func `of many, the smallest are named and the others counted`() {
    #expect(FakeModel.signature.optionalWords == nil)
    #expect(Self.signature.optionalWords == "threshold, scale")
    var many = Self.signature
    many.optionalInputs =
      (1...9).map { TensorMetadata(name: "w\($0)", datatype: .fp32, shape: [100, $0]) }
      + Self.optional
    #expect(many.optionalWords == "threshold, scale, w1 and 8 more")
    #expect {
      try many.check(InferRequest(inputs: [Tensor(name: "Y", shape: [1], fp32: [1])]))
    } throws: {
      ($0 as? InferenceError)?.description == "input \"Y\" is unknown; the model has \"X\""
    }
  }

  @Test func `recent requests that name one are tried, and are no sample of what a row costs`()
    throws
  {
    let file = ModelFile(
      version: Bench.version("1"), path: "/m/1/model.onnx", sha256: "", byteCount: 0)
    func tried(isAnsweredWithDefault: Bool) throws -> WarmUp {
      try TrialRuns(
        file: file, signature: Self.signature,
        recent: [InferRequest(inputs: [Self.threshold(0.3)] + row(1).inputs)],
        run: { (inputs, _, _) throws(InferenceError) in
          if inputs.count == 1, !isAnsweredWithDefault {
            throw .engine(file.version, reason: "no default")
          }
          return [Tensor(name: "label", shape: [1], int64: [1])]
        }
      ).result()
    }
    let whole = try tried(isAnsweredWithDefault: true)
    #expect(whole.sample?.map(\.name) == ["X"])
    #expect(whole.warnings.isEmpty)
    let part = try tried(isAnsweredWithDefault: false)
    #expect(part.sample == nil)
    #expect(part.warnings == ["a run with zeros fails: no default"])
  }
}
