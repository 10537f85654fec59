import Foundation

/// A folder that lives as long as this object.
final class TemporaryFolder: Sendable {
  let path = NSTemporaryDirectory() + "vigia-control-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
