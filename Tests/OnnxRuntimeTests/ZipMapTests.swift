import Domain
import Foundation
import Inference
import InferenceProtocol
import OnnxRuntime
import Testing

/// Classifiers as skl2onnx makes them by default give their scores as a tensor, a column a class.
@Suite struct ZipMapTests {
  struct Expected: Decodable {
    var rows: [[Float]]
    var integers: Model
    var texts: Model

    struct Model: Decodable {
      var labels: [String]
      var classes: [String]
      var scores: [[Double]]
    }
  }

  private func expected() throws -> Expected {
    let path = "\(Fixtures.root)/Tests/Fixtures/models/zipmap/expected.json"
    return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: URL(filePath: path)))
  }

  @Test(arguments: ["integers", "texts"])
  func `scores and classes are those of onnxruntime in Python`(model: String) async throws {
    let all = try expected()
    let expected = model == "texts" ? all.texts : all.integers
    let plane = try await Fixtures.serving("zipmap", model)
    let outputs = try plane.metadata(model: model, version: nil).outputs
    let metadata = try #require(outputs.first { $0.name == "output_probability" })
    #expect(metadata.datatype == .fp32)
    #expect(metadata.shape == [-1, 3])
    #expect(metadata.labels == expected.classes)
    let input = Tensor(
      name: "X", shape: [all.rows.count, 4], fp32: all.rows.flatMap(\.self))
    let reply = try await plane.infer(model, InferRequest(inputs: [input])).response
    let labels = try #require(reply.outputs.first { $0.name == "output_label" })
    let scores = try #require(reply.outputs.first { $0.name == "output_probability" })
    for (row, values) in expected.scores.enumerated() {
      let label = labels.integer(at: row).map { "\($0)" } ?? labels.text(at: row)
      #expect(label == expected.labels[row])
      for (column, value) in values.enumerated() {
        #expect(scores.number(at: row * 3 + column) == value)
      }
    }
  }

  @Test func `the classes stand in the model's metadata`() async throws {
    let plane = try await Fixtures.serving("zipmap", "texts")
    let json = String(
      decoding: try plane.metadata(model: "texts", version: nil).json(), as: UTF8.self)
    #expect(json.contains(#""shape":[-1,3],"labels":["hoch ü","low","with, comma"]}"#))
  }

  @Test func `a version whose classes stand in another order has another signature`() {
    let one = TensorMetadata(name: "p", datatype: .fp32, shape: [-1, 2], labels: ["a", "b"])
    let other = TensorMetadata(name: "p", datatype: .fp32, shape: [-1, 2], labels: ["b", "a"])
    #expect(one != other)
  }
}
