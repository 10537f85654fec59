import Foundation

/// A folder that lives as long as this object, short enough for a socket's path.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = "/tmp/vigia-http-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
