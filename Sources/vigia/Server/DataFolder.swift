import Foundation
import Glibc

/// The folder that holds a server's state.
enum DataFolder {
  /// Makes the folder, mode 0700, and finds out whether it can be written.
  static func prepare(_ path: String) throws(StartError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .dataDirectory(path: path, reason: "cannot be made: \(reason(error))")
    }
    guard access(path, W_OK | X_OK) == 0 else {
      throw .dataDirectory(path: path, reason: "not writable (\(errnoText()))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    ((error as? CocoaError)?.underlying as? POSIXError).map {
      String(cString: strerror($0.code.rawValue))
    } ?? "\(error.localizedDescription)"
  }
}
