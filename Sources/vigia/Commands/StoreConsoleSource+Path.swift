import Control
import Foundation
import Storage

extension StoreConsoleSource {
  /// Opens the store that a person names: `metrics.db`, or the folder that holds it.
  ///
  /// - Parameters:
  ///   - runbooks: the folder of pages to read; nil: none.
  ///   - price: of the machine that it ran on; nil: not known.
  /// - Throws: `CommandFailure.unreachable`.
  static func opened(
    _ path: String, runbooks: String? = nil, price: MachinePrice? = nil
  ) throws -> StoreConsoleSource {
    do throws(StorageError) {
      return try StoreConsoleSource(
        path: FilePath.absolute(path, in: FileManager.default.currentDirectoryPath),
        runbooks: runbooks, price: price)
    } catch {
      throw CommandFailure.unreachable(error.description)
    }
  }
}
