import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

/// The models of the golden folder give what onnxruntime gave in Python.
@Suite struct GoldenModelTests {
  struct Golden: Decodable {
    var input: String
    var output: String
    var tolerance: Double
    var rows: [[Float]]
    var probabilities: [String: [Double]]
  }

  static let golden: Golden = {
    let url = URL(
      fileURLWithPath: "\(Fixtures.root)/Tests/Fixtures/models/golden/probabilities.json")
    do {
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    } catch {
      preconditionFailure("the golden fixture cannot be read: \(error)")
    }
  }()

  @Test(arguments: ["gbt", "lr", "mlp"])
  func `probabilities are those of onnxruntime in Python, row by row and in one batch`(
    model: String
  ) async throws {
    let golden = Self.golden
    let plane = try await Fixtures.serving("golden", model)
    let expected = try #require(golden.probabilities[model])
    let all = Tensor(
      name: golden.input, shape: [golden.rows.count, 6], fp32: golden.rows.flatMap { $0 })
    let batch = try await plane.infer(model, InferRequest(inputs: [all]))
    let output = try #require(batch.response.outputs.first { $0.name == golden.output })
    for (index, row) in golden.rows.enumerated() {
      let inBatch = try #require(output.number(at: index * 2 + 1))
      #expect(abs(inBatch - expected[index]) < golden.tolerance)
      guard index % 10 == 0 else { continue }
      let one = try await plane.infer(
        model, InferRequest(inputs: [Tensor(name: golden.input, shape: [1, 6], fp32: row)]))
      let alone = try #require(
        one.response.outputs.first { $0.name == golden.output }?.number(at: 1))
      #expect(abs(alone - expected[index]) < golden.tolerance)
    }
  }

  @Test func `one session serves many callers at once`() async throws {
    let golden = Self.golden
    let plane = try await Fixtures.serving("golden", "gbt")
    let expected = try #require(golden.probabilities["gbt"])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<4 {
        group.addTask {
          for index in stride(from: lane, to: golden.rows.count, by: 4) {
            let request = InferRequest(
              inputs: [Tensor(name: golden.input, shape: [1, 6], fp32: golden.rows[index])])
            let reply = try await plane.infer("gbt", request)
            let found = reply.response.outputs.first { $0.name == golden.output }?.number(at: 1)
            #expect(abs((found ?? .nan) - expected[index]) < golden.tolerance)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `the class is recorded as the prediction`() async throws {
    let golden = Self.golden
    let records = Inbox()
    let plane = Fixtures.plane("golden") { records.put($0) }
    _ = try await plane.load(ModelVersion(model: "lr", version: "1"))
    try plane.apply(
      Deployment(model: "lr", revision: 1, champion: "1", championSince: Timestamp(seconds: 0)))
    for index in 0..<50 {
      let tensor = Tensor(name: golden.input, shape: [1, 6], fp32: golden.rows[index])
      _ = try await plane.infer("lr", InferRequest(inputs: [tensor]))
    }
    let expected = try #require(golden.probabilities["lr"]).prefix(50).map {
      PredictedValues(.integer($0 > 0.5 ? 1 : 0))
    }
    #expect(records.all.map(\.predictions) == expected)
  }
}
