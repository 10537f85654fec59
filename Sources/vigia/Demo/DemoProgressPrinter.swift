import Foundation
import Synchronization

/// Writes progress to stderr: on a terminal one line that is written over each second, else a line every five.
package final class DemoProgressPrinter: Sendable {
  private let isTerminal: Bool
  private let earlier = Mutex<DemoProgress?>(nil)

  package init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

  package var interval: Duration { isTerminal ? .seconds(1) : .seconds(5) }

  package func show(_ progress: DemoProgress) {
    let line = earlier.withLock { earlier in
      defer { earlier = progress }
      return progress.line(since: earlier)
    }
    write(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n")
  }

  /// Over the last such line; nowhere where stderr is no terminal.
  func sayOver(_ text: String) { if isTerminal { write("\r\(text)\u{1B}[K") } }

  /// Takes the line that is written over away.
  func clear() { if isTerminal { write("\r\u{1B}[K") } }

  /// A line of its own, for something that happened.
  package func say(_ text: String) { write(isTerminal ? "\r\(text)\u{1B}[K\n" : text + "\n") }

  /// Ends the line that is written over.
  package func finish() { if isTerminal { write("\n") } }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
