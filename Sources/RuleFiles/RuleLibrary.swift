package import Alerting
import Foundation

/// The rules of several files.
package struct RuleLibrary: Sendable {
  package private(set) var groups: [RuleGroup] = []
  /// Of all files, in their order.
  package private(set) var diagnostics: [FileDiagnostic] = []
  package private(set) var files: [String] = []
  /// The files that each pattern names.
  package private(set) var matches: [String: [String]] = [:]
  /// Patterns that name no file.
  package private(set) var unmatched: [String] = []

  /// - Parameters:
  ///   - patterns: paths with `*`, `?` and `[…]`; relative ones start at `folder`.
  ///   - folder: empty for the folder that the program was started in.
  package init(patterns: [String], folder: String = "") {
    for pattern in patterns {
      let isRelative = !pattern.hasPrefix("/") && !folder.isEmpty && folder != "."
      let paths = PathPattern.paths(matching: isRelative ? folder + "/" + pattern : pattern)
      matches[pattern] = paths
      if paths.isEmpty { unmatched.append(pattern) }
      for path in paths where !files.contains(path) { read(path) }
    }
  }

  /// The files that are there now, in the order in which they would be read.
  package static func files(matching patterns: [String]) -> [String] {
    patterns.flatMap { PathPattern.paths(matching: $0) }
  }

  private mutating func read(_ path: String) {
    files.append(path)
    do throws(FileDiagnostic) {
      let file = RuleFile(try TextFile.read(path), path: path)
      groups += file.groups
      diagnostics += file.diagnostics
    } catch {
      diagnostics.append(error)
    }
  }
}

enum TextFile {
  /// A rule file beyond this is no rule file.
  private static let sizeLimit = 16 << 20

  static func read(_ path: String) throws(FileDiagnostic) -> String {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      let isMissing = (error as? CocoaError)?.code == .fileReadNoSuchFile
      throw FileDiagnostic(path: path, reason: isMissing ? "no such file" : "cannot be read")
    }
    guard data.count <= sizeLimit else {
      throw FileDiagnostic(path: path, reason: "larger than \(sizeLimit >> 20) MiB")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw FileDiagnostic(path: path, reason: "expected UTF-8 text, found other bytes")
    }
    return text
  }
}
