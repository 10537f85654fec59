import Domain
import Foundation
import Inference
import InferenceProtocol
import OnnxRuntime
import Testing

/// A bad file is refused with its path, what was expected and what was found; everything else goes on.
@Suite struct BadModelTests {
  @Test(arguments: [
    ("garbage", "expected an ONNX model, found a file that ONNX Runtime refuses"),
    ("truncated", "expected an ONNX model, found a file that ONNX Runtime refuses"),
    (
      "sequence",
      "output \"y\", a sequence of tensors, is not served; export the model again so that it returns a "
        + "tensor: torch.stack or torch.cat instead of a list, or at the end of the graph a "
        + "ConcatFromSequence node"
    ),
    ("nan", "found NaN in \"y\" for each of: zeros, ones, a made-up row"),
    ("fails", "it loads, but a run with zeros fails"),
  ])
  func `a bad model is refused with the reason, beside one that serves`(
    model: String, reason: String
  ) async throws {
    let plane = Fixtures.plane("odd")
    _ = try await plane.load(ModelVersion(model: "brittle", version: "1"))
    do {
      _ = try await plane.load(ModelVersion(model: model, version: "1"))
      Issue.record("\(model) was loaded")
    } catch {
      #expect(error.description.contains("odd/\(model)/1/model.onnx"))
      #expect(error.description.contains(reason))
    }
    #expect(plane.isReady(model: "brittle", version: "1"))
  }

  @Test func `numbers that are not finite are a warning at load, and fail a preflight`()
    async throws
  {
    let plane = Fixtures.plane("odd")
    let version = ModelVersion(model: "logarithm", version: "1")
    let loaded = try await plane.load(version)
    #expect(
      loaded.warnings == ["a run with zeros gives numbers in \"y\" that are not finite"])
    try plane.apply(
      Deployment(
        model: "logarithm", revision: 1, champion: "1", championSince: Timestamp(seconds: 0)))
    let negative = Tensor(name: "x", shape: [1, 2], fp32: [-1, 1])
    _ = try await plane.infer("logarithm", InferRequest(inputs: [negative]))
    let check = await plane.preflight(version).last
    #expect(check?.passed == false)
    #expect(check?.detail.contains("not finite") == true)
  }

  @Test func `a run that fails is the version's error, and the next run is answered`() async throws
  {
    let plane = try await Fixtures.serving("odd", "brittle")
    let good = InferRequest(inputs: [Tensor(name: "x", shape: [1, 2], fp32: [1, 2])])
    let bad = InferRequest(inputs: [Tensor(name: "x", shape: [1, 2], fp32: [1, 5])])
    #expect(try await plane.infer("brittle", good).response.outputs[0].number(at: 0) == 1)
    await #expect(throws: InferenceError.self) { try await plane.infer("brittle", bad) }
    #expect(try await plane.infer("brittle", good).response.outputs[0].number(at: 1) == 2)
  }

  @Test func `a model that knows only some texts is loaded, and its unknown cost is told`()
    async throws
  {
    let plane = try await Fixtures.serving("odd", "picky")
    let status = plane.status(of: ModelVersion(model: "picky", version: "1"))
    #expect(status.execution.contains("lane"))
    let loaded = try await plane.load(ModelVersion(model: "picky", version: "1"))
    #expect(loaded.warnings.first?.hasPrefix("no trial run was answered") == true)
    let known = Tensor(name: "x", shape: [2], strings: ["a", "b"])
    let reply = try await plane.infer("picky", InferRequest(inputs: [known]))
    #expect(reply.response.outputs[0].shape == [2, 2])
  }

  @Test func `a slow model is given lanes at load`() async throws {
    let plane = Fixtures.plane("odd")
    let loaded = try await plane.load(ModelVersion(model: "slow", version: "1"))
    #expect(loaded.execution.contains("lane"))
  }

  @Test func `a missing file and a missing library say what to do`() async throws {
    let file = ModelFile(
      version: ModelVersion(model: "m", version: "1"), path: "/nowhere/model.onnx", sha256: "",
      byteCount: 0)
    await #expect(throws: InferenceError.load(file.version, path: file.path, .missing)) {
      try await OnnxLoader(library: Fixtures.library).load(file)
    }
    let library = OnnxLibrary(candidates: ["/nowhere/libonnxruntime.so"])
    do {
      _ = try library.open()
      Issue.record("a library was found nowhere")
    } catch {
      #expect(
        error.description
          == "onnxruntime: /nowhere/libonnxruntime.so not found; run scripts/setup or set VIGIA_ONNXRUNTIME"
      )
      #expect(error.status == 503)
    }
  }

  @Test func `a file that is no library is named, with the loader's own words`() {
    let library = OnnxLibrary(candidates: [
      "\(Fixtures.root)/Tests/Fixtures/models/odd/garbage/1/model.onnx"
    ])
    #expect(throws: InferenceError.self) { try library.open() }
  }

  @Test func `a model whose file changed since the scan is read anew`() async throws {
    let root = NSTemporaryDirectory() + "vigia-changed-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let path = "\(root)/m/1/model.onnx"
    try FileManager.default.createDirectory(
      atPath: "\(root)/m/1", withIntermediateDirectories: true)
    let models = "\(Fixtures.root)/Tests/Fixtures/models/types"
    try FileManager.default.copyItem(atPath: "\(models)/identity_fp32/1/model.onnx", toPath: path)
    let plane = DataPlane(
      repository: ModelRepository(root: root),
      loader: { (file) throws(InferenceError) in
        try await OnnxLoader(library: Fixtures.library).load(file)
      }, record: { _, _ in })
    let before = try #require(plane.rescan().models.first?.versions.first?.sha256)
    try Data(contentsOf: URL(fileURLWithPath: "\(models)/identity_int64/1/model.onnx"))
      .write(to: URL(fileURLWithPath: path))
    let loaded = try await plane.load(ModelVersion(model: "m", version: "1"))
    #expect(loaded.sha256 != before)
    #expect(loaded.signature.inputs.first?.datatype == .int64)
  }

  @Test func `a model with weights in other files is refused with how to save it`() async throws {
    let plane = Fixtures.plane("hostile")
    do {
      _ = try await plane.load(ModelVersion(model: "external_beside", version: "1"))
      Issue.record("it was loaded")
    } catch {
      #expect("\(error)".contains("save_as_external_data=False"))
    }
  }

  @Test(arguments: ["wide", "vast"])
  func `a row that no request can hold is not made to try the model`(model: String) async throws {
    let plane = Fixtures.plane("hostile")
    await #expect(throws: InferenceError.self) {
      try await plane.load(ModelVersion(model: model, version: "1"))
    }
  }

  @Test func `a pipe where the file should be is refused, and not waited for`() async throws {
    let root = NSTemporaryDirectory() + "vigia-pipe-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(
      atPath: "\(root)/m/1", withIntermediateDirectories: true)
    let path = "\(root)/m/1/model.onnx"
    try #require(mkfifo(path, 0o600) == 0)
    let listing = ModelRepository(root: root).scan()
    #expect(
      listing.diagnostics.first?.description.hasSuffix("it is no regular file") == true,
      "\(listing.diagnostics)")
    let file = ModelFile(
      version: ModelVersion(model: "m", version: "1"), path: path, sha256: "", byteCount: 0)
    do {
      _ = try await OnnxLoader(library: Fixtures.library).load(file)
      Issue.record("it was loaded")
    } catch {
      #expect(error.description.hasSuffix("cannot be read: it is no regular file"))
    }
  }
}
