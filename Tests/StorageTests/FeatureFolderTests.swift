import Domain
import InferenceProtocol
import Statistics
import Testing

@testable import Storage

struct FeatureFolderTests {
  static func tensors(_ features: [Float], score: Float = 0.75) -> PredictionTensors {
    PredictionTensors(
      inputs: [Tensor(name: "X", shape: [1, features.count], fp32: features)],
      outputs: [Tensor(name: "p", shape: [1, 2], fp32: [1 - score, score])])
  }

  static func reference(
    id: Int64 = 1, _ version: ModelVersion = .first, names: [String] = ["X[0]", "X[1]"]
  ) -> FrozenReference {
    let declarations = [
      FeatureDeclaration(name: names[0], kind: .numeric),
      FeatureDeclaration(name: names[1], kind: .numeric),
      FeatureDeclaration(name: "score", kind: .numeric, role: .score),
      FeatureDeclaration(name: "predicted class", kind: .categorical, role: .predictedClass),
    ]
    var builder = ReferenceBuilder(declarations, seed: 1)
    for index in 0..<1_000 {
      builder.add(Double(index) / 1_000, to: 0)
      builder.add(7, to: 1)
      builder.add(Double(index % 2), to: 2)
      builder.add("\(index % 2)", to: 3)
    }
    return FrozenReference(
      id: id, version: version, madeAt: .noon, source: "test", rows: 1_000,
      features: builder.references())
  }

  @Test func `a version without a reference gives a sample of its rows`() throws {
    let bench = try RecorderBench()
    for index in 0..<700 {
      bench.recorder.record(
        .sample(number: UInt64(index)), Self.tensors([Float(index), .nan], score: 0.5))
    }
    bench.recorder.flush()
    let sample = try #require(bench.batches.all.first?.samples.first)
    #expect(sample.rows == FeatureFolder.sampleLimit)
    #expect(
      sample.columns.map(\.declaration.name) == ["X[0]", "X[1]", "score", "predicted class"])
    guard case .numbers(let first) = sample.columns[0].values,
      case .numbers(let missing) = sample.columns[1].values,
      case .texts(let classes) = sample.columns[3].values
    else {
      Issue.record("\(sample.columns)")
      return
    }
    #expect(first.prefix(3) == [0, 1, 2])
    #expect(missing.filter(\.isNaN).count == missing.count)
    #expect(Set(classes) == ["1"])
    #expect(bench.batches.all.first?.features.isEmpty == true)
  }

  @Test func `rows are counted by the reference's bins, and stand in the store by the minute`()
    throws
  {
    let bench = try RecorderBench()
    let reference = Self.reference()
    bench.recorder.setReference(reference)
    for index in 0..<100 {
      bench.recorder.record(
        .sample(number: UInt64(index)), Self.tensors([Float(index) / 100, index < 10 ? .nan : 7]))
    }
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    let rollup = try #require(bench.batches.all.first?.features.first)
    #expect(rollup.minute == Timestamp.noon.seconds && rollup.variant == .champion)
    #expect(rollup.counts.features.map(\.total) == [100, 100, 100, 100])
    #expect(rollup.counts.features[1].missing == 10)
    #expect(rollup.counts.features[0].counts.filter { $0 > 0 }.count == 20)
    // A second flush in the same minute adds up.
    bench.recorder.record(.sample(second: 1.5, number: 500), Self.tensors([0.5, 7]))
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    let stored = try bench.store.features(
      .first, from: Timestamp.noon.seconds, to: Timestamp.noon.seconds + 60)
    #expect(stored.map(\.minute) == [Timestamp.noon.seconds])
    #expect(stored.first?.counts.features.map(\.total) == [101, 101, 101, 101])
  }

  @Test func `a feature that is not sent any more is missing in every row`() throws {
    let bench = try RecorderBench()
    bench.recorder.setReference(Self.reference())
    bench.recorder.record(.sample(), Self.tensors([0.5]))
    bench.recorder.flush()
    let counts = try #require(bench.batches.all.first?.features.first?.counts)
    #expect(counts.features[1].missing == 1 && counts.features[1].total == 1)
  }

  @Test func `an input with a default is no feature, and leaves the others theirs`() throws {
    let bench = try RecorderBench()
    for index in 0..<4 {
      var tensors = Self.tensors([Float(index), 7], score: 0.5)
      tensors.optional = [
        TensorMetadata(name: "threshold", datatype: .fp32, shape: [], isOptional: true)
      ]
      if index.isMultiple(of: 2) {
        tensors.inputs.append(Tensor(name: "threshold", shape: [], fp32: [0.25]))
      }
      bench.recorder.record(.sample(number: UInt64(index)), tensors)
    }
    bench.recorder.flush()
    let sample = try #require(bench.batches.all.first?.samples.first)
    #expect(sample.rows == 4)
    #expect(
      sample.columns.map(\.declaration.name) == ["X[0]", "X[1]", "score", "predicted class"])
  }

  @Test func `counts of another reference are not added to`() throws {
    var old = FeatureCounts(reference: 1, features: [BinCounts(cells: 6)])
    old.features[0].add(4)
    var new = FeatureCounts(reference: 2, features: [BinCounts(cells: 6)])
    new.features[0].add(5)
    var merged = old
    merged.merge(new)
    #expect(merged == new)
    merged.merge(old)
    #expect(merged == new)
    merged.merge(new)
    #expect(merged.features[0].total == 2)
    #expect(try FeatureCounts(serialized: merged.serialized()) == merged)
  }

  @Test func `a redacted feature is neither sampled nor counted`() throws {
    var policy = CapturePolicy()
    policy.featureNames = ["period", "income"]
    policy.redacted = ["income"]
    let bench = try RecorderBench(policy: policy)
    bench.recorder.record(.sample(), Self.tensors([0.5, 90_000]))
    bench.recorder.flush()
    let sample = try #require(bench.batches.all.first?.samples.first)
    #expect(sample.columns.map(\.declaration.name) == ["period", "score", "predicted class"])
    #expect(sample.columns[0].values == .numbers([0.5]))
  }

  @Test(arguments: [["X[1]"], ["X"]])
  func `what is redacted by its place, or with its input, takes no other feature along`(
    redacted: [String]
  ) throws {
    var policy = CapturePolicy()
    policy.redacted = Set(redacted)
    let bench = try RecorderBench(policy: policy)
    // Of a training file with names of its own, without the second.
    var reference = Self.reference(names: ["period", "income"])
    reference.features.remove(at: 1)
    bench.recorder.setReference(reference)
    bench.recorder.record(.sample(), Self.tensors([0.5, 90_000]))
    bench.recorder.flush()
    let counts = try #require(bench.batches.all.first?.features.first).counts
    #expect(counts.features[0].missing == (redacted == ["X"] ? 1 : 0))
    #expect(counts.features[1].missing == 0)
    let other = try RecorderBench(policy: policy)
    other.recorder.record(.sample(), Self.tensors([0.5, 90_000]))
    other.recorder.flush()
    let sample = try #require(other.batches.all.first?.samples.first)
    #expect(
      sample.columns.map(\.declaration.name)
        == (redacted == ["X"] ? [] : ["X[0]"]) + ["score", "predicted class"])
  }

  @Test func `requests that name a version are not judged`() throws {
    let bench = try RecorderBench()
    bench.recorder.setReference(Self.reference())
    bench.recorder.record(.sample(variant: .direct), Self.tensors([0.5, 7]))
    bench.recorder.flush()
    #expect(bench.batches.all.first?.features.isEmpty == true)
  }
}

