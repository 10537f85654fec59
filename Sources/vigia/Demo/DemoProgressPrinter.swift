import Synchronization

/// Writes progress to stderr: on a terminal one line that is written over each second, else a line every five.
package final class DemoProgressPrinter: Sendable {
  private let line: ProgressLine
  private let earlier = Mutex<DemoProgress?>(nil)

  package init(_ line: ProgressLine = ProgressLine()) { self.line = line }

  package var interval: Duration { line.isTerminal ? .seconds(1) : .seconds(5) }

  package func show(_ progress: DemoProgress) {
    let text = earlier.withLock { earlier in
      defer { earlier = progress }
      return progress.line(since: earlier)
    }
    line.show(text)
  }

  /// A line of its own, for something that happened.
  package func say(_ text: String) { line.say(text) }

  /// Ends the line that is written over.
  package func finish() { line.finish() }
}
