package import Console
import Foundation
import Glibc

/// Where kept screens are written: files that nobody else can read.
package struct ExportFolder: Sendable, Equatable {
  package var path: String

  package init(path: String) { self.path = path }

  /// More of one second's names than anybody makes.
  private static let attempts = 100

  /// Writes all forms under one name, which is the first that is free.
  ///
  /// - Returns: the path without an ending.
  package func keep(_ export: ScreenExport) -> Result<String, ExportFailure> {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      return .failure(ExportFailure(reason: "\(path) cannot be made"))
    }
    for attempt in 1...Self.attempts {
      let name = attempt == 1 ? export.name : "\(export.name)-\(attempt)"
      let place = "\(path)/\(name)"
      let isTaken = export.files.contains {
        FileManager.default.fileExists(atPath: "\(place).\($0.ending)")
      }
      if isTaken { continue }
      for file in export.files {
        if let reason = Self.write(file.text, to: "\(place).\(file.ending)") {
          return .failure(ExportFailure(reason: reason))
        }
      }
      return .success(place)
    }
    return .failure(ExportFailure(reason: "\(path) holds too many of that name"))
  }

  /// Makes a new file with those bytes; never writes into one that is there.
  ///
  /// - Returns: why it could not be.
  private static func write(_ text: String, to path: String) -> String? {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return "\(path): \(errnoText())" }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: Data(text.utf8))
      return nil
    } catch {
      return "\(path): \(errnoText())"
    }
  }
}
