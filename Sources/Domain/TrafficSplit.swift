/// How a model's traffic is shared out, as the router reads it.
package struct TrafficSplit: Sendable, Equatable {
  package var champion: String
  package var challenger: Deployment.Challenger?
  package var shadow: String?
  /// The version that answered before the champion did, and takes its place when that is given up.
  package var predecessor: String?
  package var revision: Int64

  package init(_ deployment: Deployment) {
    champion = deployment.answering
    challenger = deployment.pin == nil ? deployment.challenger : nil
    predecessor = deployment.pin == nil ? deployment.rollbackTarget : deployment.champion
    shadow = deployment.shadow == champion ? nil : deployment.shadow
    revision = deployment.revision
  }

  /// Which version answers a request.
  ///
  /// - Parameter position: of the routing key in [0, 1), from a stable hash: below the challenger's weight it is the
  ///   challenger's. A key that is the challenger's at one weight is so at every larger one.
  package func route(at position: Double) -> (version: String, variant: Variant) {
    if let challenger, position < challenger.weight { return (challenger.version, .challenger) }
    return (champion, .champion)
  }
}
