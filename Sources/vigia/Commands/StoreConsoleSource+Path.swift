import Control
import Foundation
import Storage

extension StoreConsoleSource {
  /// Opens the store that a person names: `metrics.db`, or the folder that holds it.
  ///
  /// - Throws: `CommandFailure.unreachable`.
  static func opened(_ path: String) throws -> StoreConsoleSource {
    do throws(StorageError) {
      return try StoreConsoleSource(
        path: FilePath.absolute(path, in: FileManager.default.currentDirectoryPath))
    } catch {
      throw CommandFailure.unreachable(error.description)
    }
  }
}
