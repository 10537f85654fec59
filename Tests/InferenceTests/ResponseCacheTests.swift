import Domain
import InferenceProtocol
import Testing

@testable import Inference

/// Answers that were given before: the key, the bound, and where no cache is worth its lookup.
@Suite struct ResponseCacheTests {
  private let signature = FakeModel.signature

  private func key(_ request: InferRequest, outputs: [String] = [], version: String = "1")
    -> CacheKey
  {
    CacheKey(
      version: version, signature: signature,
      job: EngineJob(
        inputs: request.inputs, outputs: outputs, rows: 1, deadline: .never, timeout: .zero))
  }

  private func tensor(_ value: Float, count: Int = 1) -> Tensor {
    Tensor(name: "y", shape: [count], fp32: [Float](repeating: value, count: count))
  }

  @Test func `the key is the version, the inputs and the outputs, and nothing else`() {
    #expect(key(row(1)) == key(row(1)))
    #expect(key(row(1)) != key(row(2)))
    #expect(key(row(1)) != key(row(1), version: "2"))
    #expect(key(row(1)) != key(row(1), outputs: ["label"]))
    #expect(key(row(1), outputs: ["ab", "c"]) != key(row(1), outputs: ["a", "bc"]))
    #expect(key(row(0, rows: 2)) != key(row(0, rows: 1)))
    var named = row(1)
    named.id = "42"
    named.parameters["priority"] = .integer(1)
    #expect(key(named) == key(row(1)))
  }

  @Test func `strings do not run together`() {
    let signature = ModelSignature(
      inputs: [TensorMetadata(name: "s", datatype: .bytes, shape: [-1])], outputs: [])
    func key(_ strings: [String]) -> CacheKey {
      let tensor = Tensor(
        name: "s", datatype: .bytes, shape: [strings.count],
        storage: .strings(strings.map { Array($0.utf8) }))
      return CacheKey(
        version: "1", signature: signature,
        job: EngineJob(inputs: [tensor], rows: 2, deadline: .never, timeout: .zero))
    }
    #expect(key(["ab", "c"]) != key(["a", "bc"]))
    #expect(key(["ab", "c"]) == key(["ab", "c"]))
  }

  @Test func `the least recently used leave first, and the bound holds`() {
    let cache = ResponseCache(limit: 10_000)
    let keys = (0..<100).map { key(row(Float($0))) }
    for (index, key) in keys.enumerated() {
      cache.keep([tensor(Float(index))], for: key)
      #expect(cache.bytes <= 10_000)
      // The first is asked for again and again.
      #expect(cache.outputs(for: keys[0])?.first?.number(at: 0) == 0)
    }
    let left = keys.indices.filter { cache.outputs(for: keys[$0]) != nil }
    #expect(left.first == 0)
    #expect(left.dropFirst() == Array(100 - left.count + 1..<100)[...])
    #expect(cache.count == left.count && left.count > 10)
  }

  @Test func `an answer that would drive out too many others is not kept`() {
    let cache = ResponseCache(limit: 8_000)
    cache.keep([tensor(1, count: 400)], for: key(row(1)))
    #expect(cache.outputs(for: key(row(1))) == nil)
    #expect(cache.bytes == 0)
  }

  private func ask(_ server: ModelServer, _ first: Float, rows: Int = 1, isProbe: Bool = false)
    -> EngineAnswer?
  {
    let inbox = Inbox<EngineAnswer>()
    server.submit(
      EngineJob(
        inputs: row(first, rows: rows).inputs, rows: rows, deadline: .never, timeout: .zero,
        isProbe: isProbe)
    ) { inbox.put($0) }
    inbox.expect()
    return inbox.values.first
  }

  @Test func `a second asking is answered without a run`() async throws {
    let model = FakeModel()
    let server = try model.server(
      Bench.version("1"), settings: ModelServerSettings(lanes: 1, cacheBytes: 1 << 20))
    let runs = model.runs
    for _ in 0..<3 {
      guard case .done(let outputs, _, _)? = ask(server, 7) else {
        Issue.record("no answer")
        return
      }
      #expect(outputs.map(\.name) == ["label", "probabilities"])
      #expect(outputs[0].number(at: 0) == 7)
    }
    #expect(model.runs == runs + 1)
    _ = ask(server, 7, isProbe: true)
    #expect(model.runs == runs + 2, "a probe asks the model, not the cache")
    let counted = server.statistics
    #expect(counted.cacheHit.count == 2)
    #expect(counted.cacheMiss.count == 1)
    #expect(counted.inferenceCount == 1)
    #expect(counted.success.count == 3)
    #expect(server.executionFigures?.cacheText?.hasPrefix("66.7 % hits, 0.0 of 1 MiB") == true)
    await server.close()
  }

  @Test func `a failure is not kept`() async throws {
    let model = FakeModel()
    let server = try model.server(
      Bench.version("1"), settings: ModelServerSettings(lanes: 1, cacheBytes: 1 << 20))
    model.set(failure: "broken")
    #expect(ask(server, 1).map { if case .failed = $0 { true } else { false } } == true)
    model.set(failure: nil)
    #expect(ask(server, 1).map { if case .done = $0 { true } else { false } } == true)
    await server.close()
  }

  @Test func `where the model is cheaper than a lookup there is no cache, and it says why`()
    async throws
  {
    let model = FakeModel()
    model.set(cost: 0)
    let server = try model.server(
      Bench.version("1"), settings: ModelServerSettings(lanes: 1, cacheBytes: 1 << 20))
    #expect(
      server.executionFigures?.cacheText
        == "refused: a row takes 1 us, and to look for its answer 1 us")
    #expect(server.statistics.cacheMiss.count == 0)
    let plain = try model.server(Bench.version("1"))
    #expect(plain.executionFigures?.cacheText == nil)
    await server.close()
    await plain.close()
  }
}
