/// What a key means, apart from which key it is.
package enum Intent: Sendable, Hashable {
  case show(PanelID)
  case up
  case down
  case pageUp
  case pageDown
  case first
  case last
  case previousModel
  case nextModel
  case open
  case back
  case help
  case quit
  case pause
  case goLive
  case earlier
  case later
  case previousMark
  case nextMark
  case zoomIn
  case zoomOut
  case nextVersion
  case slower
  case faster
  case replayStart
  case replayEnd
  case switchZone
  case nextTheme
  case export
  case copy
  case palette
  case filter
  case rollBack
  case promote
  case setWeight
  case shadow
  case freeze
  case release
  case undo
  case pin
  case limit
  case shed
  case eject
  case acknowledge
  case silence
  /// Reads what to do.
  case runbook
  /// Ticks a step of a runbook.
  case tick
  case note
  case exportIncident
}

extension Intent {
  /// Where a cursor in a list goes; nil for intents that move none. May be beyond the list's ends.
  ///
  /// - Parameters:
  ///   - at: its position now.
  ///   - count: of the list.
  func target(from at: Int, count: Int) -> Int? {
    switch self {
    case .up: at - 1
    case .down: at + 1
    case .pageUp: at - 10
    case .pageDown: at + 10
    case .first: 0
    case .last: count - 1
    default: nil
    }
  }
}
