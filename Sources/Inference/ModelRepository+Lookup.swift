package import Domain
import Foundation

extension ModelRepository {
  /// Names of the models, in order; empty where there is no such folder. Hashes nothing.
  package var modelNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.filter { Self.isModelName($0) && !versionNames(of: $0).isEmpty }.sorted()
  }

  /// Versions of a model that have a file, lowest first. Hashes nothing.
  package func versionNames(of model: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(model)")) ?? []
    return names.filter { name in
      Self.isVersionName(name)
        && FileManager.default.fileExists(atPath: path(ModelVersion(model: model, version: name)))
    }.sorted(by: ModelVersion.isOrdered)
  }

  /// One version's file, hashed; nil when it cannot be read. Blocks on the disk.
  package func file(_ version: ModelVersion) -> ModelFile? {
    let path = path(version)
    guard let (sha256, byteCount) = ModelFile.hash(path) else { return nil }
    return ModelFile(version: version, path: path, sha256: sha256, byteCount: byteCount)
  }

  private func path(_ version: ModelVersion) -> String {
    "\(root)/\(version.model)/\(version.version)/model.onnx"
  }
}
