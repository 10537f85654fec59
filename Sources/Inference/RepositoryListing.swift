package import Domain

/// What a scan found.
package struct RepositoryListing: Sendable, Equatable {
  /// In alphabetical order.
  package var models: [Model]
  package var diagnostics: [RepositoryDiagnostic]

  package struct Model: Sendable, Equatable {
    package var name: String
    /// In the order of the versions.
    package var versions: [ModelFile]
  }
}

/// The file of one version as it was when the repository was scanned.
package struct ModelFile: Sendable, Equatable {
  package var version: ModelVersion
  package var path: String
  /// Hexadecimal.
  package var sha256: String
  package var byteCount: Int64

  package init(version: ModelVersion, path: String, sha256: String, byteCount: Int64) {
    self.version = version
    self.path = path
    self.sha256 = sha256
    self.byteCount = byteCount
  }
}

/// Something about the repository that a person should know. Everything else in it is served.
package struct RepositoryDiagnostic: Sendable, Equatable, CustomStringConvertible {
  package var path: String
  package var problem: Problem

  package enum Problem: Sendable, Equatable {
    /// The folder is not there.
    case missing
    case unreadable(reason: String)
    /// Not one model in it.
    case empty
    case badModelName
    /// A model's folder without one version that could be served.
    case noVersion
    /// Ignored, as Triton does: not a number, or with a leading 0.
    case badVersionName
    /// A version's folder without `model.onnx`.
    case noModelFile
  }

  package var description: String {
    switch problem {
    case .missing: "\(path): expected the model repository, found no such folder"
    case .unreadable(let reason): "\(path): cannot be read: \(reason)"
    case .empty: "\(path): the repository is empty; expected <model>/<version>/model.onnx"
    case .badModelName:
      "\(path): ignored: a model's name is 1 to 64 of A-Z a-z 0-9 . _ - and starts with no dot"
    case .noVersion: "\(path): a model folder without a version; expected 1/model.onnx"
    case .badVersionName:
      "\(path): ignored: a version is a whole number without a leading 0"
    case .noModelFile: "\(path): a version folder without model.onnx"
    }
  }
}
