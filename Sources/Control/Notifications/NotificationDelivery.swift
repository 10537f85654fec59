package import Domain
package import Storage
import Synchronization

/// Brings what waits in the store to its targets, each at its own pace.
///
/// An entry leaves the queue when its target has accepted it, or has said that it never will; a target that is away, slow or
/// ill is asked again after a `Backoff`. On a thread of its own, which may wait for the disk.
package actor NotificationDelivery {
  package typealias Send = @Sendable (NotificationBatch) async -> DeliveryResult
  /// Makes a target's own silences what they are here.
  package typealias Mirror = @Sendable (NotificationTarget, [Silence]) async -> DeliveryResult

  private nonisolated let worker = Worker(name: "vigia-notify")
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    // The actor owns the worker, so the reference outlives every job.
    unsafe worker.asUnownedSerialExecutor()
  }

  /// Entries of one look, and alerts of one message to Alertmanager; Prometheus sends as many.
  static let batchLimit = 256
  /// Seconds for which an entry waits at most: whatever it says is of no use any more.
  static let patience = 7 * 86_400.0
  /// Seconds after which a target's silences are looked at though none has changed: Alertmanager loses fresh ones in a
  /// crash.
  static let mirrorInterval = 60.0

  private let store: StateStore
  private nonisolated let current: Mutex<[NotificationTarget]>
  /// Those that are looked after, each by a loop of its own.
  private var served: Set<NotificationTarget.ID> = []
  private let backoff: Backoff
  private let jitter: @Sendable () -> Double
  private let now: @Sendable () -> Timestamp
  private let send: Send
  private let mirror: Mirror?
  private var figures: [NotificationTarget.ID: ReceiverStatus] = [:]
  private var silences: [Silence]?
  private var mirrors: [NotificationTarget.ID: MirrorState] = [:]

  private struct MirrorState {
    var due: Timestamp?
    var failures = 0
  }

  /// - Parameters:
  ///   - jitter: drawn for each failure, in 0..<1.
  ///   - mirror: for targets that are Alertmanagers; nil: their silences are left alone.
  package init(
    store: StateStore, targets: [NotificationTarget], backoff: Backoff = Backoff(),
    jitter: @escaping @Sendable () -> Double, now: @escaping @Sendable () -> Timestamp,
    send: @escaping Send, mirror: Mirror? = nil
  ) {
    self.store = store
    current = Mutex(targets)
    self.backoff = backoff
    self.jitter = jitter
    self.now = now
    self.send = send
    self.mirror = mirror
    figures = Self.figures(of: targets, from: [:])
  }

  package nonisolated var targets: [NotificationTarget] { current.withLock { $0 } }

  private static func figures(
    of targets: [NotificationTarget], from known: [NotificationTarget.ID: ReceiverStatus]
  ) -> [NotificationTarget.ID: ReceiverStatus] {
    let pairs = targets.map { target in
      (
        target.id,
        known[target.id]
          ?? ReceiverStatus(name: target.receiver, kind: target.kind, target: target.address)
      )
    }
    return Dictionary(pairs) { first, _ in first }
  }

  deinit { worker.close() }

  /// Until it is cancelled. A loop for each target: one that never answers holds up no other.
  package func run(pause: Duration = .seconds(1)) async {
    try? store.removeNotifications(exceptFor: targets.map(\.id))
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        for target in targets where served.insert(target.id).inserted {
          group.addTask { await self.serve(target.id, pause: pause) }
        }
        try? await Task.sleep(for: pause)
      }
    }
  }

  private func serve(_ id: NotificationTarget.ID, pause: Duration) async {
    while !Task.isCancelled, let target = targets.first(where: { $0.id == id }) {
      await deliver(to: target)
      await mirrorSilences(to: target)
      try? await Task.sleep(for: pause)
    }
    served.remove(id)
  }

  /// Whoever is told from now on. What waits for the others is dropped: nobody asks for it any more.
  package func use(targets: [NotificationTarget]) {
    current.withLock { $0 = targets }
    figures = Self.figures(of: targets, from: figures)
    let ids = Set(targets.map(\.id))
    mirrors = mirrors.filter { ids.contains($0.key) }
    try? store.removeNotifications(exceptFor: Array(ids))
  }

  /// Those that are to be in force, or will be; from now on they are looked after.
  package func use(silences: [Silence]) {
    guard silences != self.silences else { return }
    self.silences = silences
    for id in mirrors.keys { mirrors[id]?.due = nil }
  }

  /// One for each target, in their order.
  package func statuses() -> [ReceiverStatus] {
    let waiting = try? store.waitingNotifications()
    return targets.compactMap { target in
      var status = figures[target.id]
      status?.waiting = waiting?[target.id] ?? 0
      return status
    }
  }

  // MARK: One look

  /// Says what is due to a target, message by message, until there is no more or one fails.
  func deliver(to target: NotificationTarget) async {
    // The disk is asked again at the next look.
    guard
      let due = try? store.dueNotifications(
        for: target.id, now: now(), limit: Self.batchLimit)
    else { return }
    let oldest = now().adding(seconds: -Self.patience)
    let expired = due.filter { $0.created < oldest }
    if !expired.isEmpty {
      note(target, .refused(reason: "\(expired.count) could not be said for a week"))
      giveUp(expired, target)
    }
    for batch in Self.messages(due.filter { $0.created >= oldest }, to: target) {
      guard !Task.isCancelled else { return }
      guard await deliver(batch, to: target) else { return }
    }
  }

  private static func messages(
    _ due: [QueuedNotification], to target: NotificationTarget
  ) -> [[QueuedNotification]] {
    guard target.kind != .alertmanager else { return due.isEmpty ? [] : [due] }
    let groups = Dictionary(grouping: due, by: \.notification.groupLabels)
    return groups.values.sorted { ($0.first?.id ?? 0) < ($1.first?.id ?? 0) }
  }

  /// - Returns: whether the next message has a chance.
  private func deliver(
    _ queued: [QueuedNotification], to target: NotificationTarget
  ) async -> Bool {
    let ids = queued.map(\.id)
    let result = await send(
      NotificationBatch(
        target: target, notifications: queued.map(\.notification), now: now()))
    switch result {
    case .accepted:
      note(target, result)
      try? store.endNotifications(ids)
    case .refused where target.kind == .alertmanager && queued.count > 1:
      // One alert that it cannot take must not keep it from the others.
      for one in queued {
        guard await deliver([one], to: target) else { return false }
      }
    case .refused:
      note(target, result)
      giveUp(queued, target)
    case .retry(_, let asked):
      // A stop is no fault of the target's.
      guard !Task.isCancelled else { return false }
      note(target, result)
      let failures = 1 + (queued.map(\.attempts).max() ?? 0)
      let delay = backoff.delay(after: failures, jitter: jitter(), asked: asked)
      try? store.postponeNotifications(ids, until: now().adding(seconds: delay))
      return false
    }
    return true
  }

  /// Nobody is told of them by this target.
  private func giveUp(_ queued: [QueuedNotification], _ target: NotificationTarget) {
    figures[target.id]?.lost += Int64(queued.count)
    try? store.endNotifications(queued.map(\.id))
  }

  private func note(_ target: NotificationTarget, _ result: DeliveryResult) {
    switch result {
    case .accepted:
      figures[target.id]?.sent += 1
      figures[target.id]?.lastSuccess = now()
    case .retry(let reason, _), .refused(let reason):
      figures[target.id]?.failed += 1
      figures[target.id]?.lastFailure = reason
    }
  }

  // MARK: Silences

  func mirrorSilences(to target: NotificationTarget) async {
    guard target.kind == .alertmanager, let mirror, let silences else { return }
    let begin = now()
    if let due = mirrors[target.id]?.due, due > begin { return }
    mirrors[target.id, default: MirrorState()].due = begin.adding(seconds: Self.mirrorInterval)
    let result = await mirror(target, silences)
    guard !Task.isCancelled, var state = mirrors[target.id] else { return }
    switch result {
    case .accepted: state.failures = 0
    // Refused again next time: there is no hurry.
    case .refused: note(target, result)
    case .retry(_, let asked):
      note(target, result)
      state.failures += 1
      let delay = backoff.delay(after: state.failures, jitter: jitter(), asked: asked)
      // Nil where they have changed meanwhile.
      if state.due != nil { state.due = now().adding(seconds: delay) }
    }
    mirrors[target.id] = state
  }
}
