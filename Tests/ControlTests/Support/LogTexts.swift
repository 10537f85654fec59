import Logging
import Synchronization

/// Keeps the messages of what was logged.
final class LogTexts: Sendable {
  private let all = Mutex<[String]>([])

  var list: [String] { all.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(texts: self) } }

  private struct Handler: LogHandler {
    let texts: LogTexts
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(texts: LogTexts) { self.texts = texts }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      texts.all.withLock { $0.append("\(event.message)") }
    }
  }
}
