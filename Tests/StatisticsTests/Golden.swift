import Foundation

/// The files under `Fixtures`: inputs, and what other libraries say of them.
struct Golden {
  let folder: URL

  init(_ name: String) {
    folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)")
  }

  func expected<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(
      type, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
  }

  func text(_ name: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    return name.hasSuffix(".gz")
      ? try unpacked(file) : try String(contentsOf: file, encoding: .utf8)
  }

  /// The numbers of a table with a head line.
  func rows(_ name: String) throws -> [[Double]] {
    try text(name).split(whereSeparator: \.isNewline).dropFirst().map { line in
      line.split(separator: ",").map { Double($0) ?? .nan }
    }
  }

  /// gzip is part of every Debian; Foundation has no inflate on Linux.
  private func unpacked(_ file: URL) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
