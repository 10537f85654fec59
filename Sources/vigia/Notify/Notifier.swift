package import Domain
package import Integrations
import Synchronization

/// The configured receivers, as `NotificationDelivery` calls them. `shutdown()` must be called at the end.
package final class Notifier: Sendable {
  private struct Directory: Sendable {
    var targets: [NotificationTarget]
    var receivers: [NotificationTarget.ID: ReceiverConfiguration] = [:]
    var peers: [NotificationTarget.ID: UpstreamAddress] = [:]
    var externalURL: String?

    init(_ receivers: [ReceiverConfiguration], externalURL: String?) {
      targets = receivers.flatMap(\.targets)
      self.externalURL = externalURL
      for receiver in receivers {
        for target in receiver.targets { self.receivers[target.id] = receiver }
        guard case .alertmanager(let addresses) = receiver.way else { continue }
        for (target, address) in zip(receiver.targets, addresses) { peers[target.id] = address }
      }
    }
  }

  private let directory: Mutex<Directory>
  private let sender: NotificationSender
  private let silences: SilenceMirror
  private let auditHead: @Sendable () -> String?

  /// - Parameters:
  ///   - owner: this server's name among those that mirror silences to the same Alertmanager; stays over restarts.
  ///   - auditHead: the ledger's newest row, as messages carry it.
  package init(
    _ receivers: [ReceiverConfiguration], externalURL: String?, owner: String,
    limits: NotificationSender.Limits = NotificationSender.Limits(),
    auditHead: @escaping @Sendable () -> String?
  ) {
    directory = Mutex(Directory(receivers, externalURL: externalURL))
    self.auditHead = auditHead
    sender = NotificationSender(limits: limits)
    silences = SilenceMirror(owner: owner)
  }

  package var targets: [NotificationTarget] { directory.withLock { $0.targets } }

  /// Whoever is told from now on.
  package func use(_ receivers: [ReceiverConfiguration], externalURL: String?) {
    directory.withLock { $0 = Directory(receivers, externalURL: externalURL) }
  }

  package func shutdown() async { await sender.shutdown() }

  package func send(_ batch: NotificationBatch) async -> DeliveryResult {
    let directory = directory.withLock { $0 }
    guard let receiver = directory.receivers[batch.target.id] else {
      return .refused(reason: "no receiver of this name is configured")
    }
    let links = NotificationLinks(externalURL: directory.externalURL, auditHead: auditHead())
    switch receiver.way {
    case .alertmanager:
      guard let peer = directory.peers[batch.target.id] else {
        return .refused(reason: "no peer of this address is configured")
      }
      return await sender.send(
        batch, toAlertmanager: peer, links, authorization: receiver.authorization)
    case .webhook(let address):
      return await sender.send(
        batch, toWebhook: address, links, authorization: receiver.authorization)
    case .command(let words):
      return await CommandReceiver(words: words).send(WebhookMessage(batch, links))
    }
  }

  package func mirror(
    _ silences: [Silence], to target: NotificationTarget, at now: Timestamp
  ) async -> DeliveryResult {
    let directory = directory.withLock { $0 }
    guard let peer = directory.peers[target.id] else {
      return .refused(reason: "no peer of this address is configured")
    }
    return await sender.mirror(
      silences, to: peer, as: self.silences, at: now,
      authorization: directory.receivers[target.id]?.authorization)
  }
}
