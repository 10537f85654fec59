import InferenceProtocol
import Testing

@testable import Storage

struct FeatureLayoutTests {
  /// Of an answer of two rows.
  private static func score(_ outputs: [Tensor]) -> ScoreColumn? {
    var forms = OutputForms()
    _ = forms.learn(outputs, rows: 2)
    return ScoreColumn(forms)
  }

  @Test func `columns of a matrix are features, named by the configuration where it names them`() {
    let input = Tensor(name: "X", shape: [2, 3], fp32: [1, 2, 3, 4, 5, 6])
    let layout = FeatureLayout([input], rows: 2, names: ["period", "price"])
    #expect(layout.columns.map(\.name) == ["period", "price", "X[2]"])
    #expect(layout.columns.map(\.offset) == [0, 1, 2])
    #expect(layout.columns.allSatisfy { $0.stride == 3 && !$0.isText })
    #expect(layout.omitted.isEmpty)
  }

  @Test func `vectors of rows and text are features of their own name`() {
    let inputs = [
      Tensor(name: "age", shape: [2], fp32: [31, 52]),
      Tensor(name: "city", shape: [2, 1], strings: ["Bern", "Chur"]),
    ]
    let layout = FeatureLayout(inputs, rows: 2)
    #expect(layout.columns.map(\.name) == ["age", "city"])
    #expect(layout.columns.map(\.isText) == [false, true])
    #expect(layout.columns.map(\.tensor) == [0, 1])
  }

  @Test func `pixels and embeddings are left out by name`() {
    let inputs = [
      Tensor(name: "image", shape: [1, 2, 2], fp32: [0, 0, 0, 0]),
      Tensor(name: "wide", shape: [1, 65], fp32: Array(repeating: 0, count: 65)),
      Tensor(name: "age", shape: [1, 1], fp32: [31]),
    ]
    let layout = FeatureLayout(inputs, rows: 1)
    #expect(layout.columns.map(\.name) == ["age"])
    #expect(layout.omitted == ["image", "wide"])
  }

  @Test func `a request with other tensors does not fit`() {
    let one = Tensor(name: "X", shape: [1, 2], fp32: [1, 2])
    let layout = FeatureLayout([one], rows: 1)
    #expect(layout.fits([Tensor(name: "X", shape: [3, 2], fp32: [1, 2, 3, 4, 5, 6])], rows: 3))
    #expect(!layout.fits([Tensor(name: "X", shape: [1, 3], fp32: [1, 2, 3])], rows: 1))
    #expect(!layout.fits([Tensor(name: "Y", shape: [1, 2], fp32: [1, 2])], rows: 1))
    #expect(!layout.fits([one, one], rows: 1))
    #expect(!layout.fits([Tensor(name: "X", shape: [1, 2], int64: [1, 2])], rows: 1))
  }

  @Test func `the score is the second class' probability, the largest of many, or the one number`()
  {
    let label = Tensor(name: "label", shape: [2], int64: [1, 0])
    let two = Tensor(name: "p", shape: [2, 2], fp32: [0.25, 0.75, 0.5, 0.5])
    let binary = Self.score([label, two])
    #expect(binary?.meaning == .probability)
    #expect(binary?.scores(of: [label, two], rows: 2) == [0.75, 0.5])
    #expect(binary?.kept(of: [label, two], rows: 2) == [0.75, 0.5])

    let three = Tensor(name: "p", shape: [2, 3], fp32: [0.1, 0.7, 0.2, 0.5, 0.25, 0.25])
    let several = Self.score([label, three])
    #expect(several?.meaning == .confidence)
    #expect(several?.scores(of: [label, three], rows: 2) == [0.7, 0.5])
    #expect(several?.kept(of: [label, three], rows: 2) == [0.1, 0.7, 0.2, 0.5, 0.25, 0.25])

    let value = Tensor(name: "y", shape: [2, 1], fp32: [12, -3])
    #expect(Self.score([value])?.meaning == .value)
    #expect(Self.score([label, value])?.meaning == .probability)
    #expect(Self.score([label]) == nil)
  }

  @Test func `outputs of another form have no score`() {
    let two = Tensor(name: "p", shape: [2, 2], fp32: [0.25, 0.75, 0.5, 0.5])
    let score = Self.score([two])
    #expect(score?.scores(of: [], rows: 2) == [])
    #expect(score?.scores(of: [Tensor(name: "p", shape: [2, 1], fp32: [1, 2])], rows: 2) == [])
  }
}
