import Domain
import Statistics

@testable import Control
@testable import Storage

/// A board that is fed second by second, as the recorder would.
struct JudgementBench {
  static let start: Int64 = 1_767_268_800

  var board = JudgementBoard()
  var second = JudgementBench.start
  var events: [JudgementBoard.Event] = []
  var deployment: Deployment
  /// That a request may take, in seconds.
  var longestAnswer: Int64 = 0

  init(challenger: Double? = nil, hasObjective: Bool = true) {
    deployment = Deployment(
      model: "m", revision: 1, champion: "1",
      championSince: Timestamp(seconds: JudgementBench.start),
      challenger: challenger.map { .init(version: "2", weight: $0) })
    guard hasObjective else { return }
    board.setObjective(
      ServiceObjective(availability: 0.999, latency: 50_000, latencyObjective: 0.99), of: "m",
      days: [])
  }

  static let one = ModelVersion(model: "m", version: "1")
  static let two = ModelVersion(model: "m", version: "2")

  mutating func step(_ change: (inout SecondBatch) -> Void = { _ in }) {
    var batch = SecondBatch(time: Timestamp(seconds: second + 1), from: second, to: second + 1)
    batch.slowLimits = board.slowLimits
    change(&batch)
    events += board.add(
      batch, deployments: ["m": deployment], longestAnswer: { [longestAnswer] _ in longestAnswer },
      fault: { _ in nil })
    board.refresh(["m": deployment], now: second + 1, isDue: true)
    second += 1
  }

  /// A second as the folder gives it.
  mutating func step(folding folder: inout SecondFolder) {
    let folded = SecondBatch(
      folder.take(), seconds: second..<second + 1, time: Timestamp(seconds: second + 1),
      dropped: 0, status: StoreStatus())
    step { batch in
      batch.rollups = folded.rollups
      batch.keyed = folded.keyed
      batch.draws = folded.draws
      batch.clients = folded.clients
      batch.labels = folded.labels
      batch.revisionLabels = folded.revisionLabels
    }
  }

  func rollup(
    _ version: ModelVersion, _ variant: Variant, ok: Int64, failed: Int64 = 0, slow: Int64 = 0,
    latency: Double = 1_000
  ) -> SecondRollup {
    var rollup = SecondRollup(version: version, variant: variant, second: second)
    rollup.counters.ok = ok
    rollup.counters.failed = failed
    rollup.counters.timed = ok + failed
    rollup.counters.slow = slow
    var revision = RevisionCounts()
    revision.requests = ok + failed
    revision.serverErrors = failed
    revision.timed = ok + failed
    revision.slow = slow
    revision.above = latency > board.slowLimits["m"] ?? .infinity ? ok : 0
    revision.routed = ok + failed
    revision.drawn = revision.routed
    revision.routedErrors = failed
    rollup.byRevision = [deployment.revision: revision]
    for _ in 0..<ok + failed { rollup.latency.add(latency) }
    return rollup
  }

  var told: [String] {
    events.compactMap { event in
      if case .told(let action, _, _) = event { action } else { nil }
    }
  }

  var judgement: ModelJudgement? { board.summary(of: "m") }
}
