import Console
import Domain
import Foundation
import Glibc
import UnixSignals
import Waiting

/// One sitting at a console without a screen: lines on standard output, until it is interrupted or nobody reads.
struct PlainSession {
  var source: any ConsoleSource
  var endpoint: String
  var options: PlainOptions
  /// Seconds that the server may take to start without a word.
  var patience = 0.0

  /// - Parameter ending: ends the sitting when it ends or has an element.
  func run(until ending: AsyncStream<Void>? = nil) async throws {
    guard let writer = LineWriter() else {
      throw CommandFailure.unreachable("no pipe can be made: \(errnoText())")
    }
    let person = Person()
    let console = PlainConsole(
      source: source, endpoint: endpoint, zone: .current,
      statusEvery: options.statusEvery > 0 ? options.statusEvery : nil, patience: patience,
      now: { .now })
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await console.run(asked: person.asked) { writer.put($0) } }
      group.addTask { for await _ in writer.reader { return } }
      group.addTask { for await _ in person.left { return } }
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) { return }
      }
      if let ending { group.addTask { for await _ in ending { return } } }
      await group.next()
      group.cancelAll()
    }
    writer.finish()
  }
}

/// Whoever sits at the terminal: Enter asks how everything stands, `q` leaves. Without a terminal there is nobody.
private struct Person {
  let asked: AsyncStream<Void>
  let left: AsyncStream<Void>

  init() {
    let (asked, asking) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let (left, leaving) = AsyncStream.makeStream(of: Void.self)
    self.asked = asked
    self.left = left
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return }
    // In the background reading is an error, and not the end of work.
    signal(SIGTTIN, SIG_IGN)
    NamedThread.start("vigia-keys") {
      while let line = readLine() {
        let isLeaving = ["q", "quit"].contains(line.lowercased().filter { !$0.isWhitespace })
        if isLeaving { leaving.yield() } else { asking.yield() }
      }
    }
  }
}
