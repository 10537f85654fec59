import Crypto
package import Domain
import Foundation
import Storage

/// When this user looked at a server's console last: a small file of their own for each server, so that the next
/// console can tell what happened since.
package struct LastLook: Sendable {
  private let path: String?

  /// - Parameters:
  ///   - endpoint: of the server, as a person names it.
  ///   - environment: XDG_STATE_HOME, HOME.
  package init(
    endpoint: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    // Only absolute: the specification has others ignored.
    let named = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.local/state" : nil }
    let digest = SHA256.hash(data: Data(endpoint.utf8)).prefix(8)
      .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    path = (named ?? home).map { "\($0)/vigia/last-look-\(digest)" }
  }

  /// A number of microseconds takes less.
  private static let bytesMax = 32

  /// Nil: never, or it cannot be read.
  package func read() -> Timestamp? {
    guard let path, let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: Self.bytesMax),
      let time = Int64(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)),
      (0...Int64(1) << 60).contains(time)
    else { return nil }
    return Timestamp(microseconds: time)
  }

  /// Keeps the time; where it cannot be kept nobody is the worse for it.
  package func note(_ time: Timestamp) {
    guard let path else { return }
    try? FileManager.default.createDirectory(
      atPath: FilePath.folder(of: path), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try? DurableFile.replace(path, with: Array("\(time.microseconds)\n".utf8))
  }
}
