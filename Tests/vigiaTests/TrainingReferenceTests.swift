import Domain
import Foundation
import InferenceProtocol
import Statistics
import Storage
import Testing

@testable import vigia

struct TrainingReferenceTests {
  private static let version = ModelVersion(model: "m", version: "1")

  private func read(
    _ text: String, _ types: FeatureTypes = FeatureTypes(), redacted: Set<String> = []
  ) throws -> FrozenReference? {
    let root = NSTemporaryDirectory() + "vigia-reference-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(
      atPath: "\(root)/m/1", withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: "\(root)/m/1/reference.csv"))
    return try TrainingReference.read(
      repository: root, version: Self.version, id: 4, now: Timestamp(seconds: 9), types: types,
      redacted: redacted)
  }

  private static func rows(_ count: Int, _ row: (Int) -> String) -> String {
    (0..<count).map(row).joined(separator: "\n") + "\n"
  }

  @Test
  func `columns are features, and the three named ones what the model answered and the truth`()
    throws
  {
    let reference = try #require(
      try read(
        "price,city,score,prediction,label\n"
          + Self.rows(500) {
            "0.\($0 % 97),\(["Bern", "Chur"][$0 % 2]),0.\($0 % 9),\($0 % 2),\($0 % 10 == 0 ? 5 : $0 % 2)"
          }))
    #expect(reference.id == 4 && reference.rows == 500 && !reference.isProvisional)
    #expect(reference.source == "training file reference.csv")
    #expect(reference.features.map(\.name) == ["price", "city", "score", "predicted class"])
    #expect(reference.features.map(\.kind) == [.numeric, .categorical, .numeric, .categorical])
    #expect(reference.features.map(\.role) == [.feature, .feature, .score, .predictedClass])
    #expect(reference.errors == .init(wrong: 50, rows: 500))
    #expect(reference.features[0].counts.total == 500)
  }

  @Test func `a column that no feature is called is told, and does not seem to vanish`() throws {
    let types = FeatureTypes(
      [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, 2])], names: ["period", "nswprice"])
    let error = #expect(throws: TableError.self) {
      try read("period,nsw_price,score\n" + Self.rows(500) { "\($0 % 7),0.\($0 % 9),0.5" }, types)
    }
    #expect(
      error?.description.contains(
        "no feature of the model is called \"nsw_price\": expected \"period\", \"nswprice\"")
        == true)
    // An input that leaves open how many features it has may have any.
    let open = FeatureTypes([
      TensorMetadata(name: "x", datatype: .fp32, shape: [-1, 1]),
      TensorMetadata(name: "y", datatype: .fp32, shape: [-1, -1]),
    ])
    #expect(try read("x,y[0]\n" + Self.rows(500) { "0.\($0 % 7),0.\($0 % 9)" }, open) != nil)
    // Other names altogether stand for the features in their order, and a feature may be missing.
    for header in ["a,b", "period,nswprice", "nswprice"] {
      let width = header.split(separator: ",").count
      let text =
        "\(header)\n"
        + Self.rows(500) { row in
          (0..<width).map { "0.\((row + $0) % 97)" }.joined(separator: ",")
        }
      let reference = try read(text, types)
      #expect(reference?.features.count == width)
      #expect(reference?.unwatched == (width == 1 ? ["period"] : nil))
      #expect(try read(text, types, redacted: ["period"])?.unwatched == nil)
    }
  }

  @Test func `values are those that a model with single precision sees`() throws {
    let reference = try #require(
      try read("x\n" + Self.rows(1_000) { "\(Double(1 + $0 % 11) / 10)" }))
    // Below the lowest value lies a bin that ends just before it.
    for edge in reference.features[0].bins.edges.dropFirst() {
      #expect(Double(Float(edge)) == edge)
    }
  }

  /// What the recorder would count of the same values must fall into the bins that they were counted in here.
  @Test(arguments: [DataType.fp16, .fp32, .fp64])
  func `values are counted as the model's inputs hold them`(type: DataType) throws {
    let inputs = [
      TensorMetadata(name: "a", datatype: .int64, shape: [-1, 1]),
      TensorMetadata(name: "X", datatype: type, shape: [-1, 2]),
    ]
    let values = (0..<1_000).map { Double(1 + $0 % 9) / 10 }
    let reference = try #require(
      try read(
        "id,X[0],load\n" + Self.rows(1_000) { "\(16_777_217 + $0 % 3),0.5,\(values[$0])" },
        FeatureTypes(inputs, names: ["id", "X[0]", "load"])))
    let load = reference.features[2]
    var seen = BinCounts(load.bins)
    for value in values {
      switch type {
      case .fp16: seen.add(load.bins.cell(of: Double(Float16(value))))
      case .fp32: seen.add(load.bins.cell(of: Double(Float(value))))
      default: seen.add(load.bins.cell(of: value))
      }
    }
    #expect(seen == load.counts)
    let id = reference.features[0]
    #expect(id.bins.edges.contains(16_777_217))
  }

  @Test func `what the model takes as text is names, though most of them are numbers`() throws {
    let inputs = [TensorMetadata(name: "zone", datatype: .bytes, shape: [-1, 1])]
    let text = "zone\n" + Self.rows(500) { $0 % 4 == 0 ? "7b" : "\($0 % 3)" }
    let reference = try #require(try read(text, FeatureTypes(inputs)))
    #expect(reference.features.map(\.kind) == [.categorical])
    #expect(Set(reference.features[0].bins.levels) == ["0", "1", "2", "7b"])
    #expect(throws: TableError.self) { try read(text) }
  }

  @Test(arguments: [
    (["X[1]"], ["a", "c", "score"]), (["b"], ["a", "c", "score"]), (["X"], ["score"]),
    (["Y"], ["a", "b", "c", "score"]),
  ])
  func `of a file with names of its own what must not be kept is left out by its place`(
    redacted: [String], left: [String]
  ) throws {
    let inputs = [TensorMetadata(name: "X", datatype: .fp64, shape: [-1, 3])]
    // Not the same in single precision: the second says whether the type is known.
    let text = "a,b,score,c\n" + Self.rows(1_000) { "\($0),\(0.1 + Double($0 % 7)),0.5,1" }
    let reference = try #require(
      try read(text, FeatureTypes(inputs), redacted: Set(redacted)))
    #expect(reference.features.map(\.name).sorted() == left.sorted())
    guard let b = reference.features.first(where: { $0.name == "b" }) else { return }
    #expect(b.bins.edges.contains(0.1 + 3))
  }

  @Test func `missing values are counted, and without labels nothing is said of errors`() throws {
    let reference = try #require(
      try read("x,y\n" + Self.rows(400) { $0 % 4 == 0 ? ",1" : "\($0),NaN" }))
    #expect(reference.features[0].counts.missing == 100)
    #expect(reference.features[1].counts.missing == 300)
    #expect(reference.errors == nil)
  }

  @Test(arguments: [
    ("x\n1\n2\n", "at least 200 rows, this one 2"), ("", "the file is empty"),
    ("x,y\n" + String(repeating: "1,2\n", count: 300) + "1\n", ":302: expected 2 fields, found 1"),
    ("x\n" + String(repeating: "1\n", count: 300) + "high\n", ":302: column x: expected a number"),
    (
      "x,y\n" + String(repeating: "\"0,5\",1\n", count: 300),
      ":2: column x: expected a number with a decimal point, found \"0,5\" with a decimal comma"
    ),
    (
      "x;y\n" + String(repeating: "1;2\n", count: 300), "found semicolons in a header of one column"
    ),
  ])
  func `a file that is none is refused with its place`(text: String, reason: String) throws {
    let error = #expect(throws: TableError.self) { try read(text) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "nothing")")
  }

  @Test func `no file is no reference`() throws {
    #expect(
      try TrainingReference.read(
        repository: "/nowhere", version: Self.version, id: 1, now: Timestamp(seconds: 0)) == nil)
  }
}
