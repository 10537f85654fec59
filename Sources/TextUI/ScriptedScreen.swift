import Synchronization

/// A screen without a terminal: plays batches of events and keeps the pictures, for tests,
/// snapshots and replays.
package final class ScriptedScreen: Screen {
  package private(set) var size: Size
  package let colorDepth: ColorDepth
  package let showsUnicode: Bool
  /// All pictures in order, those that changed nothing included.
  package private(set) var pictures: [CellGrid] = []
  /// All that it was asked to do beside showing pictures, in order.
  package private(set) var signals: [ScreenSignal] = []
  private var script: ArraySlice<InputBatch>
  private var time = ContinuousClock.now
  private let flag = WakeFlag()

  /// - Parameter script: returned one by one by `nextEvents`; after the last one the terminal hangs
  ///   up, so that a loop under test ends.
  package init(
    size: Size, colorDepth: ColorDepth = .trueColor, showsUnicode: Bool = true,
    script: [InputBatch] = []
  ) {
    self.size = size
    self.colorDepth = colorDepth
    self.showsUnicode = showsUnicode
    self.script = script[...]
  }

  /// One batch for each key, a second apart.
  package convenience init(size: Size, keys: [Key]) {
    let start = ContinuousClock.now
    self.init(
      size: size,
      script: keys.enumerated().map { index, key in
        InputBatch([.key(key)], at: start + .seconds(index + 1))
      })
  }

  /// The last picture; blank before the first.
  package var picture: CellGrid { pictures.last ?? CellGrid(size) }

  package var waker: ScreenWaker {
    let flag = flag
    return ScreenWaker { flag.isUp.store(true, ordering: .releasing) }
  }

  /// Of the pictures as they would be written whole.
  package private(set) var bytesSent = 0

  package func present(_ grid: CellGrid) {
    pictures.append(grid)
    bytesSent += grid.ansi.utf8.count
  }

  package func send(_ signal: ScreenSignal) -> Bool {
    signals.append(signal)
    return true
  }

  package func nextEvents(timeout: Duration?) -> InputBatch {
    if flag.isUp.exchange(false, ordering: .acquiring) {
      return InputBatch([.wake], at: time)
    }
    guard let batch = script.popFirst() else { return InputBatch([.hangUp], at: time) }
    time = batch.time
    for case .resized(let newSize) in batch.events { size = newSize }
    return batch
  }
}

private final class WakeFlag: Sendable {
  let isUp = Atomic(false)
}
