import Domain
import Foundation
import Inference
import InferenceProtocol
import OnnxRuntime
import Synchronization

/// The package's root, its library and its fixture models. A missing library fails the tests: scripts/setup puts it there.
enum Fixtures {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static let library = OnnxLibrary(candidates: ["\(root)/.runtime/libonnxruntime.so"])

  static func plane(
    _ repository: String, settings: ModelServerSettings = ModelServerSettings(),
    record: @escaping @Sendable (PredictionRecord) -> Void = { _ in }
  ) -> DataPlane {
    let plane = DataPlane(
      repository: ModelRepository(root: "\(root)/Tests/Fixtures/models/\(repository)"),
      loader: { (file) throws(InferenceError) in
        try await OnnxLoader(library: library, settings: { _ in settings }).load(file)
      },
      record: { one, _ in record(one) })
    plane.rescan()
    return plane
  }

  /// A plane with this model's version 1 loaded and serving.
  static func serving(_ repository: String, _ model: String) async throws -> DataPlane {
    let plane = plane(repository)
    _ = try await plane.load(ModelVersion(model: model, version: "1"))
    try plane.apply(
      Deployment(
        model: model, revision: 1, champion: "1", championSince: Timestamp(seconds: 0)))
    return plane
  }
}

extension DataPlane {
  func infer(_ model: String, _ request: InferRequest) async throws -> InferenceReply {
    let call = InferenceCall(
      model: model, request: request, client: "test", arrivedAt: Timestamp(seconds: 0))
    return try await withCheckedContinuation { continuation in
      infer(call) { continuation.resume(returning: $0) }
    }.get()
  }
}
