import Domain
import Foundation
import InferenceProtocol
import Storage
import Testing
import vigia

/// `vigia export requests` on a store that is being written.
@Suite struct ExportTests {
  /// A data folder with a server's stores in it, by the configuration as `vigia serve` reads it.
  private final class Bench {
    let folder: TemporaryFolder
    let store: MetricStore
    let recorder: Recorder

    static let noon: Int64 = 1_767_268_800

    init(redact: String = "income") throws {
      folder = try TemporaryFolder()
      let text = """
        data_dir: .
        models:
          shop:
            champion: "1"
            features: [age, income, region]
            redact: [\(redact)]
          clinic: { champion: "1", capture: off }
        """
      try folder.write(text, to: "vigia.yaml")
      let configuration = try #require(
        ConfigurationLoader(environment: [:], workingDirectory: folder.path)
          .load(file: "\(folder.path)/vigia.yaml").configuration)
      let now = Timestamp(seconds: Self.noon)
      store = try MetricStore(directory: folder.path, now: now)
      let policies = Dictionary(
        uniqueKeysWithValues: configuration.models.map { ($0.name, $0.capture) })
      recorder = Recorder(store: store, clock: { now }, policy: { policies[$0] ?? CapturePolicy() })
    }

    func record(
      _ second: Double, model: String = "shop", outcome: Outcome = .ok, client: String = "web",
      rows: [(age: Float, income: Float, region: String)], score: [Float]
    ) {
      let time = Timestamp(microseconds: Self.noon * 1_000_000 + Int64(second * 1e6))
      let count = rows.count
      let tensors = PredictionTensors(
        inputs: [
          Tensor(
            name: "X", shape: [count, 2], fp32: rows.flatMap { [$0.age, $0.income] }),
          Tensor(
            name: "r", datatype: .bytes, shape: [count, 1],
            storage: .strings(rows.map { Array($0.region.utf8) })),
        ], outputs: [Tensor(name: "p", shape: [count, 1], fp32: score)])
      recorder.record(
        PredictionRecord(
          id: RequestID(time: time, random: (0, UInt64(second * 10))), clientRequestID: "o-1",
          version: ModelVersion(model: model, version: "1"), variant: .champion, client: client,
          outcome: outcome, revision: 1, arrivedAt: time, queueTime: 1_500, computeTime: 2_000,
          totalTime: 4_000, rows: count, predictions: []), tensors)
    }

    /// Three requests, of which one has two rows and one failed.
    func fill() {
      record(0, rows: [(30, 1_000, "north"), (.nan, 2_000, "a \"b\", c")], score: [0.25, 0.5])
      record(1.5, client: "till,1", rows: [(41.5, 7, "south")], score: [0.125])
      record(2, outcome: .failed, rows: [(1, 2, "x")], score: [0])
      record(2, model: "clinic", rows: [(1, 2, "x")], score: [0])
      recorder.flush()
    }

    func export(_ words: String...) throws -> (status: Int32, output: String, errors: String) {
      try Program.run(
        ["export", "requests", "--config", "\(folder.path)/vigia.yaml"] + words)
    }

    func file(_ name: String) -> String { "\(folder.path)/\(name)" }

