import Synchronization

/// What one thread found to do at the same time: requests of it whose version is cheap share runs.
///
/// An event loop reads the requests of several connections each time that it wakes. Run one by one they would pay the engine's
/// cost of a run each; so those of one version wait until the loop has read them all, which it does anyway, or until the run is as
/// long as one request may make it. Nobody waits for a request that has not come yet.
///
/// Its owner gives it to the requests that it reads, asks for `step` after each, and runs what there is on its own thread.
package final class SharedTurn: Sendable {
  private let state = Mutex(State())

  private struct State {
    var runs: [SharedRun] = []
    var isDue = false
  }

  package init() {}

  /// What the owner is to do.
  package enum Step: Sendable {
    /// Nothing waits.
    case nothing
    /// To run what waits once it has read what there is to read.
    case runLast
    /// To run what waits before it reads more.
    case runNow
  }

  package var step: Step {
    state.withLock { $0.runs.isEmpty ? .nothing : $0.isDue ? .runNow : .runLast }
  }

  /// Takes in a job with a key, to run with others of its version.
  ///
  /// - Parameter rowsMax: of one run.
  func add(_ job: QueuedJob, to server: ModelServer, rowsMax: Int) {
    state.withLock { state in
      if let oldest = state.runs.first?.jobs.first,
        job.enqueuedAt - oldest.enqueuedAt >= Self.patience
      {
        state.isDue = true
      }
      let new = job.job.rows
      if let last = state.runs.lastIndex(where: { $0.server === server && $0.key == job.key }) {
        let rows = state.runs[last].rows + new
        if rows >= rowsMax { state.isDue = true }
        if rows <= rowsMax {
          state.runs[last].jobs.append(job)
          state.runs[last].rows = rows
          return
        }
      }
      state.runs.append(SharedRun(server: server, key: job.key, jobs: [job], rows: new))
    }
  }

  /// Makes one of the runs that wait. Blocks for as long as an inline run.
  ///
  /// - Returns: false when nothing waited.
  package func run() -> Bool {
    let next = state.withLock { state -> SharedRun? in
      guard !state.runs.isEmpty else { return nil }
      let next = state.runs.removeFirst()
      if state.runs.isEmpty { state.isDue = false }
      return next
    }
    guard let next else { return false }
    next.server.perform(next)
    return true
  }

  /// Nanoseconds after which the oldest waits for no more to be read.
  private static let patience: Int64 = 100_000
}

/// Jobs of one version that share an inline run.
struct SharedRun: Sendable {
  let server: ModelServer
  let key: BatchKey?
  var jobs: [QueuedJob]
  var rows: Int
}
