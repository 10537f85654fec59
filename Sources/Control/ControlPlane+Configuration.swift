package import Alerting
package import Domain

/// What the alerting loops work on, as it was read again while the server ran.
package struct AlertRevision: Sendable {
  package var groups: [RuleGroup]
  package var tested: Set<String>
  /// A source that stays is the same object.
  package var sources: [SourceWatch]
  package var externalURL: String
  /// What is wrong with the configuration and the rule files, those that could be read in part too.
  package var problems: [String]
  /// Whether every rule could be read, or is as it was before.
  package var isWhole: Bool
  /// What hides what.
  package var inhibitions: [InhibitRule]

  package init(
    groups: [RuleGroup], tested: Set<String>, sources: [SourceWatch] = [],
    externalURL: String = "", problems: [String] = [], isWhole: Bool = true,
    inhibitions: [InhibitRule] = InhibitRule.standard
  ) {
    self.isWhole = isWhole
    self.inhibitions = inhibitions
    self.groups = groups
    self.tested = tested
    self.sources = sources
    self.externalURL = externalURL
    self.problems = problems
  }
}

extension ControlPlane {
  /// Takes over rules and sources, while all goes on. Alerts of rules that are there no more are over.
  package func use(_ revision: AlertRevision) async {
    guard let loop = alerting?.loop else { return }
    let now = settings.clock()
    use(sources: revision.sources, now: now)
    alerting?.problems = revision.problems
    let change = await loop.replace(
      revision.groups, tested: revision.tested, sources: revision.sources.map(\.rules),
      externalURL: revision.externalURL, isWhole: revision.isWhole,
      inhibitions: revision.inhibitions, now: now)
    // Before anything else is waited for: what a look in between finds is newer.
    if let change { await take(change) }
    await lookAtIncidents()
    // A rule may look further back than any did before.
    await seedAlerting(now)
  }

  /// Tells the ledger, the open incidents and every console what came of reading the configuration again.
  package func take(
    _ report: ReloadReport, by principal: Principal, through origin: Command.Origin
  ) async {
    configurationNotices =
      Self.notices(ofProblems: report.problems)
      + (report.needsRestart.isEmpty
        ? []
        : [
          Notice(
            .info,
            "changed in the configuration, in force after a restart: "
              + report.needsRestart.joined(separator: ", "))
        ])
    publish()
    let rows = [
      ("reload", report.changes),
      ("reload-refused", report.problems),
      ("reload", report.needsRestart.map { "\($0) takes a restart" }),
    ]
    for (action, lines) in rows where !lines.isEmpty {
      let words = Self.words(lines)
      await recordEvent(action, by: principal, through: origin, model: nil, summary: words)
      await tellIncidents(ofConfiguration: words, by: principal.name)
    }
    publish()
  }

  static func notices(ofProblems problems: [String]) -> [Notice] {
    var notices = problems.prefix(5).map { Notice(.warning, $0) }
    if problems.count > notices.count {
      notices.append(
        Notice(.warning, "and \(problems.count - notices.count) more of these: vigia check"))
    }
    return notices
  }

  /// A row of the ledger is for people: five lines, and how many more there are.
  private static func words(_ lines: [String]) -> String {
    let rest = lines.count > 5 ? "; and \(lines.count - 5) more" : ""
    return lines.prefix(5).joined(separator: "; ") + rest
  }
}