    func text(_ name: String) throws -> String {
      try String(contentsOfFile: file(name), encoding: .utf8)
    }
  }

  @Test func `each row of a request is a line, redacted features are empty, and the list says so`()
    throws
  {
    let bench = try Bench()
    bench.fill()
    // The server goes on meanwhile: its store is open.
    let (status, _, errors) = try bench.export("--model", "shop", bench.file("out.csv"))
    #expect(status == 0, "\(errors)")
    let lines = try bench.text("out.csv").split(separator: "\n").map(String.init)
    let ids = [0.0, 1.5, 2].map { second in
      RequestID(
        time: Timestamp(microseconds: Bench.noon * 1_000_000 + Int64(second * 1e6)),
        random: (0, UInt64(second * 10)))
    }
    #expect(
      lines == [
        "id,row,time,version,variant,client,client_id,outcome,queue_us,compute_us,total_us,"
          + "feature.age,feature.income,feature.region,output.p",
        "\(ids[0]),0,2026-01-01T12:00:00.000000Z,1,champion,web,o-1,ok,1.5,2.0,4.0,30.0,,north,0.25",
        "\(ids[0]),1,2026-01-01T12:00:00.000000Z,1,champion,web,o-1,ok,1.5,2.0,4.0,nan,,"
          + "\"a \"\"b\"\", c\",0.5",
        "\(ids[1]),0,2026-01-01T12:00:01.500000Z,1,champion,\"till,1\",o-1,ok,1.5,2.0,4.0,41.5,,"
          + "south,0.125",
        "\(ids[2]),0,2026-01-01T12:00:02.000000Z,1,champion,web,o-1,failed,1.5,2.0,4.0,1.0,,x,0.0",
      ])
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(bench.text("out.csv.manifest.json").utf8))
        as? [String: Any])
    #expect(list["requests"] as? Int == 3 && list["rows"] as? Int == 4)
    #expect(list["features"] as? [String] == ["age", "income", "region"])
    #expect(list["feature_names"] as? String == "of the configuration")
    #expect(list["redacted"] as? [String] == ["income"])
    #expect(list["outcomes"] as? [String: Int] == ["ok": 2, "failed": 1])
    #expect(list["from"] as? String == "2026-01-01T12:00:00.000000Z")
    #expect(list["to"] as? String == "2026-01-01T12:00:02.000000Z")
    for name in ["out.csv", "out.csv.manifest.json"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: bench.file(name))
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
    let again = try bench.export("--model", "shop", bench.file("out.csv"))
    #expect(again.status == 2 && again.errors.contains("--force"))
  }

  @Test func `where no request has its inputs for a name that none has, the list names it`() throws
  {
    let bench = try Bench(redact: "salary")
    bench.fill()
    let (status, _, errors) = try bench.export("--model", "shop", bench.file("out.csv"))
    #expect(status == 0 && errors.contains("no column is named salary"), "\(errors)")
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(bench.text("out.csv.manifest.json").utf8))
        as? [String: Any])
    #expect(list["requests_without_tensors"] as? Int == 3)
    #expect(list["redacted_unknown"] as? [String] == ["salary"])
  }

  @Test func `a model that is not there is told with those there are, and nothing is written`()
    throws
  {
    let bench = try Bench()
    bench.fill()
    let (status, _, errors) = try bench.export("--model", "shopp", bench.file("out.csv"))
    #expect(status == 2)
    #expect(
      errors.contains("no model shopp; there are: clinic, shop; did you mean shop?"), "\(errors)")
    #expect(!FileManager.default.fileExists(atPath: bench.file("out.csv")))
  }

  @Test func `as lines of JSON, the newest so many, from a copy of a dead host's folder`() throws {
    let bench = try Bench()
    bench.fill()
    for name in ["metrics.db", "metrics.db-wal"] {
      try FileManager.default.createDirectory(
        atPath: bench.file("copy"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: bench.file(name), toPath: bench.file("copy/\(name)"))
    }
    let (status, output, errors) = try bench.export(
      "--model", "shop", "--limit", "2", "--format", "jsonl", "--data-dir",
      bench.file("copy"), "-")
    #expect(status == 0, "\(errors)")
    let rows = try output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(rows.map { $0["client"] as? String } == ["till,1", "web"])
    #expect(rows.map { $0["feature.age"] as? Double } == [41.5, 1])
    #expect(rows.allSatisfy { $0["feature.income"] == nil })
    #expect(errors.contains("\"requests\" : 2"))
  }

  @Test func `where no name tells which column was blanked, no input is exported`() throws {
    let bench = try Bench()
    bench.fill()
    // As from a copy of a dead host's folder, without its configuration, and after a feature got another name.
    for features in ["", "features: [age, salary, region]"] {
      let other = try TemporaryFolder()
      try other.write(
        "data_dir: .\nmodels:\n  shop:\n    champion: \"1\"\n    \(features)\n", to: "vigia.yaml")
      let (status, output, errors) = try bench.export(
        "--config", "\(other.path)/vigia.yaml", "--data-dir", bench.file("."), "--model", "shop",
        "--format", "jsonl", "-")
      #expect(errors.contains("the configuration gives no names") == features.isEmpty)
      #expect(status == 0, "\(errors)")
      #expect(!output.contains("\"feature."))
      #expect(output.contains("\"output.p"))
      #expect(errors.contains("no column is named income"))
      let flat = errors.filter { !$0.isWhitespace }
      #expect(flat.contains("\"redacted_unknown\":[\"income\"]"), "\(errors)")
    }
  }

  @Test func `what is not captured is not exported, and nothing where nothing is`() throws {
    let bench = try Bench()
    bench.fill()
    let clinic = try bench.export("--model", "clinic", "-")
    #expect(clinic.status == 0 && clinic.errors.contains("0 requests, 0 rows"))
    let since = try bench.export("--model", "shop", "--since", "2026-01-01T12:00:01Z", "-")
    #expect(since.output.split(separator: "\n").count == 3)
    let nowhere = try bench.export("--model", "shop", "--data-dir", "/nonexistent", "-")
    #expect(nowhere.status == 3 && nowhere.errors.contains("/nonexistent/metrics.db"))
    let wrong = try bench.export("--model", "shop", "--since", "yesterday", "-")
    #expect(wrong.status == 2 && wrong.errors.contains("found yesterday"))
  }
}
