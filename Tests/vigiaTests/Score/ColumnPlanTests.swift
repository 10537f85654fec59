import Inference
import InferenceProtocol
import Testing
import vigia

@Suite struct ColumnPlanTests {
  private static let matrix = ModelSignature(
    inputs: [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, 3])], outputs: [])
  private static let mixed = ModelSignature(
    inputs: [
      TensorMetadata(name: "age", datatype: .int64, shape: [-1, 1]),
      TensorMetadata(name: "city", datatype: .bytes, shape: [-1]),
      TensorMetadata(name: "v", datatype: .fp32, shape: [-1, 2]),
    ], outputs: [])

  private func plan(
    _ columns: [String], _ signature: ModelSignature = matrix, features: [String]? = nil,
    id: String? = nil
  ) throws -> ColumnPlan {
    try ColumnPlan(columns: columns, signature: signature, features: features, id: id)
  }

  /// By input: the columns that feed it, in its order.
  private func feeding(_ plan: ColumnPlan) -> [[Int]] {
    plan.inputs.indices.map { input in
      plan.uses.indices.filter { plan.uses[$0]?.input == input }
        .sorted { (plan.uses[$0]?.element ?? 0) < (plan.uses[$1]?.element ?? 0) }
    }
  }

  @Test func `one matrix takes numbered columns, all in order, or those that are chosen`() throws {
    #expect(feeding(try plan(["a", "b", "c"])) == [[0, 1, 2]])
    #expect(feeding(try plan(["y", "X_1", "X_0", "X_2"])) == [[2, 1, 3]])
    #expect(feeding(try plan(["key", "a", "b", "c"], id: "key")) == [[1, 2, 3]])
    #expect(feeding(try plan(["a", "b", "c", "d"], features: ["d", "a", "b"])) == [[3, 0, 1]])
    #expect(try plan(["key", "a", "b", "c"], id: "key").idColumn == 0)
  }

  @Test func `several inputs take the columns of their names, and leave the others alone`() throws {
    let plan = try plan(["v_1", "note", "city", "v_0", "age"], Self.mixed)
    #expect(feeding(plan) == [[4], [2], [3, 0]])
    #expect(plan.inputs.map(\.shape) == [[1], [], [2]])
  }

  @Test func `an open length is as long as the columns that are there`() throws {
    let open = ModelSignature(
      inputs: [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, -1])], outputs: [])
    #expect(try plan(["a", "b"], open).inputs[0].shape == [2])
    #expect(try plan(["a", "X_0", "X_1"], open).inputs[0].shape == [2])
  }

  @Test(
    arguments: [
      (
        ["a", "b", "c", "d"], nil, nil,
        "input \"X\" takes 3 columns, the file has 4: a, b, c, d; choose them with"
      ),
      (["a;b;c"], nil, nil, "the file has 1: a;b;c; fields are separated by commas here"),
      (["k", "a"], nil, "k", "the file has 1 besides --id k: k, a; bring the others"),
      (["a", "b", "c"], ["a", "b"], nil, "takes 3 columns, --features names 2"),
      (
        ["alpha", "b", "c"], ["alpa", "b", "c"], nil,
        "--features: no column \"alpa\"; there are alpha, b, c; did you mean \"alpha\"?"
      ),
      (["a", "a", "c"], ["a", "b", "c"], nil, "two columns are named \"a\""),
      (["a", "b", "c"], ["a", "a", "c"], nil, "--features names \"a\" twice"),
      (["a", "b", "c"], nil, "key", "--id: no column \"key\""),
    ] as [([String], [String]?, String?, String)])
  func `what does not fit is said with what was found and what is wanted`(
    _ columns: [String], _ features: [String]?, _ id: String?, _ text: String
  ) {
    let error = #expect(throws: ScoreError.self) {
      try plan(columns, features: features, id: id)
    }
    #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    #expect(error?.exitCode == 2)
  }

  @Test func `a missing input is named with the nearest column`() {
    let error = #expect(throws: ScoreError.self) {
      try plan(["aeg", "city", "v_0", "v_1"], Self.mixed)
    }
    #expect(error?.description.contains("a column age for input \"age\"") == true)
    #expect(error?.description.hasSuffix("did you mean \"aeg\"?") == true)
    let short = #expect(throws: ScoreError.self) { try plan(["age", "city", "v_0"], Self.mixed) }
    #expect(short?.description.contains("v_0 to v_1") == true)
  }

  @Test func `an answer's values are named, and a name that is taken gets another`() throws {
    let answer = [
      Tensor(name: "label", shape: [2], int64: [0, 1]),
      Tensor(name: "p", shape: [2, 2], fp32: [0, 1, 1, 0]),
    ]
    let layout = try OutputLayout(answer: answer, rows: 2, isBatched: true)
    #expect(layout.columns(taken: ["row"]) == ["label", "p_0", "p_1"])
    #expect(layout.columns(taken: ["label"]) == ["label_predicted", "p_0", "p_1"])
    #expect(layout.problem(with: answer, rows: 2) == nil)
    #expect(layout.problem(with: answer, rows: 1) != nil)
    #expect(throws: ScoreError.self) {
      try OutputLayout(answer: answer, rows: 3, isBatched: true)
    }
  }
}
