import Logging
import Synchronization

/// Keeps what was logged.
final class LogLines: Sendable {
  struct Line: Sendable {
    var text: String
    var metadata: Logger.Metadata
  }

  private let all = Mutex<[Line]>([])

  var list: [Line] { all.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(lines: LogLines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let line = Line(text: "\(event.message)", metadata: event.metadata ?? [:])
      lines.all.withLock { $0.append(line) }
    }
  }
}
