import Domain
import Inference
import Storage
import Waiting

/// Scores the pieces of a stretch, several at a time, and writes them in their order.
struct BackfillRun {
  let plan: BackfillPlan
  let options: DemoOptions
  let lanes: [BackfillLane]
  let metrics: MetricStore
  let now: () -> Timestamp

  private struct Scored {
    var piece: BackfillPiece
    var rows: [Int]
    var batch: PendingBatch
    var folder: BackfillFolder
  }

  /// - Parameters:
  ///   - folders: one for each worker.
  ///   - progress: called with the share of the stretch that is written.
  /// - Returns: rows that were scored, by lane.
  func run(_ folders: [BackfillFolder], progress: (Double) -> Void) async throws -> [Int] {
    let labelDelay = DemoOptions.labelDelay / options.speed
    var pieces = pieces()
    var rows = Array(repeating: 0, count: lanes.count)
    try await withThrowingTaskGroup(of: Scored.self) { group in
      var idle = folders
      var waiting: [Int64: Scored] = [:]
      var written = plan.seconds.lowerBound
      var handedOut = written
      while true {
        while let folder = idle.popLast() {
          guard let piece = pieces.next(upTo: max(plan.seconds.upperBound, now().seconds)) else {
            idle = []
            break
          }
          handedOut = piece.seconds.upperBound
          let lanes = lanes
          group.addTask {
            await BlockingThread.run("backfill") { () throws(Never) in
              var folder = folder
              let rows = piece.score(lanes, labelDelay: labelDelay, into: &folder)
              return Scored(piece: piece, rows: rows, batch: folder.take(), folder: folder)
            }
          }
        }
        guard written < handedOut, let scored = try await group.next() else { return }
        idle.append(scored.folder)
        waiting[scored.piece.seconds.lowerBound] = scored
        while let next = waiting.removeValue(forKey: written) {
          let metrics = metrics
          try await BlockingThread.run("backfill-write") { () throws(StorageError) in
            try metrics.backfill(next.batch, seconds: next.piece.seconds)
          }
          for index in rows.indices { rows[index] += next.rows[index] }
          written = next.piece.seconds.upperBound
          progress(
            Double(written - plan.seconds.lowerBound) / Double(max(plan.seconds.count, 1)))
        }
      }
    }
    return rows
  }

  private func pieces() -> Pieces {
    var past = options
    past.rate = plan.rate / options.speed
    // Else the hour and the first minutes would be the same draws.
    past.seed = ~options.seed
    return Pieces(plan: plan, options: past, lanes: lanes.map(\.plan))
  }

  /// The stretch in pieces; what passes while it is scored is added at its end.
  private struct Pieces {
    private let start: Int64
    private var next: Int64
    private var number: UInt64 = 0
    private let seed: UInt64
    private var replay: DemoReplay

    init(plan: BackfillPlan, options: DemoOptions, lanes: [DemoReplay.Lane]) {
      start = plan.seconds.upperBound
      next = plan.seconds.lowerBound
      seed = options.seed
      replay = DemoReplay(lanes: lanes, options: options, past: Double(plan.seconds.count))
    }

    mutating func next(upTo end: Int64) -> BackfillPiece? {
      guard next < end else { return nil }
      let from = next
      next = min(end, from + BackfillPlan.piece)
      number += 1
      return BackfillPiece(
        // Short of the turn by the microsecond to which answers are noted.
        seconds: from..<next, requests: replay.due(at: Double(next - start) - 1e-6), start: start,
        seed: seed &+ number &* 0x9e37_79b9_7f4a_7c15)
    }
  }
}
