import Foundation

/// `state.reserve`: room that the ledger gives up when the disk is full, so that what is decided then can still be written
/// down.
///
/// Telemetry leaves it alone (`MetricStore.Settings.diskReserve`), so that what is given up is the ledger's.
struct DiskReserve: Sendable {
  static let fileName = "state.reserve"
  /// Some hundred rows with their pages in the write-ahead log.
  static let bytes: Int64 = 4 << 20

  let directory: String

  private var path: String { "\(directory)/\(Self.fileName)" }

  /// Takes the room where the disk has it to spare: a full one, or a small one, is left as it is.
  func take() {
    guard DurableFile.size(path) < Self.bytes, let space = DiskSpace(at: directory),
      space.free > 4 * Self.bytes
    else { return }
    try? DurableFile.allocate(path, bytes: Self.bytes)
  }

  /// Does it again with the room that is kept, where there was none.
  func spent<Value>(_ body: () throws(StorageError) -> Value) throws(StorageError) -> Value {
    do {
      return try body()
    } catch {
      guard case .full = error, giveUp() else { throw error }
      return try body()
    }
  }

  /// - Returns: whether there was any.
  func giveUp() -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    try? FileManager.default.removeItem(atPath: path)
    return true
  }
}
