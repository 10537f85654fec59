import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

@Suite struct DataPlaneTests {
  @Test func `an answer is recorded once, with what it says and what it took`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1", revision: 7)
    var request = row(1, rows: 3)
    request.id = "mine"
    let reply = try await bench.infer(bench.call(request)).get()
    #expect(reply.response.id == "mine")
    #expect(reply.response.outputs.map(\.name) == ["label", "probabilities"])
    let record = try #require(bench.records.all.first)
    #expect(bench.records.all.count == 1)
    #expect(record.id == reply.requestID)
    #expect(record.id.time == Timestamp(seconds: 1_700_000_000))
    #expect(record.clientRequestID == "mine")
    #expect(record.version == Bench.version("1"))
    #expect(record.variant == .champion)
    #expect(record.client == "test")
    #expect(record.outcome == .ok)
    #expect(record.revision == 7)
    #expect(record.rows == 3)
    #expect(record.computeTime == 10_000)
    #expect(record.predictions == [.integer(1), .integer(1), .integer(1)])
    #expect(record.totalTime > 0)
  }

  @Test func `the class is recorded also where the client asks for another output`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    var request = row(1)
    request.outputs = [InferRequest.RequestedOutput(name: "probabilities")]
    let reply = try await bench.infer(bench.call(request)).get()
    #expect(reply.response.outputs.map(\.name) == ["probabilities"])
    #expect(bench.records.all.first?.predictions == [.integer(1)])
  }

  @Test func `tensors are recorded in the model's order, whichever a client chose`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    var request = row(1)
    request.outputs = ["probabilities", "label"].map { InferRequest.RequestedOutput(name: $0) }
    let reply = try await bench.infer(bench.call(request)).get()
    #expect(reply.response.outputs.map(\.name) == ["probabilities", "label"])
    let tensors = try #require(bench.records.tensors.first ?? nil)
    #expect(tensors.outputs.map(\.name) == ["label", "probabilities"])

    let signature = ModelSignature(
      inputs: ["age", "city", "income"].map {
        TensorMetadata(name: $0, datatype: .fp32, shape: [-1, 1])
      }, outputs: [])
    let sent = ["income", "extra", "age", "city"].map {
      Tensor(name: $0, shape: [1, 1], fp32: [1])
    }
    #expect(signature.ordered(inputs: sent).map(\.name) == ["age", "city", "income", "extra"])
  }

  @Test(arguments: [
    (
      Tensor(name: "X", shape: [1, 7], fp32: [1, 2, 3, 4, 5, 6, 7]),
      "input \"X\": expected shape [-1,6], found [1,7]"
    ),
    (
      Tensor(name: "X", shape: [6], fp32: [1, 2, 3, 4, 5, 6]),
      "input \"X\": expected shape [-1,6], found [6]"
    ),
    (
      Tensor(name: "Y", shape: [1, 6], fp32: [1, 2, 3, 4, 5, 6]),
      "input \"Y\" is unknown; the model has \"X\""
    ),
    (
      Tensor(name: "X", shape: [1, 6], int64: [1, 2, 3, 4, 5, 6]),
      "input \"X\": expected datatype FP32, found INT64"
    ),
  ])
  func `a wrong input is refused with both shapes, and counted`(
    tensor: Tensor, message: String
  ) async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    let runs = bench.models["1"]?.runs
    let error = await bench.infer(bench.call(InferRequest(inputs: [tensor]))).failure
    #expect(error?.description == message)
    #expect(error?.status == 400)
    #expect(bench.records.all.map(\.outcome) == [.invalid])
    #expect(bench.models["1"]?.runs == runs)
  }

  @Test func `missing inputs and unknown outputs are named`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    let missing = await bench.infer(bench.call(InferRequest(inputs: []))).failure
    #expect(missing?.description == "input \"X\" is missing")
    var request = row()
    request.outputs = [InferRequest.RequestedOutput(name: "nope")]
    let unknown = await bench.infer(bench.call(request)).failure
    #expect(
      unknown?.description
        == "output \"nope\" is unknown; the model has \"label\", \"probabilities\"")
  }

  @Test func `strings that are no text are refused as JSON, and go out in binary form`()
    async throws
  {
    let bench = try Bench(versions: ["1"])
    let plane = try await plane(bench, giving: .bytes) { rows in
      .strings((0..<rows).map { $0 == 1 ? [0xff] : Array("é".utf8) })
    }
    func answer(_ request: InferRequest) async -> Result<InferenceReply, InferenceError> {
      await withCheckedContinuation { continuation in
        plane.infer(bench.call(request, version: "1")) { continuation.resume(returning: $0) }
      }
    }
    #expect(await answer(row()).success != nil)
    let refused = await answer(row(rows: 2)).failure
    #expect(refused?.status == 400)
    #expect(
      refused?.description.hasPrefix(
        "output \"text\": element 1 is not UTF-8, which JSON cannot carry; ask for the output in binary"
      )
        == true)
    var binary = row(rows: 2)
    binary.outputs = [.init(name: "text", parameters: ["binary_data": .bool(true)])]
    #expect(
      await answer(binary).success?.response.outputs.first?.storage
        == .strings([Array("é".utf8), [0xff]]))
  }

  @Test(
    arguments: [
      (
        3, 4_096,
        "output \"text\" of shape [3] takes 6195 bytes, and the outputs of one request may take 4096 bytes together; "
          + "ask for fewer rows or outputs, or have max_answer raised"
      ),
      (
        40, 79,
        "with output \"text\" of shape [40] the reply is longer than the 79 bytes that it may have; ask for fewer rows or "
          + "outputs, or for binary form, or have max_answer raised"
      ),
      (1, 4_096, nil),
    ] as [(Int, Int, String?)])
  func `an answer that is more than a reply may hold is refused by its output`(
    rows: Int, limit: Int, refusal: String?
  ) async throws {
    // Whatever a version's engine is: what comes back from another server, too.
    let bench = try Bench(versions: ["1"])
    let isText = limit > 1_000
    var settings = DataPlaneSettings()
    settings.answerBytes = limit
    let plane = try await plane(bench, giving: isText ? .bytes : .bool, settings) { rows in
      isText
        ? .strings(Array(repeating: Array(repeating: 65, count: 2_001), count: rows))
        : .bytes(Array(repeating: 1, count: rows))
    }
    let result = await withCheckedContinuation { continuation in
      plane.infer(bench.call(row(rows: rows), version: "1")) { result, _ in
        continuation.resume(returning: result)
      }
    }
    #expect(result.failure?.description == refusal)
    #expect(result.failure?.status == (refusal == nil ? nil : 400))
    #expect(result.failure?.outcome == (refusal == nil ? nil : .invalid))
  }

  /// A plane with version 1, which answers with one output, "text", of an element a row.
  private func plane(
    _ bench: Bench, giving datatype: DataType, _ settings: DataPlaneSettings = DataPlaneSettings(),
    _ elements: @escaping @Sendable (_ rows: Int) -> Tensor.Storage
  ) async throws -> DataPlane {
    let clock = FakeModel().clock
    let signature = ModelSignature(
      inputs: FakeModel.signature.inputs,
      outputs: [TensorMetadata(name: "text", datatype: datatype, shape: [-1])])
    let plane = DataPlane(
      repository: ModelRepository(root: bench.root),
      loader: { (file) throws(InferenceError) in
        try ModelServer(
          file: file, signature: signature, settings: ModelServerSettings(lanes: 1), clock: clock,
          warmUp: nil,
          run: { (inputs, _, _) throws(InferenceError) in
            let rows = inputs[0].shape[0]
            return [
              Tensor(name: "text", datatype: datatype, shape: [rows], storage: elements(rows))
            ]
          }, release: {})
      }, settings: settings, record: { _, _ in })
    plane.rescan()
    _ = try await plane.load(Bench.version("1"))
    return plane
  }

  @Test func `what is not there is said with its status`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    _ = try await bench.plane.load(Bench.version("1"))
    #expect(await bench.infer(bench.call()).failure?.status == 503)
    try bench.deploy("1")
    let model = InferenceCall(
      model: "x", request: row(), client: "test", arrivedAt: Timestamp(seconds: 0))
    #expect(await bench.infer(model).failure?.status == 404)
    let version = await bench.infer(bench.call(version: "9")).failure
    #expect(version?.description == "model \"m\" has no version \"9\"; it has 1, 2")
    #expect(version?.status == 404)
    let unloaded = await bench.infer(bench.call(version: "2")).failure
    #expect(
      unloaded?.description
        == "m@2 is not loaded: nobody has loaded it since the start; vigia model load m 2 --reason \"...\""
    )
    #expect(unloaded?.retryAfterSeconds == nil)
    for (time, words) in [
      (Duration.microseconds(1), "1 us"), (.milliseconds(2), "2 ms"),
      (.microseconds(2_500), "2.5 ms"),
      (.seconds(10), "10 s"),
    ] {
      let late = InferenceError.timedOut(ModelVersion(model: "m", version: "2"), after: time)
      #expect(
        late.description == "m@2: it waited for \(words) and was not run; try again later")
    }
    #expect(unloaded?.status == 503)
    #expect(bench.records.all.map(\.outcome) == [.failed])
  }

  @Test func `an engine's failure is told, and counted against the version`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    bench.models["1"]?.set(failure: "index out of range")
    let error = await bench.infer(bench.call()).failure
    #expect(error?.status == 500)
    #expect(error?.description == "m@1: the engine failed: index out of range")
    #expect(bench.records.all.map(\.outcome) == [.failed])
    #expect(bench.records.all.map(\.error) == ["m@1: the engine failed: index out of range"])
    bench.models["1"]?.set(failure: nil)
    #expect(await bench.infer(bench.call()).failure == nil)
    #expect(bench.records.all.last?.error == nil && bench.records.all.count == 2)
  }

  @Test func `a body that could not be read is counted`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    let time = Timestamp(seconds: 5)
    bench.plane.recordInvalid(
      model: "m", version: nil, client: "c", arrivedAt: time, error: "no JSON at byte 7")
    bench.plane.recordInvalid(model: "x", version: nil, client: "c", arrivedAt: time)
    #expect(bench.records.all.map(\.outcome) == [.invalid])
    #expect(bench.records.all.first?.variant == .champion)
    #expect(bench.records.all.first?.error == "no JSON at byte 7")
  }

  @Test
  func
    `a server that still brings up its models is not ready, and answers for those that are there`()
    async throws
  {
    let bench = try Bench(versions: ["1"])
    bench.plane.beginStart()
    try await bench.loadAll()
    try bench.deploy("1")
    #expect(!bench.plane.isReady)
    #expect(bench.plane.isReady(model: "m", version: nil))
    #expect(await bench.infer(bench.call()).failure == nil)
    bench.plane.endStart()
    #expect(bench.plane.isReady)
  }

  @Test
  func
    `a champion that a person took out is no reason not to be ready, one that cannot be loaded is`()
    async throws
  {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1")
    #expect(bench.plane.unload(Bench.version("1"), pinned: true))
    #expect(bench.plane.isReady)
    #expect(!bench.plane.isReady(model: "m", version: nil))
    bench.models["1"]?.set(failure: "bad weights")
    await #expect(throws: InferenceError.self) {
      try await bench.plane.load(Bench.version("1"))
    }
    #expect(!bench.plane.isReady, "somebody wants it to serve")
    bench.models["1"]?.set(failure: nil)
    _ = try await bench.plane.load(Bench.version("1"))
    #expect(bench.plane.isReady && bench.plane.isReady(model: "m", version: nil))
  }

  @Test func `after stopping nothing is admitted, and nothing is ready`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    #expect(!bench.plane.isReady)
    try bench.deploy("1")
    #expect(bench.plane.isReady(model: "m", version: nil))
    bench.plane.stopAdmitting()
    #expect(!bench.plane.isReady)
    #expect(await bench.infer(bench.call()).failure == .stopping)
    #expect(await bench.plane.drain(timeout: .seconds(1)))
  }

  @Test func `metadata, index and status follow what is loaded`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    #expect(bench.plane.status(of: Bench.version("1")).state == .unloaded)
    #expect(bench.plane.status(of: Bench.version("1")).sha256.count == 64)
    _ = try await bench.plane.load(Bench.version("1"))
    try bench.deploy("1")
    let metadata = try bench.plane.metadata(model: "m", version: nil)
    #expect(metadata.versions == ["1"])
    #expect(metadata.inputs == FakeModel.signature.inputs)
    #expect(bench.plane.status(of: Bench.version("1")).execution == "inline, 10 us a row")
    #expect(
      bench.plane.repositoryIndex() == [
        RepositoryIndexEntry(name: "m", version: "1", state: .ready),
        RepositoryIndexEntry(
          name: "m", version: "2", state: .unavailable,
          reason: "nobody has loaded it since the start; vigia model load m 2 --reason \"...\""),
      ])
    #expect(throws: InferenceError.notLoaded(Bench.version("2"))) {
      try bench.plane.metadata(model: "m", version: "2")
    }
    #expect(throws: InferenceError.notLoaded(Bench.version("2"))) { try bench.deploy("2") }
  }

  @Test func `a version that is not there says why, and what brings it back`() async throws {
    let bench = try Bench(versions: ["1"])
    let version = Bench.version("1")
    func told() async -> InferenceError? { await bench.infer(bench.call(version: "1")).failure }
    try await bench.loadAll()
    try bench.deploy("1")
    #expect(bench.plane.unload(version, pinned: true, by: "alice"))
    #expect(await told() == .notLoaded(version, .unloaded(by: "alice")))
    #expect(
      await told()?.description
        == "m@1 is not loaded: it was unloaded; vigia model load m 1 --reason \"...\" brings it back",
      "names nobody"
    )
    #expect(await told()?.retryAfterSeconds == nil, "nothing comes by waiting")
    #expect(throws: InferenceError.notLoaded(version, .unloaded(by: "alice"))) {
      try bench.plane.metadata(model: "m", version: nil)
    }
    bench.models["1"]?.set(failure: "bad weights")
    _ = try? await bench.plane.load(version)
    #expect(await told()?.retryAfterSeconds == nil)
    #expect(await told()?.description.contains("its last load failed: ") == true)
    #expect(await told()?.description.contains("bad weights") == true)
    bench.models["1"]?.set(failure: nil)
    _ = try await bench.plane.load(version)
    #expect(await told() == nil)
  }

  @Test func `what the start is still to load is worth waiting for`() async throws {
    let bench = try Bench(versions: ["1"])
    bench.plane.beginStart()
    let deployment = Deployment(
      model: "m", revision: 1, champion: "1", championSince: Timestamp(seconds: 0))
    try bench.plane.apply(deployment, allowingUnloaded: true)
    let error = await bench.infer(bench.call()).failure
    #expect(error == .notLoaded(Bench.version("1"), .loading))
    #expect(error?.retryAfterSeconds == 1)
  }

  @Test func `the index of a starting server calls loading what may be to come`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    func states() -> [RepositoryIndexEntry.State] { bench.plane.repositoryIndex().map(\.state) }
    bench.plane.beginStart()
    #expect(states() == [.loading, .loading], "no deployment was read yet")
    let deployment = Deployment(
      model: "m", revision: 1, champion: "1", championSince: Timestamp(seconds: 0))
    bench.plane.pin(deployment)
    try bench.plane.apply(deployment, allowingUnloaded: true)
    #expect(states() == [.loading, .unavailable])
    bench.models["1"]?.set(failure: "bad weights")
    await #expect(throws: InferenceError.self) {
      try await bench.plane.load(Bench.version("1"))
    }
    #expect(states() == [.unavailable, .unavailable], "it is settled")
    bench.plane.endStart()
    bench.models["1"]?.set(failure: nil)
    _ = try await bench.plane.load(Bench.version("1"))
    #expect(states() == [.ready, .unavailable])
  }

  @Test func `a version that failed to load says why, and the rest goes on`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    bench.models["2"]?.set(failure: "bad weights")
    _ = try await bench.plane.load(Bench.version("1"))
    await #expect(throws: InferenceError.self) {
      try await bench.plane.load(Bench.version("2"))
    }
    guard case .failed(let reason) = bench.plane.status(of: Bench.version("2")).state else {
      return #expect(Bool(false), "expected a failure")
    }
    #expect(reason.hasSuffix("it loads, but a run with zeros fails: bad weights"))
    try bench.deploy("1")
    #expect(await bench.infer(bench.call()).success != nil)
  }
}
