package import Domain
import Synchronization

/// What became of the demo's requests. Counted by the client itself, so that it can be held against what the server says.
package final class DemoLedger: Sendable {
  /// Labels that wait for their time; beyond it the oldest are let go.
  private static let labelLimit = 200_000

  package struct Totals: Sendable {
    package var requests = 0
    /// Requests without a 200, whatever the reason.
    package var failures = 0
    /// Requests that were due while too many were in flight, and never sent.
    package var skipped = 0
    package var labelsSent = 0
    package var labelsLost = 0
    package var versions: [ModelVersion: Tally] = [:]

    package init() {}
  }

  package struct Tally: Sendable {
    package var requests = 0
    package var errors = 0
    package var latencies = LatencySample()
    package var correct = 0
    package var compared = 0

    package init() {}

    package var accuracy: Double? {
      compared == 0 ? nil : Double(correct) / Double(compared)
    }
  }

  struct PendingLabel {
    var due: Double
    var lane: Int
    var label: LabelBatch.Label
  }

  private struct State {
    var totals = Totals()
    var inFlight = 0
    var labels: [PendingLabel] = []
  }

  private let state = Mutex(State())

  package init() {}

  package var totals: Totals { state.withLock(\.totals) }

  /// Takes one of the places in flight, or counts the request as skipped.
  func admit(limit: Int) -> Bool {
    state.withLock { state in
      guard state.inFlight < limit else {
        state.totals.skipped += 1
        return false
      }
      state.inFlight += 1
      return true
    }
  }

  /// Gives the place back, and counts the answer.
  ///
  /// - Parameters:
  ///   - version: nil when no answer said which version gave it.
  ///   - result: nil for a regression, and where there is no prediction.
  func record(version: ModelVersion?, latency: Duration, isFailure: Bool, result: LabelResult?) {
    state.withLock { state in
      state.inFlight -= 1
      state.totals.requests += 1
      if isFailure { state.totals.failures += 1 }
      guard let version else { return }
      state.totals.versions[version, default: Tally()].add(latency, isFailure, result)
    }
  }

  func expectLabel(_ label: PendingLabel) {
    state.withLock { state in
      if state.labels.count >= Self.labelLimit {
        state.totals.labelsLost += state.labels.count / 2
        state.labels.removeFirst(state.labels.count / 2)
      }
      state.labels.append(label)
    }
  }

  /// The labels whose time has come, taken out.
  func dueLabels(at elapsed: Double) -> [PendingLabel] {
    state.withLock { state in
      let count = state.labels.firstIndex { $0.due > elapsed } ?? state.labels.count
      let due = Array(state.labels[..<count])
      state.labels.removeFirst(count)
      return due
    }
  }

  func countLabels(_ count: Int, arrived: Bool) {
    state.withLock { state in
      if arrived { state.totals.labelsSent += count } else { state.totals.labelsLost += count }
    }
  }

  /// How far it has come, without a copy of the latencies.
  func progress(elapsed: Double) -> DemoProgress {
    state.withLock { state in
      DemoProgress(
        elapsed: elapsed, requests: state.totals.requests, failures: state.totals.failures,
        skipped: state.totals.skipped, labelsLost: state.totals.labelsLost,
        versions: state.totals.versions.mapValues(\.requests))
    }
  }
}

extension DemoLedger.Tally {
  fileprivate mutating func add(_ latency: Duration, _ isFailure: Bool, _ result: LabelResult?) {
    requests += 1
    if isFailure {
      errors += 1
      return
    }
    latencies.add(microseconds: latency / .microseconds(1))
    switch result {
    case .correct:
      compared += 1
      correct += 1
    case .wrong: compared += 1
    case .distance, nil: break
    }
  }
}
