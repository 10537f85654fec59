package import Domain
package import TextUI

/// The loop of a console: waits for keys and news, updates the state, paints when the picture changed.
///
/// `run` belongs to a thread of its own, which alone touches the screen. `performEffects` belongs to the
/// service group; it ends when `run` has returned.
package final class ConsoleRuntime: Sendable {
  private let configuration: ConsoleConfiguration
  private let settings: ConsoleSettings
  private let now: @Sendable () -> Timestamp
  private let processUse: @Sendable () -> ProcessUse
  private let seed: (UInt64, UInt64)
  private let mailbox = Mailbox()
  private let performer: EffectPerformer
  private let effects: AsyncStream<Effect>
  private let outbox: AsyncStream<Effect>.Continuation

  /// - Parameters:
  ///   - keep: writes what a person wants to keep, and says where it is.
  ///   - noteLook: keeps the time at which somebody looked; may block shortly.
  ///   - clock: for waiting between attempts to connect.
  ///   - seed: random; the ids of this console's commands are drawn from it.
  ///   - now: local wall-clock time.
  ///   - processUse: what the system says of this process; must not block.
  package init(
    source: any ConsoleSource, configuration: ConsoleConfiguration,
    settings: ConsoleSettings = ConsoleSettings(), keep: @escaping ScreenExport.Keeping,
    noteLook: @escaping @Sendable (Timestamp) -> Void = { _ in },
    clock: any Clock<Duration> = ContinuousClock(),
    seed: (UInt64, UInt64), now: @escaping @Sendable () -> Timestamp,
    processUse: @escaping @Sendable () -> ProcessUse
  ) {
    self.configuration = configuration
    self.settings = settings
    self.now = now
    self.processUse = processUse
    self.seed = seed
    performer = EffectPerformer(
      source: source, keep: keep, noteLook: noteLook, mailbox: mailbox, clock: clock)
    (effects, outbox) = AsyncStream.makeStream(of: Effect.self)
  }

  /// Runs the console on the calling thread until it is left, the terminal is gone, or the process is asked
  /// to end. The first picture is shown before anything is asked of the source.
  package func run(screen: any Screen) -> ConsoleExit {
    defer { outbox.finish() }
    mailbox.attach(screen.waker)
    var state = ConsoleState(
      configuration: configuration, settings: settings, size: screen.size, now: now(), seed: seed)
    state.showsColors = screen.colorDepth > .mono
    state.showsUnicode = screen.showsUnicode
    var picture = view(state, size: state.size, look: screen.look(state.theme.theme))
    screen.present(picture)
    send(state.start())
    var meter = CostMeter(processUse(), bytes: screen.bytesSent, at: .now)
    var pace = FramePace(startingAt: .now)
    while true {
      let batch = screen.nextEvents(timeout: pace.timeout(state.patience, now: .now))
      meter.wokeUp()
      if let cost = meter.take(processUse, bytes: screen.bytesSent, at: .now) {
        send(update(&state, .cost(cost), at: now()))
      }
      let isAwaited = state.live == nil
      var wishes: [Effect] = []
      for action in actions(batch, on: picture) {
        wishes += update(&state, action, at: now())
      }
      signal(wishes, screen)
      // After the picture: whoever pressed a key waits for that, and nothing outside is so near.
      defer { send(wishes) }
      if let exit = state.exit { return exit }
      guard pace.isDue(after: batch, isAwaited: isAwaited) else { continue }
      let begin = ContinuousClock.now
      let next = view(state, size: state.size, look: screen.look(state.theme.theme))
      meter.drew(in: begin.duration(to: .now))
      if next != picture || batch.events.contains(.resumed) { screen.present(next) }
      picture = next
    }
  }

  /// Takes settings that were read again; from any thread.
  package func apply(_ settings: ConsoleSettings) {
    mailbox.post(.settings(settings))
  }

  /// Performs the console's wishes until it is left.
  package func performEffects() async {
    await performer.run(effects)
  }

  /// All that is waiting, keys first: a key was meant for the picture that is on the screen.
  private func actions(_ batch: InputBatch, on picture: CellGrid) -> [Action] {
    let arrived = mailbox.drain()
    if batch.events.allSatisfy({ $0 == .wake }) { return arrived.isEmpty ? [.tick] : arrived }
    let clicks = batch.events.compactMap { event -> Action? in
      guard case .mouse(let mouse) = event, mouse.action == .press else { return nil }
      return picture.target(at: mouse.position).map { .click($0, at: batch.time) }
    }
    return [.input(batch)] + clicks + arrived
  }

  /// The screen's own, before the picture: a terminal that has a picture to take takes no more.
  private func signal(_ wishes: [Effect], _ screen: any Screen) {
    for case .signal(let signal) in wishes {
      let isTaken = screen.send(signal)
      if case .copy = signal { mailbox.post(.copied(isTaken)) }
    }
  }

  /// The rest goes out.
  private func send(_ wishes: [Effect]) {
    for wish in wishes {
      if case .signal = wish { continue }
      outbox.yield(wish)
    }
  }
}

extension ConsoleState {
  /// How long to wait for something to happen: until the picture would change by itself. A paused picture
  /// changes only when a message has stood long enough.
  package var patience: Duration? {
    if let previewRest { return .milliseconds(Int(previewRest * 1_000) + 5) }
    let step = Duration.milliseconds(1_200)
    if let replay {
      if !connection.isUp || dialog != nil || replay.isPlaying { return .seconds(1) }
      if board.hasDue(needs(), at: now) { return step }
    }
    if pause == nil && replay == nil || dialog != nil || !connection.isUp { return step }
    if board.hasDue(needs(), at: now) { return step }
    guard let status else { return nil }
    let left = status.end.secondsSince(now)
    return left < 0 ? nil : .milliseconds(Int(left * 1_000) + 50)
  }
}
