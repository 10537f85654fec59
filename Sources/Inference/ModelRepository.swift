import Domain
import Foundation

/// The folder of models, in Triton's layout: `<model>/<version>/model.onnx`.
package struct ModelRepository: Sendable, Equatable {
  package var root: String

  package init(root: String) { self.root = root }

  /// Reads the folder as it is now, and hashes its model files. Blocks on the disk.
  ///
  /// - Parameter hashes: of files that were read before, so that they are not again.
  package func scan(_ hashes: FileHashes = FileHashes()) -> RepositoryListing {
    var listing = RepositoryListing(models: [], diagnostics: [])
    guard let names = folders(in: root, &listing.diagnostics) else { return listing }
    for name in names {
      let path = "\(root)/\(name)"
      guard Self.isModelName(name) else {
        listing.diagnostics.append(RepositoryDiagnostic(path: path, problem: .badModelName))
        continue
      }
      let versions = versions(of: name, path: path, hashes, &listing.diagnostics)
      if !versions.isEmpty {
        listing.models.append(RepositoryListing.Model(name: name, versions: versions))
      }
    }
    if names.isEmpty {
      listing.diagnostics.append(RepositoryDiagnostic(path: root, problem: .empty))
    }
    return listing
  }

  /// Whether a folder of this name can be a model: 1 to 64 of `A-Z a-z 0-9 . _ -`, no leading dot.
  package static func isModelName(_ name: String) -> Bool {
    let isAllowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return isAllowed && (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
  }

  /// Whether a folder of this name is a version, by Triton's rule: a whole number without a leading 0.
  package static func isVersionName(_ name: String) -> Bool {
    (1...18).contains(name.utf8.count) && !name.hasPrefix("0")
      && name.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
  }

  private func versions(
    of model: String, path: String, _ hashes: FileHashes,
    _ diagnostics: inout [RepositoryDiagnostic]
  ) -> [ModelFile] {
    guard let names = folders(in: path, &diagnostics) else { return [] }
    var versions: [ModelFile] = []
    var hasVersionFolder = false
    for name in names.sorted(by: ModelVersion.isOrdered) {
      guard Self.isVersionName(name) else {
        diagnostics.append(RepositoryDiagnostic(path: "\(path)/\(name)", problem: .badVersionName))
        continue
      }
      hasVersionFolder = true
      let file = "\(path)/\(name)/model.onnx"
      guard FileManager.default.fileExists(atPath: file) else {
        diagnostics.append(RepositoryDiagnostic(path: "\(path)/\(name)", problem: .noModelFile))
        continue
      }
      guard let (sha256, byteCount) = hashes.hash(file) else {
        let reason = ModelFile.isRegular(file) ? "no permission" : "it is no regular file"
        diagnostics.append(
          RepositoryDiagnostic(path: file, problem: .unreadable(reason: reason)))
        continue
      }
      versions.append(
        ModelFile(
          version: ModelVersion(model: model, version: name), path: file, sha256: sha256,
          byteCount: byteCount))
    }
    if !hasVersionFolder {
      diagnostics.append(RepositoryDiagnostic(path: path, problem: .noVersion))
    }
    return versions
  }

  /// Names of the folders in a folder, hidden ones left out, in order; nil when it cannot be read.
  private func folders(
    in path: String, _ diagnostics: inout [RepositoryDiagnostic]
  ) -> [String]? {
    let files = FileManager.default
    guard Self.isFolder(path) else {
      diagnostics.append(RepositoryDiagnostic(path: path, problem: .missing))
      return nil
    }
    do {
      return try files.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") && Self.isFolder("\(path)/\($0)") }
        .sorted()
    } catch {
      diagnostics.append(
        RepositoryDiagnostic(path: path, problem: .unreadable(reason: error.localizedDescription)))
      return nil
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    let type = try? FileManager.default
      .attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)[.type]
    return type as? FileAttributeType == .typeDirectory
  }
}
