import Domain
import Inference
import InferenceProtocol
import Integrations
import NIOHTTP1
import Testing

/// What is asked of upstreams before a remote version serves.
@Suite struct RemoteLoaderTests {
  private static let inputs = [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, 6])]
  private static let outputs = [
    TensorMetadata(name: "label", datatype: .int64, shape: [-1]),
    TensorMetadata(name: "probabilities", datatype: .fp32, shape: [-1, 2]),
  ]

  private func problem(_ bench: RemoteBench) async -> String {
    do {
      let engine = try await bench.load()
      await bench.end(engine)
      return "loaded"
    } catch {
      await bench.end(nil)
      return "\(error)"
    }
  }

  @Test func `the signature is what the upstream's metadata say`() async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    #expect(engine.signature.inputs == Self.inputs)
    #expect(engine.signature.outputs == Self.outputs)
    #expect(engine.platform == "scripted")
    #expect(engine.sha256.count == 64)
    #expect(bench.loader.files[0].isRemote)
    await bench.end(engine)
    try await upstream.die()
  }

  /// What KServe, MLServer and plain FastAPI programs say of a model.
  private static let silences = [
    ScriptedUpstream.json(#"{"name":"m","inputs":[],"outputs":[]}"#),
    ScriptedUpstream.json(#"{"name":"m","versions":null,"inputs":null,"outputs":null}"#),
    ScriptedUpstream.json(#"{"detail":"Not Found"}"#, status: 404),
  ]

  @Test(arguments: [0, 1, 2])
  func `without metadata the configuration's or the champion's signature stands in`(
    _ index: Int
  ) async throws {
    let silence = Self.silences[index]
    let script: ScriptedUpstream.Script = { $0.path == "/v2/models/there" ? silence : nil }
    let upstream = try await ScriptedUpstream.start(script)
    let bare = RemoteBench(try RemoteBench.spec([upstream]))
    let refusal = await problem(bare)
    #expect(refusal.contains("add inputs and outputs under models.m.remotes.2"), "\(refusal)")

    var spec = try RemoteBench.spec([upstream])
    spec.inputs = Self.inputs
    spec.outputs = Self.outputs
    #expect(await problem(RemoteBench(spec)) == "loaded")

    let byChampion = RemoteBench(try RemoteBench.spec([upstream]))
    byChampion.loader.useChampion { _ in
      ModelSignature(inputs: Self.inputs, outputs: Self.outputs)
    }
    #expect(await problem(byChampion) == "loaded")
    try await upstream.die()
  }

  @Test func `an upstream that is down is a warning while another answers`() async throws {
    let upstreams = [try await ScriptedUpstream.start(), try await ScriptedUpstream.start()]
    let spec = try RemoteBench.spec(upstreams)
    let name = upstreams[0].url
    try await upstreams[0].die()
    let bench = RemoteBench(spec)
    let engine = try await bench.load()
    #expect(engine.warnings == ["upstream \(name) cannot be reached: nobody listens there"])
    #expect(
      engine.upstreams[0].state
        == .unhealthy(reason: "\(name) cannot be reached: nobody listens there"))
    await bench.end(engine)
    try await upstreams[1].die()
    let alone = await problem(RemoteBench(spec))
    #expect(alone.contains("cannot be reached: nobody listens there"), "\(alone)")
  }

  @Test func `upstreams of different shapes are refused, both named`() async throws {
    let other = ScriptedUpstream.metadata.replacing("[-1,6]", with: "[-1,7]")
    let upstreams = [
      try await ScriptedUpstream.start(),
      try await ScriptedUpstream.start {
        $0.path == "/v2/models/there" ? ScriptedUpstream.json(other) : nil
      },
    ]
    let refusal = await problem(RemoteBench(try RemoteBench.spec(upstreams)))
    #expect(refusal.contains(upstreams[0].url) && refusal.contains(upstreams[1].url))
    #expect(refusal.hasSuffix("have models of different shapes"))
    for upstream in upstreams { try await upstream.die() }
  }

  @Test func `a warm-up that fails refuses the load in the upstream's words`() async throws {
    let upstream = try await ScriptedUpstream.start {
      $0.path.hasSuffix("/infer")
        ? ScriptedUpstream.json(#"{"error":"no zeros please"}"#, status: 400) : nil
    }
    let refusal = await problem(RemoteBench(try RemoteBench.spec([upstream])))
    #expect(refusal.contains("\(upstream.url) answered 400: no zeros please"), "\(refusal)")
    try await upstream.die()
  }

  @Test func `answers with a dimension of one too many are given the signature's shape`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { request in
      guard request.path.hasSuffix("/infer") else { return nil }
      return ScriptedUpstream.json(
        #"{"model_name":"m","model_version":null,"id":null,"parameters":null,"outputs":["#
          + #"{"name":"label","shape":[1,1],"datatype":"INT64","parameters":null,"data":[1]},"#
          + #"{"name":"probabilities","shape":[1,2],"datatype":"FP32","data":[0.1,0.9]}]}"#)
    }
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    let outputs = try #require(await engine.answer(to: RemoteBench.job()).outputs)
    #expect(outputs.map(\.shape) == [[1], [1, 2]])
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `an output has a row for each row where it had one at the load`() async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    #expect(
      await engine.answer(to: RemoteBench.job(rows: 3)).outputs?.map(\.shape) == [[3], [3, 2]])
    upstream.script { request in
      guard request.path.hasSuffix("/infer") else { return nil }
      return ScriptedUpstream.json(
        #"{"model_name":"m","outputs":[{"name":"label","shape":[2],"datatype":"INT64","data":[1,1]},"#
          + #"{"name":"probabilities","shape":[2,2],"datatype":"FP32","data":[1,0,1,0]}]}"#)
    }
    #expect(await engine.answer(to: RemoteBench.job(rows: 2)).outputs?.count == 2)
    let error = try #require(await engine.answer(to: RemoteBench.job(rows: 1)).error)
    #expect(error.status == 502)
    #expect(
      error.description.hasSuffix(
        "gave an answer that cannot be used: output \"label\": expected 1 row, found 2"))
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `an output of any length need not have a value a row`() async throws {
    let metadata = ScriptedUpstream.metadata.replacing("probabilities", with: "tokens")
      .replacing("[-1,2]", with: "[-1]")
    let upstream = try await ScriptedUpstream.start { request in
      if request.path == "/v2/models/there" { return ScriptedUpstream.json(metadata) }
      guard request.path.hasSuffix("/infer") else { return nil }
      return ScriptedUpstream.json(
        #"{"model_name":"m","outputs":[{"name":"label","shape":[1],"datatype":"INT64","data":[1]},"#
          + #"{"name":"tokens","shape":[4],"datatype":"FP32","data":[1,2,3,4]}]}"#)
    }
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    let outputs = try #require(await engine.answer(to: RemoteBench.job(rows: 3)).outputs)
    #expect(outputs.map(\.shape) == [[1], [4]])
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `the preflight's look at the source compares the metadata`() async throws {
    let upstream = try await ScriptedUpstream.start()
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.load()
    let same = await engine.sourceUnchanged(within: .seconds(10))
    #expect(same?.passed == true)
    #expect(same?.detail == "1 of 1 upstreams answer as at the load")
    let other = ScriptedUpstream.metadata.replacing("[-1,2]", with: "[-1,3]")
    upstream.script { $0.path == "/v2/models/there" ? ScriptedUpstream.json(other) : nil }
    let changed = await engine.sourceUnchanged(within: .seconds(10))
    #expect(changed?.passed == false)
    #expect(changed?.detail == "\(upstream.url) has other metadata than at the load")
    await bench.end(engine)
    try await upstream.die()
  }

  @Test func `kserve is asked without a version, and mlserver without binary tensors`() async throws
  {
    for (name, path) in [
      ("kserve", "/v2/models/there/infer"), ("mlserver", "/v2/models/there/versions/7/infer"),
    ] {
      let upstream = try await ScriptedUpstream.start {
        $0.path == "/v2"
          ? ScriptedUpstream.json(
            #"{"name":"\#(name)","version":null,"extensions":["binary_tensor_data"]}"#) : nil
      }
      var spec = try RemoteBench.spec([upstream])
      spec.version = "7"
      let bench = RemoteBench(spec)
      let engine = try await bench.load()
      #expect(upstream.inferences.last?.path == path)
      #expect(
        upstream.inferences.last?.headers.first(name: "Content-Type") == "application/json")
      await bench.end(engine)
      try await upstream.die()
    }
  }
}
