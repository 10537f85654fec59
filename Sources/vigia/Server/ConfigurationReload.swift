import Alerting
import Control
import Domain
import Foundation
import Integrations
import Logging
import Storage

/// Reads the configuration and the rule files again while the server runs.
///
/// Rules, receivers, sources, `inhibit_rules` and `external_url` are taken over at once, each file or not at all. Nothing here moves traffic:
/// what the configuration says of models seeds those without a history, and the audited state wins over it.
actor ConfigurationReload {
  typealias Reading = @Sendable () -> ConfigurationLoader.Result

  private let reading: Reading?
  private let standardRules: [String]
  private let control: ControlPlane
  private let delivery: NotificationService?
  private let logger: Logger
  private let atStart: VigiaConfiguration
  /// As it was read last without an error.
  private var current: VigiaConfiguration
  /// What was read since the start and waits for the next.
  private var laterChanges: [String] = []
  private var rules: RuleSet
  private var sources: SourceSet
  private var stamps: [String: FileStamp] = [:]
  private var last: Task<ReloadReport, Never>?
  /// Files that have changed, as they were at the last look.
  private var pending: [String: FileStamp]?

  /// - Parameters:
  ///   - reading: reads the configuration anew, with the flags and variables of the start; nil where there is no file.
  ///   - standardRules: patterns of rule files where the configuration names none.
  init(
    _ configuration: VigiaConfiguration, reading: Reading?, standardRules: [String],
    alerting: AlertSetup, control: ControlPlane, logger: Logger
  ) {
    current = configuration
    atStart = configuration
    self.reading = reading
    self.standardRules = standardRules
    self.control = control
    self.logger = logger
    (delivery, rules, sources) = (alerting.delivery, alerting.rules, alerting.sources)
  }

  /// For the end of the server.
  func shutdown() async { await sources.shutdown() }

  /// Takes over what can be, and tells ledger, incidents and consoles.
  ///
  /// One after the other: an older reading must not come into force after a newer one.
  func reload(by principal: Principal, through origin: Command.Origin) async -> ReloadReport {
    let before = last
    let reading = Task {
      _ = await before?.value
      return await readAgain(by: principal, through: origin)
    }
    last = reading
    return await reading.value
  }

  private func readAgain(
    by principal: Principal, through origin: Command.Origin
  ) async -> ReloadReport {
    stamps = FileStamp.all(of: watched)
    var report = ReloadReport()
    let next = configuration(&report)
    let patterns = next.rules.isEmpty ? standardRules : next.rules
    let read = rules.reread(patterns)
    report.changes += rules.changes(to: read)
    let asked = sources.reread(next.sources)
    report.changes += asked.changes
    report.problems += read.problems + asked.next.problems
    if next.receivers != current.receivers {
      report.changes.append("notify: " + Self.words(current.receivers, next.receivers))
    }
    if next.inhibitions != current.inhibitions {
      report.changes.append("inhibit_rules: \(next.inhibitions.count)")
    }
    if next.externalURL != current.externalURL {
      report.changes.append("external_url is \(next.externalURL ?? "not set")")
    }
    if Self.host(next.externalURL) != Self.host(atStart.externalURL) {
      report.needsRestart.append("the host of external_url, under which this server answers,")
    }
    if delivery == nil {
      // Nothing looks at rules and sources in a server that began without any.
      laterChanges += report.changes.filter { !laterChanges.contains($0) }
      report.needsRestart += laterChanges
      report.changes = []
    }
    (current, rules, sources) = (next, read, asked.next)
    // Of the files that are named from now on; of those that were before, as they were before they were read.
    stamps = FileStamp.all(of: watched).merging(stamps) { _, known in known }
      .filter { watched.contains($0.key) }
    // Before what comes of it: whoever reads the ledger finds the cause above its effects.
    await control.take(report, by: principal, through: origin)
    await delivery?.use(next.receivers, externalURL: next.externalURL)
    await control.use(
      AlertRevision(
        groups: read.groups, tested: read.tested.union(asked.next.tested),
        sources: asked.next.watches, externalURL: next.externalURL ?? "",
        problems: report.problems,
        isWhole: read.problems.isEmpty && asked.next.problems.isEmpty,
        inhibitions: InhibitRule.standard + next.inhibitions))
    for client in asked.left { await client.shutdown() }
    for problem in report.problems {
      logger.warning("not taken", metadata: ["problem": "\(problem)"])
    }
    logger.info("read again", metadata: ["changes": "\(report.changes.count)"])
    return report
  }

  private func configuration(_ report: inout ReloadReport) -> VigiaConfiguration {
    guard let reading else { return current }
    let (found, diagnostics) = reading()
    guard let found else {
      report.problems += diagnostics.filter(\.isError).map {
        "\($0); the configuration of before stays in force"
      }
      return current
    }
    report.needsRestart = current.fixedKeys(changedIn: found)
    // What waits for a restart is told again at the next reading: it still waits.
    var next = current
    (next.rules, next.receivers, next.sources, next.externalURL, next.inhibitions) = (
      found.rules, found.receivers, found.sources, found.externalURL, found.inhibitions
    )
    return next
  }

  private static func host(_ url: String?) -> String? { url.flatMap { URL(string: $0)?.host() } }

  private static func words(
    _ before: [ReceiverConfiguration], _ after: [ReceiverConfiguration]
  ) -> String {
    let names = (Set(before.map(\.name)).union(after.map(\.name))).sorted()
    return names.compactMap { name in
      let (old, new) = (before.first { $0.name == name }, after.first { $0.name == name })
      if old == new { return nil }
      return "\(name) " + (old == nil ? "added" : new == nil ? "removed" : "changed")
    }.joined(separator: ", ")
  }

  // MARK: Looking at files

  private var watched: [String] {
    let patterns =
      (current.rules.isEmpty ? standardRules : current.rules) + current.sources.flatMap(\.rules)
    return (current.file.map { [$0] } ?? []) + RuleSet.files(matching: patterns)
  }

  /// The files as they are from now on; what changes after it is a change.
  func begin() { stamps = FileStamp.all(of: watched) }

  /// Reads again where a file is another than it was, and has been left alone for one look: an editor writes in steps.
  func look() async {
    let now = FileStamp.all(of: watched)
    guard now != stamps else {
      pending = nil
      return
    }
    guard pending == now else {
      pending = now
      return
    }
    pending = nil
    _ = await reload(by: .vigia, through: .job)
  }
}
