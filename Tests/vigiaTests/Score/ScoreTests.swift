import Domain
import Foundation
import Inference
import InferenceProtocol
import OnnxRuntime
import Testing
import vigia

/// `vigia score` on real models and files, in a process of its own.
@Suite(.serialized) struct ScoreTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  private func score(
    _ words: [String], models: String = "Examples/electricity/models", in folder: String
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(
      ["score"] + words + ["--model-repository", "\(root)/\(models)", "--data-dir", "\(folder)/d"])
  }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private static let features = "feat_1,feat_2,feat_3,feat_4,feat_5,feat_6"

  /// Answers of the engine that a server has, all rows in one request.
  private func answers(_ table: CSVTable, model: String, features: Int) async throws -> [Tensor] {
    let repository = ModelRepository(root: "\(root)/Examples/electricity/models")
    let file = try #require(repository.file(ModelVersion(model: model, version: "1")))
    let engine = try await OnnxLoader(
      library: OnnxLibrary(candidates: ["\(root)/.runtime/libonnxruntime.so"])
    ).load(file)
    var values: [Float] = []
    for row in 0..<table.rowCount {
      for column in 0..<features {
        values.append(try #require(Float(table.string(row: row, column: column))))
      }
    }
    let input = Tensor(
      name: engine.signature.inputs[0].name, shape: [table.rowCount, features], fp32: values)
    let job = EngineJob(
      inputs: [input], rows: table.rowCount, deadline: .now + .seconds(60), timeout: .seconds(60))
    let answer = await withCheckedContinuation { continuation in
      engine.submit(job) { continuation.resume(returning: $0) }
    }
    await engine.close()
    guard case .done(let outputs, _, _) = answer else {
      Issue.record("\(answer)")
      return []
    }
    return outputs
  }

  @Test(arguments: [("electricity", 6), ("digits", 64), ("demand", 6)])
  func `each row's answer is what the engine of a server gives, printed so that it reads back`(
    _ model: String, _ features: Int
  ) async throws {
    let folder = try TemporaryFolder()
    let path = "\(root)/Examples/electricity/data/\(model).csv.gz"
    let table = try StreamReader.read(path)
    let names = table.columns[..<features].joined(separator: ",")
    let (status, output, errors) = try score(
      ["\(model)@1", path, "\(folder.path)/out.csv", "--features", names, "--json"],
      in: folder.path)
    try #require(status == 0, "\(errors)")
    let summary = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    #expect(summary?["rows"] as? Int == table.rowCount)
    let scored = try CSVTable(
      parsing: Array(Data(contentsOf: URL(filePath: "\(folder.path)/out.csv"))))
    #expect(scored.rowCount == table.rowCount)
    let outputs = try await answers(table, model: model, features: features)
    let widths = outputs.map { $0.elementCount / table.rowCount }
    #expect(scored.columns.count == 1 + widths.reduce(0, +))
    var differences = 0
    for row in 0..<table.rowCount {
      var column = 1
      if scored.string(row: row, column: 0) != "\(row + 1)" { differences += 1 }
      for (tensor, width) in zip(outputs, widths) {
        for element in row * width..<(row + 1) * width {
          let text = scored.string(row: row, column: column)
          let isSame =
            tensor.datatype == .fp32
            ? Float(text) == tensor.number(at: element).map { Float($0) }
            : Int64(text) == tensor.integer(at: element)
          if !isSame { differences += 1 }
          column += 1
        }
      }
    }
    #expect(differences == 0)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out.csv.bad"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out.csv.progress"))
  }

  @Test func `bad rows go to a file of their own with line and reason, the others are scored`()
    throws
  {
    let folder = try TemporaryFolder()
    let rows = """
      key,feat_1,feat_2,feat_3,feat_4,feat_5,feat_6,label
      "a, b",1,2,3,4,5,6,x
      c,1,two,3,4,5,6,x

      d,1,,NaN,4,5,6,"y
      z"
      e,1,2,3
      f,1e99,2,3,4,5,6,x
      g,1,2,3,4,5,6,"x"y
      h,1,2,3,4,5,"6",x
      """
    try folder.write(rows.replacing("\n", with: "\r\n"), to: "in.csv")
    let words = ["electricity@1", "\(folder.path)/in.csv", "\(folder.path)/out.csv"]
    let options = ["--features", Self.features, "--id", "key"]
    let (status, _, errors) = try score(words + options, in: folder.path)
    #expect(status == 1)
    #expect(errors.contains("7 rows by electricity@1"), "\(errors)")
    #expect(errors.contains("4 bad in \(folder.path)/out.csv.bad"))
    let scored = try lines("\(folder.path)/out.csv")
    try #require(!scored.isEmpty)
    #expect(scored[0] == "key,label,probabilities_0,probabilities_1")
    #expect(scored.dropFirst().map { $0.prefix(2) } == ["\"a", "d,", "h,"])
    #expect(
      try lines("\(folder.path)/out.csv.bad") == [
        "line,reason,row",
        "3,\"column \"\"feat_2\"\": expected FP32, found \"\"two\"\"\",\"c,1,two,3,4,5,6,x\"",
        "7,\"expected 8 fields, found 4\",\"e,1,2,3\"",
        "8,\"column \"\"feat_1\"\": expected FP32, found \"\"1e99\"\"\",\"f,1e99,2,3,4,5,6,x\"",
        "9,column 8: text after the closing quote,\"g,1,2,3,4,5,6,\"\"x\"\"y\"",
      ])
    // Missing values as bad rows, and all columns kept: the label's name is taken.
    let (again, _, complaints) = try score(
      words + options + ["--force", "--missing", "bad", "--keep"], in: folder.path)
    #expect(again == 1)
    #expect(complaints.contains("5 bad"))
    let kept = try lines("\(folder.path)/out.csv")
    try #require(kept.count > 1)
    #expect(kept[0].hasSuffix("feat_6,label,label_predicted,probabilities_0,probabilities_1"))
    #expect(kept[1].hasPrefix("\"a, b\",1,2,3,4,5,6,x,"))
    #expect(
      try lines("\(folder.path)/out.csv.bad").contains { $0.contains("no value for FP32") })
  }

  @Test(
    arguments: [
      ("bool", "true", "yes"), ("uint8", "255", "256"), ("int8", "-128", "-129"),
      ("uint16", "65535", "-1"), ("int16", "-32768", "1.5"), ("uint32", "4294967295", "x"),
      ("int32", "-2147483648", "2147483648"), ("uint64", "18446744073709551615", ""),
      ("int64", "-9223372036854775808", "9223372036854775808"), ("fp16", "0.5", "70000"),
      ("fp32", "0.1", "0.1.1"), ("fp64", "0.1", "1e999"), ("bytes", "\"a, \"\"b\"\"\"", nil),
    ] as [(String, String, String?)])
  func `every datatype goes through a model and back as it was written`(
    _ datatype: String, _ value: String, _ bad: String?
  ) throws {
    let folder = try TemporaryFolder()
    let width = 2
    let row = Array(repeating: value, count: width).joined(separator: ",")
    let badRow = bad.map { "\($0)," + value + "\n" } ?? ""
    try folder.write("x_0,x_1\n\(row)\n\(badRow)\(row)\n", to: "in.csv")
    let (status, _, errors) = try score(
      ["identity_\(datatype)", "\(folder.path)/in.csv", "\(folder.path)/out.csv"],
      models: "Tests/Fixtures/models/types", in: folder.path)
    #expect(status == (bad == nil ? 0 : 1), "\(errors)")
    let scored = try lines("\(folder.path)/out.csv").dropFirst()
    #expect(scored.map { String($0.drop { $0 != "," }.dropFirst()) } == [row, row], "\(errors)")
  }

  @Test(arguments: [("brittle", "x_0,x_1", "1,1", "5,1"), ("picky", "x", "a", "z")])
  func `one row that the engine refuses does not take the others with it`(
    _ model: String, _ header: String, _ good: String, _ bad: String
  ) throws {
    let folder = try TemporaryFolder()
    try folder.write([header, good, bad, good, good].joined(separator: "\n"), to: "in.csv")
    let (status, _, errors) = try score(
      [model, "\(folder.path)/in.csv", "\(folder.path)/out.csv"],
      models: "Tests/Fixtures/models/odd", in: folder.path)
    #expect(status == 1, "\(errors)")
    let refused = try lines("\(folder.path)/out.csv.bad")
    #expect(refused.count == 2 && refused[1].hasPrefix("3,"), "\(refused)")
    #expect(
      try lines("\(folder.path)/out.csv").map { $0.prefix { $0 != "," } } == ["row", "1", "3", "4"])
  }

  @Test func `too many bad rows end the run early, and a higher bound goes on`() throws {
    let folder = try TemporaryFolder()
    let good = "1,2,3,4,5,6\n"
    try folder.write(
      "a,b,c,d,e,f\n" + String(repeating: good + "x\n", count: 20) + good, to: "in.csv")
    let words = [
      "electricity@1", "\(folder.path)/in.csv", "\(folder.path)/out.csv", "--batch", "4",
    ]
    let (status, _, errors) = try score(words + ["--max-bad", "3"], in: folder.path)
    #expect(status == 1)
    #expect(errors.contains("more than 3 bad rows after row 8"), "\(errors)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out.csv"))
    let (end, output, _) = try score(words + ["--max-bad", "20", "--json"], in: folder.path)
    #expect(end == 1)
    #expect(output.contains("\"resumed_at\" : 8"), "\(output)")
    #expect(try lines("\(folder.path)/out.csv").count == 22)
    #expect(try lines("\(folder.path)/out.csv").last?.hasPrefix("41,") == true)
  }

  @Test func `a pipe is not replaced by a file, by force neither`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a,b,c,d,e,f\n1,2,3,4,5,6\n", to: "in.csv")
    let pipe = "\(folder.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    let input = "\(folder.path)/in.csv"
    for words in [
      ["electricity@1", input, pipe, "--force"],
      ["electricity@1", input, "\(folder.path)/out.csv", "--bad", pipe],
    ] {
      let (status, _, errors) = try score(words, in: folder.path)
      #expect(status == 2)
      #expect(errors.contains("\(pipe): expected a file, found a pipe; name a file"), "\(errors)")
      let type = try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType
      #expect(type != .typeRegular && type != nil)
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out.csv"))
    }
  }

  @Test func `a symbolic link is followed, to a file that is there and to one that is not`() throws
  {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    try folder.write("a,b,c,d,e,f\n1,2,3,4,5,6\n", to: "in.csv")
    try files.createDirectory(
      atPath: "\(folder.path)/there", withIntermediateDirectories: false)
    try folder.write("earlier", to: "there/old.csv")
    for (link, target) in [("old", "there/old.csv"), ("new", "\(folder.path)/there/new.csv")] {
      try files.createSymbolicLink(
        atPath: "\(folder.path)/\(link)", withDestinationPath: target)
      let (status, _, errors) = try score(
        ["electricity@1", "\(folder.path)/in.csv", "\(folder.path)/\(link)", "--force"],
        in: folder.path)
      #expect(status == 0, "\(errors)")
      #expect(try files.destinationOfSymbolicLink(atPath: "\(folder.path)/\(link)") == target)
      #expect(try lines("\(folder.path)/there/\(link).csv").count == 2)
    }
    #expect(try files.contentsOfDirectory(atPath: "\(folder.path)/there").count == 2)
  }

  @Test func `standard input and output carry rows, and a finished file is not written over`()
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write("a,b,c,d,e,f\n1,2,3,4,5,6\nx\n", to: "in.csv")
    let (status, output, errors) = try score(
      ["electricity@1", "\(folder.path)/in.csv", "-"], in: folder.path)
    #expect(status == 1)
    #expect(output.hasPrefix("row,label,probabilities_0,probabilities_1\n1,"))
    #expect(errors.hasPrefix("line,reason,row\n3,\"expected 6 fields, found 1\",x\n"))
    try folder.write("mine", to: "out.csv")
    let (refused, _, reason) = try score(
      ["electricity@1", "\(folder.path)/in.csv", "\(folder.path)/out.csv"], in: folder.path)
    #expect(refused == 2)
    #expect(reason.contains("--force"))
    #expect(try lines("\(folder.path)/out.csv") == ["mine"])
    let (empty, _, text) = try score(["electricity@1", "/dev/null", "-"], in: folder.path)
    #expect(empty == 3 && text.contains("the file is empty"), "\(text)")
  }
}
