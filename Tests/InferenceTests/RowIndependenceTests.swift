import Inference
import InferenceProtocol
import Testing

/// Whether requests may share a run is tried with rows that differ, in every type of number, and of very different size.
struct RowIndependenceTests {
  private static func tried(
    _ datatype: DataType, _ answer: ([Double]) -> [Double]?
  ) -> RowIndependence {
    let signature = ModelSignature(
      inputs: [TensorMetadata(name: "x", datatype: datatype, shape: [-1, 2])],
      outputs: [TensorMetadata(name: "y", datatype: .fp64, shape: [-1, 2])])
    return RowIndependence.tried(signature) { (inputs) throws(InferenceError) in
      let input = inputs[0]
      let values = (0..<input.elementCount).compactMap { input.number(at: $0) }
      guard let answers = answer(values) else { throw .unsupported("such rows") }
      var bytes: [UInt8] = []
      for answer in answers {
        for byte in 0..<8 {
          bytes.append(UInt8(truncatingIfNeeded: answer.bitPattern >> UInt64(8 * byte)))
        }
      }
      return [
        Tensor(name: "y", datatype: .fp64, shape: input.shape, storage: .bytes(bytes))
      ]
    }
  }

  private static let differs = RowIndependence.isBroken("\"y\" differs when rows run together")

  @Test(arguments: [DataType.fp16, .bf16, .fp32, .fp64, .int64, .int8])
  func `a mean over the rows is found in every type`(_ datatype: DataType) {
    let mean = Self.tried(datatype) { values in
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      return values.map { $0 - mean }
    }
    #expect(mean == Self.differs)
    #expect(Self.tried(datatype) { $0.map { 2 * $0 } } == .holds)
  }

  @Test func `what begins with a large number, or grows with it, is found`() {
    let jumps = Self.tried(.fp32) { values in
      values.map { values.contains { $0 > 1_000 } ? $0 + 1 : $0 }
    }
    #expect(jumps == Self.differs)
    let creeps = Self.tried(.fp32) { values in
      let size = values.map(\.magnitude).reduce(0, +) / Double(max(1, values.count))
      return values.map { $0 + size / 100_000 }
    }
    #expect(creeps == Self.differs)
  }

  @Test func `where no different rows can be tried, nothing is claimed`() {
    #expect(
      Self.tried(.bytes) { _ in [] }
        == .isUnknown("\"x\" takes texts, so that no different rows can be made up to try"))
    let refuses = Self.tried(.fp32) { values in values.allSatisfy { $0 == 0 } ? values : nil }
    #expect(refuses == .isUnknown("it does not answer the different rows that are made up to try"))
    #expect(Self.tried(.fp32) { $0.count > 2 ? nil : $0 } == .isBroken("a run with 3 rows fails"))
  }

  @Test func `what another order of summing changes is no dependence`() {
    let cancels = Self.tried(.fp32) { values in
      // As where large parts of a sum cancel each other out: an error of so many of their last digits.
      values.map { $0 + $0.magnitude * Double(values.count) * 6e-8 }
    }
    #expect(cancels == .holdsNearly)
    let large = Self.tried(.fp32) { values in
      values.map {
        $0.magnitude > 1 ? $0.truncatingRemainder(dividingBy: 1) + Double(values.count) : $0
      }
    }
    #expect(large == .holds, "the large row alone is not compared")
  }

  @Test func `what is not known is not batched, unless somebody says so`() {
    let cost = RunCost(one: 1_000_000, eight: 1_100_000, thirtyTwo: 1_200_000)
    let unknown = { RowIndependence.isUnknown("it is a riddle") }
    let auto = ExecutionPlan.choose(cost, ModelServerSettings(lanes: 1), independence: unknown)
    #expect(auto.mode == .lanes)
    #expect(auto.reason.contains("it is a riddle; configured, batching takes them"))
    let policy = BatchingPolicy(maxRows: 8)
    let told = ExecutionPlan.choose(
      cost, ModelServerSettings(lanes: 1, batching: .on(policy)), independence: unknown)
    #expect(told.mode == .batching(policy))
    #expect(told.reason.contains("is not known: it is a riddle"))
  }
}
