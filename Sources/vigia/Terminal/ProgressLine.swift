import Foundation

/// What stands on standard error while a command works: on a terminal one line that is written over, else lines.
package struct ProgressLine: Sendable {
  package let isTerminal: Bool

  package init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

  package func show(_ line: String) { write(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n") }

  /// A line of its own, for something that happened.
  package func say(_ text: String) { write(isTerminal ? "\r\(text)\u{1B}[K\n" : text + "\n") }

  /// Takes the line that is written over away.
  package func clear() { if isTerminal { write("\r\u{1B}[K") } }

  /// Ends the line that is written over.
  package func finish() { if isTerminal { write("\n") } }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
