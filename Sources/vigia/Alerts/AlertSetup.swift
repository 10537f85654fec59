import Alerting
import Control
import Domain
import Foundation
import Logging
import PromQL
import ServiceLifecycle
import Statistics
import Storage

/// Rules, what they know, and whoever is told, made ready for a server.
struct AlertSetup {
  let services: AlertServices?
  let problems: [String]
  /// Brings what waits to whoever is told, until the server ends; nil where there are no alerts.
  let delivery: NotificationService?
  let rules: RuleSet
  let sources: SourceSet

  /// While it yields something, a series that is gone is gone for a reason, as a comparison's are that has ended: what was
  /// measured is measured for five minutes now. Before, right after a start, alerts are held.
  private static let heartbeat = try? Query(
    "\(SeriesCatalogue.telemetryDropped.name) offset 5m")

  /// - Parameter patterns: of rule files, absolute; none, and no source either: no alerts.
  init(
    patterns: [String], _ configuration: VigiaConfiguration, store: StateStore, logger: Logger
  ) async {
    sources = SourceSet(configuration.sources)
    rules = RuleSet(patterns: patterns)
    guard !patterns.isEmpty || !sources.watches.isEmpty else {
      (services, problems, delivery) = (nil, [], nil)
      return
    }
    // Also where nobody is told yet: a receiver may be named later.
    let delivery = NotificationService(configuration, store: store)
    self.delivery = delivery
    let notifier = AlertNotifier(delivery: delivery.delivery, store: store, logger: logger)
    let memory = StateRuleMemory(store, logger: logger)
    var settings = AlertLoop.Settings()
    settings.context.externalURL = configuration.externalURL ?? ""
    settings.context.heartbeat = Self.heartbeat
    let loop = AlertLoop(
      settings: settings, store: memory,
      inbox: memory.inbox(InhibitRule.standard + configuration.inhibitions), notifier: notifier)
    await loop.use(
      rules.groups, tested: rules.tested.union(sources.tested),
      sources: sources.watches.map(\.rules),
      isWhole: rules.problems.isEmpty && sources.problems.isEmpty)
    problems = rules.problems + sources.problems
    services = AlertServices(
      loop: loop, problems: problems, notifier: notifier, sources: sources.watches)
  }
}

/// The queue's way out: senders, and the loop that empties it into them.
struct NotificationService: Service {
  let delivery: NotificationDelivery
  private let notifier: Notifier

  init(_ configuration: VigiaConfiguration, store: StateStore) {
    let notifier = Notifier(
      configuration.receivers, externalURL: configuration.externalURL,
      owner: Self.owner(dataFolder: configuration.dataDirectory),
      auditHead: { store.head.hash })
    self.notifier = notifier
    delivery = NotificationDelivery(
      store: store, targets: notifier.targets, jitter: { Double.random(in: 0..<1) },
      now: { .now }, send: { await notifier.send($0) },
      mirror: { target, silences in await notifier.mirror(silences, to: target, at: .now) })
  }

  /// Of several servers on one host each mirrors its own silences: the data folder, which only one may hold, tells them apart.
  private static func owner(dataFolder: String) -> String {
    let checksum = CRC32.checksum(of: Array(dataFolder.utf8).span)
    return "\(ProcessInfo.processInfo.hostName)-\(String(checksum, radix: 16))"
  }

  /// Whoever is told from now on.
  func use(_ receivers: [ReceiverConfiguration], externalURL: String?) async {
    notifier.use(receivers, externalURL: externalURL)
    await delivery.use(targets: notifier.targets)
  }

  func run() async throws {
    await withTaskGroup { group in
      group.addTask { await delivery.run() }
      try? await gracefulShutdown()
      group.cancelAll()
    }
    await notifier.shutdown()
  }
}
