import Domain
import TextUI

extension ConsoleState {
  /// The past stands still: panels and cursor at the last thing that it has. It can be walked back from there.
  mutating func standAtTheEnd(of snapshot: SystemSnapshot) {
    pause = Pause(
      at: snapshot.time, snapshot: snapshot,
      // So that the last step is drawn, whole or not: it is the one before the end.
      end: snapshot.time.seconds + ConsoleState.lastSteps)
    let charts = chartSpan
    cursor = charts.filled - charts.step
  }

  /// What a chart leaves out of a living server's newest seconds, and the finest step less one.
  private static let lastSteps: Int64 = 2 + 4
}
