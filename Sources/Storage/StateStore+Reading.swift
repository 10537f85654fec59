package import Domain
import Foundation
import GRDB

extension StateStore {
  /// The deployments in `directory`, by model, without writing anything: also beside a running server.
  ///
  /// - Returns: nil when there is no store.
  package static func readDeployments(
    in directory: String
  ) throws(StorageError) -> [String: Deployment]? {
    try reading(directory) { db, _ in
      let path = "\(directory)/\(fileName)"
      let (proven, problem) = try provenDeployments(db, path: path)
      guard !proven.isEmpty else { return try deployments(db, path: path) }
      return StandingDeployments(
        proven: proven, mirror: DeploymentMirror(directory: directory),
        stored: try storedDeployments(db).compactMapValues(\.deployment),
        isChainWhole: problem == nil
      ).deployments
    }
  }

  /// The newest drift reference of each version in `directory`, likewise.
  ///
  /// - Returns: nil when there is no store.
  package static func readReferences(
    in directory: String
  ) throws(StorageError) -> [FrozenReference]? {
    try reading(directory) { db, version in
      // The first schema has no table of them.
      version < 2 ? [] : try references(db)
    }
  }

  private static func reading<Value>(
    _ directory: String, _ body: (Database, _ schema: Int) throws -> Value
  ) throws(StorageError) -> Value? {
    let path = "\(directory)/\(fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    if let emptied = emptied(directory) { throw .corrupt(path: path, detail: emptied) }
    return try StorageError.translating(path) {
      try looking(at: path) { db in try body(db, try Schema.state.check(db, path: path)) }
    }
  }
}
