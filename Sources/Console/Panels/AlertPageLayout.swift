import Domain
import TextUI

/// Where the parts of an open alert stand: its own series, what is known of it, its page, and what changed.
struct AlertPageLayout {
  /// Nothing where there is no room.
  var chart = Rect(x: 0, y: 0, width: 0, height: 0)
  var facts = Rect(x: 0, y: 0, width: 0, height: 0)
  var changes = Rect(x: 0, y: 0, width: 0, height: 0)
  var runbook = Rect(x: 0, y: 0, width: 0, height: 0)

  /// From this width on the page stands beside the alert.
  static let wide = 110

  init(_ state: ConsoleState, in rect: Rect) {
    guard rect.width >= Self.wide else {
      // The half that has the focus gets the room.
      let least = max(5, rect.height / 3)
      let facts = state.alertList.isReading ? min(8, least) : max(least, rect.height - 8)
      let rows = rect.rows([.fixed(facts), .rest])
      (self.facts, runbook) = (rows[0], rows[1])
      return
    }
    let columns = rect.columns([.share(1, minimum: 50), .share(1, minimum: 50)])
    runbook = columns[1]
    let left = columns[0]
    let hasChanges = rect.height >= 40
    let rows = left.rows([
      .share(2, minimum: 9), .share(3, minimum: 9), .fixed(hasChanges ? 10 : 0),
    ])
    (chart, facts) = (rows[0], rows[1])
    if hasChanges { changes = rows[2] }
  }
}