/// What the first answers of a version do not show.
struct ScoreLearningTests {
  private static func tensors(_ outputs: [Tensor]) -> PredictionTensors {
    PredictionTensors(inputs: [Tensor(name: "X", shape: [1, 1], fp32: [0.5])], outputs: outputs)
  }

  private static let label = Tensor(name: "label", shape: [1], int64: [1])
  private static let probabilities = Tensor(name: "p", shape: [1, 2], fp32: [0.25, 0.75])

  /// Scores that were sampled of these answers.
  private static func scores(of answers: [[Tensor]]) throws -> [Double]? {
    let bench = try RecorderBench()
    for (index, outputs) in answers.enumerated() {
      bench.recorder.record(.sample(number: UInt64(index)), tensors(outputs))
    }
    bench.recorder.flush()
    let sample = try #require(bench.batches.all.first?.samples.first)
    let column = sample.columns.first { $0.declaration.role == .score }
    guard case .numbers(let scores)? = column?.values else { return nil }
    return scores
  }

  @Test func `a first client that asks for the class alone hides no scores`() throws {
    let (label, p) = (Self.label, Self.probabilities)
    #expect(try Self.scores(of: [[label], [label]]) == nil)
    #expect(try Self.scores(of: [[label], [label, p], [label], [label, p]]) == [0.75, 0.75])
    #expect(try Self.scores(of: [[p], [label], [label, p]]) == [0.75, 0.75])
  }

  @Test func `one number becomes a probability once there is a class beside it`() {
    var forms = OutputForms()
    let number = Tensor(name: "p", shape: [1], fp32: [0.5])
    let isFirst = forms.learn([number], rows: 1)
    #expect(isFirst && ScoreColumn(forms)?.meaning == .value)
    let isMore = forms.learn([Self.label], rows: 1)
    #expect(isMore && ScoreColumn(forms)?.meaning == .probability)
    let isAnother = forms.learn([number], rows: 1)
    #expect(!isAnother)
  }

  @Test func `an odd shape is forgotten when the answers after it have another`() throws {
    let odd = Tensor(name: "p", shape: [1, 3], fp32: [0.1, 0.2, 0.7])
    let p = Self.probabilities
    #expect(try Self.scores(of: [[odd], [p], [p], [p], [p]]) == [0.75, 0.75])
    // One in between changes nothing.
    #expect(try Self.scores(of: [[p], [odd], [p], [odd], [p]]) == [0.75, 0.75, 0.75])
  }

  @Test func `the order of the model's outputs decides, whichever a client asked for first`() {
    let (first, second) = (Self.probabilities, Tensor(name: "q", shape: [1, 2], fp32: [0.5, 0.5]))
    var forms = OutputForms()
    _ = forms.learn([second], rows: 1)
    _ = forms.learn([first, second], rows: 1)
    #expect(forms.forms.map(\.name) == ["p", "q"])
    #expect(ScoreColumn(forms)?.scores(of: [second, first], rows: 1) == [0.75])
  }
}
