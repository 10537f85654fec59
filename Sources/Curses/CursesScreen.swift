private import CNcurses
private import Glibc
private import Synchronization
package import TextUI

/// The terminal, through ncurses.
///
/// Owned by one thread, which waits in `nextEvents`: in poll, never in getch, so that it can be
/// woken. The terminal is restored by `close`, by deinit, and when the process exits or crashes.
/// A terminal that reads slowly blocks nobody: pictures are left out until it has caught up.
package final class CursesScreen: Screen {
  package private(set) var size: Size
  package let colorDepth: ColorDepth
  package let showsUnicode: Bool
  /// All bytes that were sent to the terminal, to watch what a picture costs.
  package var bytesSent: Int { output.bytesSent }

  private let options: CursesOptions
  private let modes: TerminalModes
  private let signals: TerminalSignals
  private let wakeDescriptor: WakeDescriptor
  private let savedErrors: Int32
  private var painter: Painter
  private var shortener: SgrShortener
  private var input: TerminalInput
  private var output: TerminalOutput
  /// A picture was left out, so one is asked for once the terminal has caught up.
  private var isBehind = false
  private var isOpen = true
  private var isGone = false
  /// Until when the terminal's background may still change the picture; nil where it was not asked.
  private var backgroundUntil: ContinuousClock.Instant?

  /// Opens the terminal; nothing is painted before the first `present`.
  package init(_ options: CursesOptions) throws(CursesError) {
    guard isatty(options.input) == 1, isatty(options.output) == 1 else { throw .notATerminal }
    guard !ScreenInUse.flag.exchange(true, ordering: .acquiringAndReleasing) else {
      throw .alreadyOpen
    }
    let terminal = Terminal(environment: options.environment) {
      TerminfoDatabase.entry($0, environment: options.environment)
    }
    showsUnicode = vigia_locale_is_utf8()
    let hasColors = terminal.depth > .mono
    size = CursesScreen.terminalSize(options.output) ?? Size(width: 80, height: 24)
    guard let wakeDescriptor = WakeDescriptor(),
      vigia_screen_open(
        terminal.name, terminal.terminfoVariable, hasColors, Int32(size.height), Int32(size.width))
        == 0
    else {
      ScreenInUse.flag.store(false, ordering: .releasing)
      throw .cannotOpen(terminal: terminal.name)
    }
    self.options = options
    self.wakeDescriptor = wakeDescriptor
    modes = TerminalModes(isKnown: terminal.takesModes, mouse: options.mouse)
    signals = TerminalSignals(environment: options.environment, isKnown: terminal.takesModes)
    input = TerminalInput(terminal: options.input, waker: wakeDescriptor)
    output = TerminalOutput(terminal: options.output)
    shortener = SgrShortener(endsAttributes: terminal.endsAttributes)
    colorDepth = hasColors && vigia_screen_colors() == 0 ? .mono : terminal.depth
    painter = Painter(
      depth: colorDepth, pairs: vigia_screen_pairs(), size: size,
      showsLinks: options.links && showsUnicode && terminal.takesModes && terminal.endsAttributes
        && LinkSupport.isKnown(environment: options.environment))
    savedErrors = options.errorLog == nil ? -1 : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    vigia_rescue_arm(options.output, savedErrors, modes.disable)
    // After newterm, which sets handlers of its own.
    vigia_signals_catch(wakeDescriptor.number, options.catchesTermination)
    vigia_terminal_make_raw(options.input)
    if let log = options.errorLog { dup2(log, STDERR_FILENO) }
    output.send(Array(modes.enable.utf8))
    if options.asksBackground,
      BackgroundQuestion.isSafe(
        environment: options.environment, isKnown: terminal.takesModes, depth: colorDepth)
    {
      backgroundUntil = ContinuousClock.now.advanced(by: BackgroundQuestion.patience)
      input.expectAnswer(within: BackgroundQuestion.answerTime)
      output.send(BackgroundQuestion.bytes)
    }
  }

  deinit {
    close()
  }

  package var waker: ScreenWaker {
    let descriptor = wakeDescriptor
    return ScreenWaker { descriptor.wake() }
  }

  /// Restores the terminal, stderr and the signal handlers. Harmless when called again.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    leave()
    vigia_screen_free()
    output.close()
    vigia_rescue_disarm()
    vigia_signals_uncatch()
    if savedErrors >= 0 {
      dup2(savedErrors, STDERR_FILENO)
      Glibc.close(savedErrors)
    }
    ScreenInUse.flag.store(false, ordering: .releasing)
  }

  package func present(_ grid: CellGrid) {
    guard isOpen, !isGone else { return }
    guard !output.isBacklogged else {
      isBehind = true
      return
    }
    if painter.paint(grid.size == size ? grid : grid.fitted(to: size)) { sendPicture() }
  }

  /// See `Screen`. Between two pictures, never within one; not to a terminal that is slow already.
  package func send(_ signal: ScreenSignal) -> Bool {
    guard isOpen, !isGone, !output.isBacklogged, let bytes = signals.bytes(signal) else {
      return false
    }
    output.send(bytes)
    return true
  }

  /// See `Screen`. After `.hangUp` every call returns it at once: there is nothing to wait for.
  package func nextEvents(timeout: Duration?) -> InputBatch {
    let clock = ContinuousClock()
    let deadline = timeout.map { clock.now.advanced(by: $0) }
    while true {
      if isGone || !isOpen { return InputBatch([.hangUp], at: clock.now) }
      let arrival = input.wait(
        deadline.map { max(.zero, clock.now.duration(to: $0)) },
        output: output.isBacklogged ? output.descriptor : nil)
      var events = arrival.events.flatMap { event -> [InputEvent] in
        switch event {
        case .key(.control("z")) where options.stopsOnControlZ: stop()
        case .background where backgroundUntil.map { clock.now > $0 } ?? true: []
        default: [event]
        }
      }
      if arrival.isWoken { events = wakeEvents() + events }
      if arrival.isWritable, catchUp() { events.append(.wake) }
      if arrival.isHungUp || output.isGone { isGone = true }
      if isGone { events.append(.hangUp) }
      let isLate = deadline.map { clock.now >= $0 } ?? false
      if !events.isEmpty || isLate { return InputBatch(events, at: clock.now) }
    }
  }

  /// - Returns: whether the terminal has caught up and a picture was left out meanwhile.
  private func catchUp() -> Bool {
    output.flush()
    guard isBehind, !output.isBacklogged else { return false }
    isBehind = false
    return true
  }

  private func wakeEvents() -> [InputEvent] {
    var events: [InputEvent] = wakeDescriptor.take() ? [.wake] : []
    let signals = vigia_signals_take()
    func has(_ signal: Int32) -> Bool { signals & (1 << UInt64(signal)) != 0 }
    if has(SIGHUP) { isGone = true }
    if has(SIGTERM) || has(SIGINT) { events.append(.terminate) }
    if has(SIGTSTP) {
      events += stop()
    } else if has(SIGCONT) {
      events += resume()
    }
    if has(SIGWINCH), let event = adoptSize() { events.append(event) }
    return events
  }

  private func stop() -> [InputEvent] {
    guard !isGone else { return [] }
    leave()
    vigia_stop_process()
    return resume()
  }

  private func resume() -> [InputEvent] {
    vigia_terminal_make_raw(options.input)
    vigia_screen_resume()
    output.send(Array(modes.enable.utf8))
    painter.linkAgain()
    sendPicture()
    return [adoptSize(), .resumed].compactMap { $0 }
  }

  private func leave() {
    output.send(Array(modes.disable.utf8))
    vigia_screen_leave()
    sendPicture()
    output.send(shortener.finish())
    output.drain(within: .milliseconds(300))
    awaitAnswer()
    vigia_terminal_restore(options.input)
  }

  /// An answer that comes when the terminal is another's would be typed into that.
  private func awaitAnswer() {
    let deadline = ContinuousClock.now.advanced(by: .milliseconds(100))
    while input.awaitsAnswer, !isGone, ContinuousClock.now < deadline {
      let arrival = input.wait(ContinuousClock.now.duration(to: deadline), output: nil)
      if arrival.isHungUp { return }
    }
  }

  private func adoptSize() -> InputEvent? {
    guard let newSize = CursesScreen.terminalSize(options.output), newSize != size else {
      return nil
    }
    size = newSize
    painter.resize(to: newSize)
    return .resized(newSize)
  }

  /// Sends what ncurses has written since the last time.
  private func sendPicture() {
    var count = 0
    let bytes = vigia_screen_take(&count)
    let picture = shortener.shorten(UnsafeBufferPointer(start: bytes, count: count))
    let all = picture + painter.takeLinks()
    if !all.isEmpty { output.send(all) }
  }

  private static func terminalSize(_ output: Int32) -> Size? {
    var rows: Int32 = 0
    var columns: Int32 = 0
    guard vigia_terminal_size(output, &rows, &columns) == 0 else { return nil }
    return Size(width: Int(columns), height: Int(rows))
  }
}

/// ncurses has global state, so there is one screen in a process.
private enum ScreenInUse {
  static let flag = Atomic(false)
}
