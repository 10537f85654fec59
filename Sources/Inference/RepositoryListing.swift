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

/// The file of one version as it was when the repository was scanned; or, of a remote version, the word of the
/// configuration in a file's place.
package struct ModelFile: Sendable, Equatable {
  package var version: ModelVersion
  package var path: String
  /// Hexadecimal.
  package var sha256: String
  package var byteCount: Int64
  /// It runs on other servers: `path` says where, and there is no file.
  package internal(set) var isRemote = false

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
    /// The configuration says that this version runs on other servers.
    case isRemote
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
    case .isRemote: "\(path): ignored: the configuration has this version under remotes"
    }
  }
}

extension RepositoryListing {
  /// With the versions that run on other servers; they stand before files of the same name.
  func adding(remotes: [ModelFile]) -> RepositoryListing {
    var listing = self
    for remote in remotes {
      let name = remote.version.model
      if !listing.models.contains(where: { $0.name == name }) {
        listing.models.append(Model(name: name, versions: []))
        listing.models.sort { $0.name < $1.name }
      }
      guard let index = listing.models.firstIndex(where: { $0.name == name }) else { continue }
      var versions = listing.models[index].versions
      if let file = versions.first(where: { $0.version == remote.version }) {
        listing.diagnostics.append(RepositoryDiagnostic(path: file.path, problem: .isRemote))
      }
      versions.removeAll { $0.version == remote.version }
      versions.append(remote)
      listing.models[index].versions = versions.sorted {
        ModelVersion.isOrdered($0.version.version, $1.version.version)
      }
    }
    return listing
  }
}
