import Domain
import Foundation
import Storage

/// What became of rollbacks, pins and limits: from the act to the row of its proof.
extension ControlPlane {
  /// Whether it helped is judged from now on. A limit is only watched where something was to be helped, and where it is new or
  /// tighter than the one before.
  ///
  /// - Parameter limits: in force until now.
  func watchRecovery(
    after change: DeploymentChange, _ command: Command, limits: [TrafficLimit],
    from before: RecoveryWatch.Counts
  ) {
    let model = change.next.model
    let hasOtherLimits = (change.next.limits ?? []).map(\.measure) != limits.map(\.measure)
    // Whatever is in force from now on proves nothing about an earlier act.
    let superseded = watches.indices.filter { index in
      let watch = watches[index].watch
      return watch.recovery.model == model && watch.isCounting
        && (change.movesTraffic || hasOtherLimits && watch.recovery.limit != nil)
    }
    for index in superseded.reversed() {
      if watches[index].watch.isWatching {
        watches.remove(at: index)
      } else {
        watches[index].watch.supersede()
      }
    }
    var limit: TrafficLimit.Scope?
    let ends: (from: String, to: String)
    if change.movesTraffic, command.action.isRescue, let from = change.from, let to = change.to {
      ends = (from, to)
    } else if command.action.tightens(limits),
      RecoveryWatch.isBad(before, objective: objective(of: model))
    {
      limit = command.action.limitedScope
      ends = (change.next.answering, change.next.answering)
    } else {
      return
    }
    watches.insert(
      Watch(
        watch: RecoveryWatch(
          command: command.id, model: model, from: ends.from, to: ends.to, limit: limit,
          switchedAt: settings.clock(), revision: change.next.revision,
          objective: objective(of: model), before: before), switchedAt: .now), at: 0)
    if watches.count > 8 { watches.removeLast() }
  }

  /// - Returns: the recoveries of which this batch has something new to tell.
  func stepWatches(_ batch: SecondBatch) -> [Recovery] {
    var told: [Recovery] = []
    for index in watches.indices where watches[index].watch.isCounting {
      let watch = watches[index].watch
      let counts = Self.counts(for: watch, in: batch)
      let elapsed = watches[index].switchedAt.duration(to: .now)
      watches[index].watch.step(counts, elapsed: elapsed / .seconds(1))
      let recovery = watches[index].watch.recovery
      if recovery.stage != watch.recovery.stage { told.append(recovery) }
    }
    return told
  }

  /// What a batch says of the requests that were admitted since the act, without those that a limit refused
  /// or an operator sheds.
  private static func counts(for watch: RecoveryWatch, in batch: SecondBatch)
    -> RecoveryWatch.Counts
  {
    let model = watch.recovery.model
    var counts = RecoveryWatch.Counts()
    for rollup in batch.rollups
    where rollup.version.model == model
      && (rollup.variant == .champion || rollup.variant == .challenger)
    {
      for (revision, part) in rollup.byRevision where revision >= watch.revision {
        counts += .init(
          requests: part.requests - part.limited, errors: part.serverErrors, slow: part.slow,
          limited: part.limited)
      }
    }
    for label in batch.revisionLabels
    where label.version.model == model && label.revision >= watch.revision
      && (label.variant == .champion || label.variant == .challenger)
    {
      counts += .init(
        judged: label.counts.correct + label.counts.wrong, wrong: label.counts.wrong)
    }
    guard case .client(let limited)? = watch.recovery.limit else { return counts }
    (counts.slow, counts.timed) = (0, 0)
    for client in batch.clients where client.version.model == model && client.client != limited {
      counts.slow += client.times.slow
      counts.timed += client.times.timed
    }
    return counts
  }

  func recordEvent(of recovery: Recovery) async {
    guard let stage = recovery.stage else { return }
    await recordEvent(
      stage.rawValue, model: recovery.model, summary: recovery.sentence,
      evidence: json(of: recovery))
    publish()
  }

  private func json(of recovery: Recovery) -> String {
    (try? JSONEncoder().encode(recovery)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
