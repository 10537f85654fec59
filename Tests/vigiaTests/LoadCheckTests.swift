import Domain
import Foundation
import Inference
import Testing

@testable import OnnxRuntime

/// The program as its own checking child: what a model does there, it does not do to the server.
@Suite(.serialized) struct LoadCheckTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private func load(
    _ model: String, seconds: Int = 30, session: SessionSettings = SessionSettings()
  ) async throws -> any Engine {
    let repository = ModelRepository(
      root: "\(root)/Tests/Fixtures/models/\(model.prefix { $0 != "/" })")
    let name = String(model.split(separator: "/")[1])
    let files = repository.scan().models.first { $0.name == name }?.versions
    let loader = OnnxLoader(
      library: OnnxLibrary(candidates: ["\(root)/.runtime/libonnxruntime.so"]),
      check: LoadCheck(executable: Program.path, limits: .init(seconds: seconds)),
      session: { _ in session })
    return try await loader.load(try #require(files?.first))
  }

  @Test func `a good model passes, and the child measures what it takes`() async throws {
    let engine = try await load("golden/gbt")
    #expect(engine.warnings.isEmpty)
    let bytes = try #require(engine.memoryBytes)
    #expect(bytes > 50_000 && bytes < 8 << 20)
    await engine.close()
  }

  @Test func `what a load takes in passing is no part of what the model takes`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = 16 << 20
    let path = folder.appending(path: "model.onnx")
    try Data(Self.product(weights: weights)).write(to: path)
    let loader = OnnxLoader(
      library: OnnxLibrary(candidates: ["\(root)/.runtime/libonnxruntime.so"]),
      check: LoadCheck(executable: Program.path, limits: .init(seconds: 60)))
    let engine = try await loader.load(
      ModelFile(
        version: ModelVersion(model: "m", version: "1"), path: path.path, sha256: "",
        byteCount: Int64(weights)))
    let bytes = try #require(engine.memoryBytes)
    #expect(bytes > weights / 2 && bytes < weights * 3 / 2, "\(bytes)")
    await engine.close()
  }

  @Test func `a forest may take many times its file`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.onnx")
    let bytes = ForestModel.bytes(trees: 100, depth: 8)
    try Data(bytes).write(to: path)
    let loader = OnnxLoader(
      library: OnnxLibrary(candidates: ["\(root)/.runtime/libonnxruntime.so"]),
      check: LoadCheck(executable: Program.path, limits: .init(memory: 8 << 20)))
    let engine = try await loader.load(
      ModelFile(
        version: ModelVersion(model: "m", version: "1"), path: path.path, sha256: "",
        byteCount: Int64(bytes.count)))
    await engine.close()
  }

  /// `y = x W`, where W is `[1024, n]` FP32 of so many bytes.
  private static func product(weights: Int) -> [UInt8] {
    let columns = weights / 4 / 1_024
    let factor = OneNodeModel.Weights(
      name: "W", shape: [1_024, columns], bytes: [UInt8](repeating: 0x3d, count: weights))
    return OneNodeModel.bytes("MatMul", of: ["x", "W"], to: "y", weights: factor) { name in
      [.open("n"), .fixed(name == "x" ? 1_024 : columns)]
    }
  }

  @Test(arguments: [
    ("hostile/bomb", "it used more than 256 MB"),
    ("hostile/empty", "found a file that ONNX Runtime refuses: No graph was found"),
    ("hostile/claim", "found a file that ONNX Runtime refuses"),
    ("hostile/wide", "more than 16777216 elements a row is not served"),
    ("hostile/vast", "more than 16777216 elements a row is not served"),
    ("hostile/negative", "found a file that ONNX Runtime refuses"),
    ("hostile/deep", "found a file that ONNX Runtime refuses"),
    ("hostile/opset", "found a file that ONNX Runtime refuses"),
    ("hostile/unknown", "No Op registered for NoSuchOperator"),
    ("hostile/circle", "the graph is not acyclic"),
    ("hostile/misfit", "Incompatible dimensions for matrix multiplication"),
    ("hostile/liar", "does not match expected type"),
    ("hostile/external_upwards", "keeps its weights in other files"),
    ("hostile/external_memory", "keeps its weights in other files"),
    ("hostile/external_group", "keeps its weights in other files"),
    ("odd/garbage", "found a file that ONNX Runtime refuses"),
    ("odd/truncated", "found a file that ONNX Runtime refuses"),
    ("odd/fails", "a run with zeros fails"),
    ("odd/nan", "found NaN in \"y\""),
    ("odd/sequence", "a sequence of tensors, is not served; export the model again"),
  ])
  func `a bad model is refused by its child with the file and the reason`(
    model: String, reason: String
  ) async throws {
    do {
      _ = try await load(model)
      Issue.record("it was loaded")
    } catch let error as InferenceError {
      #expect(error.description.contains("\(model)/1/model.onnx: "))
      #expect(error.description.contains(reason), "\(error)")
    }
  }

  /// 64 threads reserve 512 MB of stacks, as CUDA reserves tens of GB, and use next to nothing of them.
  @Test(arguments: [
    SessionSettings(threads: 64), SessionSettings(threads: 64, providers: ["azure", "cpu"]),
  ])
  func `a session of threads or a device may reserve addresses that it does not use`(
    session: SessionSettings
  ) async throws {
    let engine = try await load("golden/gbt", session: session)
    #expect(engine.warnings.isEmpty)
    let bytes = try #require(engine.memoryBytes)
    #expect(bytes > 50_000 && bytes < 32 << 20)
    await engine.close()
  }

  @Test func `what it holds is limited all the same`() async throws {
    do {
      _ = try await load("hostile/bomb", session: SessionSettings(providers: ["azure", "cpu"]))
      Issue.record("it was loaded")
    } catch let error as InferenceError {
      #expect(error.description.contains("it used more than 256 MB"), "\(error)")
    }
  }

  @Test func `a provider that the library lacks is still refused by name`() async throws {
    do {
      _ = try await load("golden/gbt", session: SessionSettings(providers: ["cuda"]))
      Issue.record("it was loaded")
    } catch let error as InferenceError {
      #expect(error.description.contains("execution provider \"cuda\""), "\(error)")
    }
  }

  @Test func `a model that never comes back is ended by its limit`() async throws {
    do {
      _ = try await load("hostile/endless", seconds: 1)
      Issue.record("it was loaded")
    } catch let error as InferenceError {
      // By its own limit on the processor, or from outside by the wall clock: whichever comes first.
      #expect(error.description.contains("more than 1 s (load_check: { seconds })"), "\(error)")
    }
  }

  @Test func `vigia check tries each file of a repository, and names those that are bad`() throws {
    let (status, output, _) = try Program.run([
      "check", "--load", "\(root)/Tests/Fixtures/models/odd",
    ])
    #expect(status == 1)
    for bad in ["fails", "garbage", "nan", "sequence", "truncated"] {
      #expect(output.contains("\(bad)@1: \(root)/Tests/Fixtures/models/odd/\(bad)/1/model.onnx: "))
    }
    for good in ["brittle", "logarithm", "picky", "slow"] { #expect(!output.contains("\(good)@1")) }
    let (fine, words, _) = try Program.run([
      "check", "--load", "\(root)/Tests/Fixtures/models/zipmap",
    ])
    #expect(fine == 0 && words == "ok\n")
  }

  @Test func `vigia check reads the training files beside the models`() throws {
    let folder = try TemporaryFolder()
    let version = "\(folder.path)/a/1"
    try FileManager.default.createDirectory(atPath: version, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(root)/Tests/Fixtures/models/zipmap/integers/1/model.onnx",
      toPath: "\(version)/model.onnx")
    let path = "\(version)/reference.csv"
    try Data("x\n1\n".utf8).write(to: URL(filePath: path))
    let (status, output, _) = try Program.run(["check", folder.path])
    #expect(status == 1)
    #expect(output.contains(path) && output.contains("at least 200 rows, this one 1"))
    let rows = (0..<300).map { "\($0)\n" }.joined()
    try Data(("x\n" + rows).utf8).write(to: URL(filePath: path))
    let (fine, words, _) = try Program.run(["check", folder.path])
    #expect(fine == 0 && words == "ok\n")
  }

  @Test func `the hidden command says so when the order makes no sense`() throws {
    let (status, output, _) = try Program.run(["__load-check"])
    #expect(status == 0)
    #expect(output.contains("notChecked"))
    let (_, help, _) = try Program.run(["--help"])
    #expect(!help.contains("__load-check"))
  }
}
