/// How many colours a screen can show.
package enum ColorDepth: Sendable, Hashable, Comparable {
  case mono
  case ansi8
  case ansi16
  case indexed256
  case trueColor
}

/// Where pictures are shown and keys come from. Used by one thread; only its `waker` may go to
/// others.
package protocol Screen: AnyObject {
  /// The size as of the last `.resized` event.
  var size: Size { get }
  var colorDepth: ColorDepth { get }
  /// False when only ASCII may be written.
  var showsUnicode: Bool { get }
  /// Bytes that the terminal has taken so far.
  var bytesSent: Int { get }
  /// Makes `nextEvents` return with `.wake`.
  var waker: ScreenWaker { get }

  /// Shows a picture. Only what differs from the last one is sent, nothing when nothing differs;
  /// a picture of another size than the screen's is clipped or filled up with blanks.
  func present(_ grid: CellGrid)

  /// - Returns: whether the terminal is one that takes it; what it does with it nobody can know.
  @discardableResult
  func send(_ signal: ScreenSignal) -> Bool

  /// Waits until something happens, at most for `timeout` (nil: for ever), and returns all that is
  /// waiting; an empty batch when the time ran out.
  func nextEvents(timeout: Duration?) -> InputBatch
}

/// Wakes the thread that waits for a screen. May be called from any thread, as often as wanted:
/// calls before the next `nextEvents` are one, and calls after the screen is closed do nothing.
package struct ScreenWaker: Sendable {
  private let action: @Sendable () -> Void

  package init(_ action: @escaping @Sendable () -> Void) {
    self.action = action
  }

  package func wake() { action() }
}

extension Screen {
  /// The characters and the theme to draw with on this screen; without colours a theme of weights
  /// stands in for the given one, with few its tints are left out.
  package func look(_ theme: Theme) -> Look {
    let theme: Theme =
      switch colorDepth {
      case .mono: .monochrome
      case .ansi8, .ansi16: theme.forFewColors
      case .indexed256, .trueColor: theme
      }
    return Look(theme: theme, glyphs: showsUnicode ? .unicode : .ascii, colorDepth: colorDepth)
  }
}
