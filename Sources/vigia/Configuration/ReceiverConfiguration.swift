package import Domain
package import Integrations

/// Somebody who is told of alerts: an entry of `notify`.
package struct ReceiverConfiguration: Sendable, Equatable {
  package var name: String
  package var way: Way
  /// A bearer token goes along.
  package var authorization: AuthorizationFile?
  /// Alerts below this are not told.
  package var least = Alert.Severity.info

  package enum Way: Sendable, Equatable {
    /// All peers of a cluster: each is told.
    case alertmanager([UpstreamAddress])
    case webhook(WebhookAddress)
    /// A program's path and its arguments.
    case command([String])
  }

  package init(name: String, way: Way) {
    self.name = name
    self.way = way
  }

  package var targets: [NotificationTarget] {
    switch way {
    case .alertmanager(let peers):
      peers.map {
        NotificationTarget(
          receiver: name, kind: .alertmanager, address: "\($0)", least: least)
      }
    case .webhook(let address):
      [NotificationTarget(receiver: name, kind: .webhook, address: "\(address)", least: least)]
    case .command(let words):
      [NotificationTarget(receiver: name, kind: .command, address: words[0], least: least)]
    }
  }
}
