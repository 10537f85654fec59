import Domain
import Foundation
import Logging
import Synchronization

/// One JSON object a line: time, level, message, and what goes with it. Control characters are escaped, so that
/// the number of lines is the number of events.
struct JSONLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  private let label: String
  private let sink: LogSink

  init(label: String, sink: LogSink) {
    self.label = label
    self.sink = sink
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields: [String: String] = [
      "time": Date.now.formatted(
        .iso8601.year().month().day().time(includingFractionalSeconds: true)
          .timeZone(separator: .omitted)),
      "level": event.level.rawValue, "logger": label, "message": event.message.description,
    ]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
      fields[key] = value.description
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(fields) else { return }
    sink.write(line + Data("\n".utf8))
  }
}

/// Where log lines go: standard error, or a file that is turned over at 10 MB and kept three times.
final class LogSink: Sendable {
  static let turnOver: UInt64 = 10 << 20
  static let kept = 3

  private struct State {
    var handle: FileHandle
    var size: UInt64
  }

  private let path: String?
  private let state: Mutex<State>

  /// Standard error.
  init() {
    path = nil
    state = Mutex(State(handle: .standardError, size: 0))
  }

  /// - Throws: when the file cannot be opened for writing.
  init(path: String) throws {
    self.path = path
    state = Mutex(try Self.open(path))
  }

  /// A disk that is full loses log lines, never requests.
  func write(_ line: Data) {
    state.withLock { state in
      if let path, state.size > Self.turnOver, let next = try? Self.turn(path) { state = next }
      state.size += UInt64(line.count)
      try? state.handle.write(contentsOf: line)
    }
  }

  private static func open(_ path: String) throws -> State {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(
        atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    return State(handle: handle, size: try handle.seekToEnd())
  }

  private static func turn(_ path: String) throws -> State {
    let files = FileManager.default
    try? files.removeItem(atPath: "\(path).\(kept - 1)")
    for number in (0..<kept - 1).reversed() {
      let from = number == 0 ? path : "\(path).\(number)"
      try? files.moveItem(atPath: from, toPath: "\(path).\(number + 1)")
    }
    return try open(path)
  }
}
