import Foundation

/// The Swift toolchain in the search path.
enum Toolchain {
  /// The first line of `swift --version`; nil when there is no `swift`, or it does not answer within 10 s.
  static func version(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async -> String? {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let candidates = folders.map { "\($0)/swift" }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile) else {
      return nil
    }
    return await withCheckedContinuation { continuation in
      // Reading the pipe blocks: a thread of Dispatch's, not of the cooperative pool.
      DispatchQueue.global().async { continuation.resume(returning: firstLine(of: path)) }
    }
  }

  private static func firstLine(of path: String) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = ["--version"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let identifier = process.processIdentifier
    let alarm = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 10, execute: alarm)
    let data = try? output.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    alarm.cancel()
    guard process.terminationStatus == 0, let data else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }
}
