import AsyncHTTPClient
import Domain
import Inference
import InferenceProtocol
import Integrations
import NIOHTTP1
import Testing

/// A version behind another Vigia whose model has a default for an input: `optional_inputs` in its metadata.
@Suite struct RemoteOptionalInputTests {
  private static let metadata = #"""
    {"name":"m","versions":["1"],"platform":"onnx_onnxv1",
    "inputs":[{"name":"X","datatype":"FP32","shape":[-1,1]}],
    "optional_inputs":[{"name":"threshold","datatype":"FP32","shape":[]}],
    "outputs":[{"name":"y","datatype":"INT64","shape":[-1]}]}
    """#

  /// Answers with how many inputs it was given.
  private static func count(_ request: ScriptedUpstream.Request) -> ScriptedUpstream.Action? {
    if request.path == "/v2/models/there" { return ScriptedUpstream.json(metadata) }
    guard request.path.hasSuffix("/infer") else { return nil }
    let length = request.headers.first(name: "Inference-Header-Content-Length").flatMap { Int($0) }
    guard let inputs = try? InferRequest.parse(request.body, headerLength: length).inputs,
      let rows = inputs.first?.shape.first
    else { return ScriptedUpstream.json(#"{"error":"not a request"}"#, status: 400) }
    let counts = [Int64](repeating: Int64(inputs.count), count: rows)
    let message = InferResponse(
      modelName: "m", outputs: [Tensor(name: "y", shape: [rows], int64: counts)]
    ).json()
    return ScriptedUpstream.json(String(decoding: message, as: UTF8.self))
  }

  @Test func `what a request leaves out is left out there, and what it names goes there`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start(Self.count)
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let engine = try await bench.loader.load(try #require(bench.loader.files.first))
    #expect(engine.signature.inputs.map(\.name) == ["X"])
    #expect(engine.signature.optionalInputs.map(\.name) == ["threshold"])
    let x = Tensor(name: "X", shape: [1, 1], fp32: [1])
    let threshold = Tensor(name: "threshold", shape: [], fp32: [0.3])
    for inputs in [[x], [x, threshold]] {
      let job = EngineJob(
        inputs: inputs, rows: 1, deadline: .now + .seconds(60), timeout: .seconds(60))
      let answer = await withCheckedContinuation { continuation in
        engine.submit(job) { continuation.resume(returning: $0) }
      }
      guard case .done(let outputs, _, _) = answer else {
        Issue.record("\(answer)")
        continue
      }
      #expect(outputs[0].integer(at: 0) == Int64(inputs.count))
    }
    await bench.end(engine)
    try await upstream.die()
  }

  /// A request goes to whichever has room.
  @Test func `what one of two upstreams does not know is not offered`() async throws {
    let older = Self.metadata.replacing("\"optional_inputs\"", with: "\"more\"")
    let first = try await ScriptedUpstream.start(Self.count)
    let second = try await ScriptedUpstream.start { request in
      request.path == "/v2/models/there" ? ScriptedUpstream.json(older) : Self.count(request)
    }
    let bench = RemoteBench(try RemoteBench.spec([first, second]))
    let engine = try await bench.loader.load(try #require(bench.loader.files.first))
    #expect(engine.signature.inputs.map(\.name) == ["X"])
    #expect(engine.signature.optionalInputs.isEmpty)
    await bench.end(engine)
    try await first.die()
    try await second.die()
  }

  @Test func `a load leaves it out`() async throws {
    let upstream = try await ScriptedUpstream.start(Self.count)
    let client = LoadSecurity.unverified.client()
    let inputs = try await V2Discovery(
      url: "http://127.0.0.1:\(upstream.port)", headers: [], client: client
    ).inputs(of: "there", version: nil)
    #expect(inputs.map(\.name) == ["X"])
    try await client.shutdown()
    try await upstream.die()
  }
}
