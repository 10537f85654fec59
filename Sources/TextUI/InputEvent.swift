/// All that can wake the one who owns the screen.
package enum InputEvent: Sendable, Hashable {
  case key(Key)
  /// A bracketed paste, not sanitized; it never contains keys to act on.
  case paste(String)
  case mouse(MouseEvent)
  /// The terminal has said what lies behind its text.
  case background(Color)
  /// The terminal has another size; the next picture should have it too.
  case resized(Size)
  /// Someone asked by `wake()`: there is something new to show.
  case wake
  /// The process was stopped and goes on; the screen repaints itself in full.
  case resumed
  /// Someone asked the process to end: SIGTERM, or SIGINT from outside.
  case terminate
  /// The terminal is gone; nothing more can be shown or read.
  case hangUp
}

/// What arrived together: everything that was waiting, in order.
package struct InputBatch: Sendable, Equatable {
  package let events: [InputEvent]
  package let time: ContinuousClock.Instant

  package init(_ events: [InputEvent], at time: ContinuousClock.Instant) {
    self.events = events
    self.time = time
  }

  package var keys: [Key] {
    events.compactMap { event in
      if case .key(let key) = event { key } else { nil }
    }
  }
}

extension InputEvent {
  package var isPaste: Bool { if case .paste = self { true } else { false } }
}
