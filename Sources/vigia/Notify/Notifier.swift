package import Domain
package import Integrations

/// The configured receivers, as `NotificationDelivery` calls them. `shutdown()` must be called at the end.
package final class Notifier: Sendable {
  package let targets: [NotificationTarget]
  private let receivers: [NotificationTarget.ID: ReceiverConfiguration]
  private let peers: [NotificationTarget.ID: UpstreamAddress]
  private let sender: NotificationSender
  private let silences: SilenceMirror
  private let externalURL: String?
  private let auditHead: @Sendable () -> String?

  /// - Parameters:
  ///   - owner: this server's name among those that mirror silences to the same Alertmanager; stays over restarts.
  ///   - auditHead: the ledger's newest row, as messages carry it.
  package init(
    _ receivers: [ReceiverConfiguration], externalURL: String?, owner: String,
    limits: NotificationSender.Limits = NotificationSender.Limits(),
    auditHead: @escaping @Sendable () -> String?
  ) {
    targets = receivers.flatMap(\.targets)
    var byTarget: [NotificationTarget.ID: ReceiverConfiguration] = [:]
    var peers: [NotificationTarget.ID: UpstreamAddress] = [:]
    for receiver in receivers {
      for target in receiver.targets { byTarget[target.id] = receiver }
      guard case .alertmanager(let addresses) = receiver.way else { continue }
      for (target, address) in zip(receiver.targets, addresses) { peers[target.id] = address }
    }
    self.receivers = byTarget
    self.peers = peers
    self.externalURL = externalURL
    self.auditHead = auditHead
    sender = NotificationSender(limits: limits)
    silences = SilenceMirror(owner: owner)
  }

  package func shutdown() async { await sender.shutdown() }

  package func send(_ batch: NotificationBatch) async -> DeliveryResult {
    guard let receiver = receivers[batch.target.id] else {
      return .refused(reason: "no receiver of this name is configured")
    }
    let links = NotificationLinks(externalURL: externalURL, auditHead: auditHead())
    switch receiver.way {
    case .alertmanager:
      guard let peer = peers[batch.target.id] else {
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
    guard let peer = peers[target.id] else {
      return .refused(reason: "no peer of this address is configured")
    }
    return await sender.mirror(
      silences, to: peer, as: self.silences, at: now,
      authorization: receivers[target.id]?.authorization)
  }
}
