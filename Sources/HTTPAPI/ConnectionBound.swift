import Domain
import HummingbirdCore
import Logging

/// Lets no more connections in than may be open, and says so.
struct ConnectionBound: AvailableConnectionsDelegate {
  let limit: Int
  let services: APIServices

  init(_ limit: Int, _ services: APIServices) {
    self.limit = limit
    self.services = services
    services.tally.setLimit(limit)
  }

  func connectionOpened() { services.tally.opened() }
  func connectionClosed() { services.tally.closed() }

  func isAcceptingNewConnections() -> Bool {
    let open = services.tally.figures.connections
    guard open >= limit else { return true }
    if services.tally.takesLine(at: services.now().seconds) {
      services.logger.warning(
        "as many connections are open as may be; others wait until one is closed",
        metadata: ["connections": "\(open)", "limit": "\(limit)"])
    }
    return false
  }
}
