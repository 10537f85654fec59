import ArgumentParser
import Integrations

/// A command whose process may be a console alone.
protocol ConsoleProcess: AsyncParsableCommand, SendableMetatype {
  /// Whether it only shows what a server says: no engine, no store, nothing that computes or waits for a disk for long.
  var isConsoleAlone: Bool { get }
}

extension ConsoleProcess {
  /// Runs with all its tasks on the event loop of its connection.
  nonisolated(nonsending) func runOnEventLoop() async throws {
    var command = self
    try await withTaskExecutorPreference(EventLoopExecutor.shared) { try await command.run() }
  }
}
