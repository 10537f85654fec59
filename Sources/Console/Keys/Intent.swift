/// What a key means, apart from which key it is.
package enum Intent: Sendable, Hashable {
  case show(PanelID)
  /// A panel that this build does not have.
  case missing(String)
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
  case switchZone
  case rollBack
  case promote
  case setWeight
  case shadow
  case freeze
  case release
}
