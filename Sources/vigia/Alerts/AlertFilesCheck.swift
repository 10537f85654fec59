import Alerting
import Console
import Control
import Domain
import PromQL
import Runbooks

/// What `vigia check` says of rules and runbooks: whether they can be read, and whether they fit each other.
struct AlertFilesCheck {
  /// Lines to print; those that count as a problem first.
  private(set) var problems: [String] = []
  private(set) var warnings: [String] = []

  /// - Parameters:
  ///   - rules: patterns of rule files, absolute.
  ///   - runbooks: the folder; nil: pages are not looked for.
  ///   - sources: whose alerts may have a page elsewhere: that they have none here is a warning.
  init(
    rules: [String], runbooks: String?, sources: [SourceConfiguration] = [], now: Timestamp
  ) {
    let set = RuleSet(patterns: rules)
    problems = set.problems
    warnings = Self.unknownNames(in: set.groups)
    var elsewhere: [RunbookReview.Subject] = []
    for source in sources {
      let set = RuleSet(patterns: source.rules)
      problems += set.problems
      problems += SourceRules.alertRules(of: set.groups, source: source.name).problems
      elsewhere += Self.alerts(of: set.groups)
    }
    guard let runbooks else { return }
    var library = RunbookLibrary(folder: runbooks)
    _ = library.reload()
    let pages = Set(library.pages.map(\.alert))
    let alerts = Self.alerts(of: set.groups) + elsewhere.filter { pages.contains($0.alert) }
    let review = RunbookReview(
      alerts: rules.isEmpty
        ? library.pages.map { .init(alert: $0.alert, file: $0.file, line: 1) } : alerts,
      pages: library.pages, actions: Self.actions,
      panels: Set(PanelID.allCases.map(\.name)).union(["runbooks"]), today: RunbookDate(now))
    let found =
      library.unreadable
      + review.diagnostics { query in
        do {
          _ = try Query(query)
          return nil
        } catch {
          return "\(error)"
        }
      }
    problems += found.filter { $0.gravity == .error }.map(\.description)
    warnings += found.filter { $0.gravity == .warning }.map(\.description)
    warnings += elsewhere.filter { !pages.contains($0.alert) }.map {
      "\($0.file): alert \($0.alert) has no runbook here"
    }
  }

  /// A rule over a name that nothing here has never fires, and looks as if all were well; one that asks for its absence always
  /// does.
  private static func unknownNames(in groups: [RuleGroup]) -> [String] {
    var known = Set(SeriesCatalogue.names)
    known.formUnion(["ALERTS", "ALERTS_FOR_STATE"])
    for rule in groups.flatMap(\.rules) {
      if case .record(let rule) = rule { known.insert(rule.name) }
    }
    return groups.flatMap { group in
      group.rules.flatMap { rule -> [String] in
        guard !rule.query.text.contains("absent") else { return [] }
        return Set(rule.query.selectors.map(\.metricName)).filter {
          !$0.isEmpty && !known.contains($0)
        }
        .sorted().map {
          "\(group.file): \(rule.name) looks at \($0), which is no series of this server and of no rule "
            + "here: it never fires"
        }
      }
    }
  }

  private static func alerts(of groups: [RuleGroup]) -> [RunbookReview.Subject] {
    groups.flatMap { group in
      group.rules.compactMap { rule -> RunbookReview.Subject? in
        guard case .alert(let alert) = rule else { return nil }
        return RunbookReview.Subject(alert: alert.name, file: group.file, line: 1)
      }
    }
  }

  /// Names of the levers that a page may offer.
  private static let actions: Set<String> = [
    "rollback", "promote", "set-weight", "set-shadow", "freeze", "unfreeze", "release", "load",
    "unload", "pin", "unpin", "limit", "shed", "eject",
  ]
}
