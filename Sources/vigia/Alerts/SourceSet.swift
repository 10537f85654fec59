import Control
import Domain
import Integrations

/// The configured sources, made ready to be asked. `shutdown()` must be called at the end.
struct SourceSet: Sendable {
  private struct Entry: Sendable {
    var configuration: SourceConfiguration
    var rules: RuleSet
    var problems: [String]
    var client: PrometheusSource
    var watch: SourceWatch
  }

  private var entries: [Entry]

  init(_ configurations: [SourceConfiguration]) {
    entries = configurations.map { configuration in
      Self.entry(
        configuration, RuleSet(patterns: configuration.rules), client: Self.client(configuration))
    }
  }

  var watches: [SourceWatch] { entries.map(\.watch) }
  /// What is wrong with their rules: the others are in force.
  var problems: [String] { entries.flatMap(\.problems) }
  var tested: Set<String> { entries.reduce(into: []) { $0.formUnion($1.rules.tested) } }

  func shutdown() async {
    for entry in entries { await entry.client.shutdown() }
  }

  // MARK: Reading again

  /// The sources as the configuration and their rule files have them now. One of which nothing has changed goes on as it is.
  ///
  /// - Returns: the sources, what has changed in words, and the clients that are asked no more: to be shut down.
  func reread(
    _ configurations: [SourceConfiguration]
  ) -> (next: SourceSet, changes: [String], left: [PrometheusSource]) {
    var next = SourceSet([])
    var changes: [String] = []
    for configuration in configurations {
      guard let known = entries.first(where: { $0.configuration.name == configuration.name })
      else {
        let rules = RuleSet(patterns: configuration.rules)
        next.entries.append(
          Self.entry(configuration, rules, client: Self.client(configuration)))
        changes.append("source \(configuration.name) added")
        continue
      }
      let rules = known.rules.reread(configuration.rules)
      let ruleChanges = known.rules.changes(to: rules)
      changes += ruleChanges
      if known.configuration != configuration {
        changes.append("source \(configuration.name) changed")
        next.entries.append(
          Self.entry(configuration, rules, client: Self.client(configuration)))
      } else if ruleChanges.isEmpty {
        var same = known
        same.rules = rules
        same.problems = Self.rules(configuration, rules).problems
        next.entries.append(same)
      } else {
        next.entries.append(Self.entry(configuration, rules, client: known.client))
      }
    }
    let names = Set(configurations.map(\.name))
    changes += entries.map(\.configuration.name).filter { !names.contains($0) }
      .map { "source \($0) removed" }
    let left = entries.map(\.client).filter { client in
      !next.entries.contains { $0.client === client }
    }
    return (next, changes, left)
  }

  // MARK: Making one

  private static func client(_ configuration: SourceConfiguration) -> PrometheusSource {
    PrometheusSource(
      configuration.address, credentials: configuration.credentials,
      headers: configuration.headers, limits: configuration.limits)
  }

  private static func rules(
    _ configuration: SourceConfiguration, _ set: RuleSet
  ) -> (rules: SourceRules, problems: [String]) {
    let (groups, refused) = SourceRules.alertRules(of: set.groups, source: configuration.name)
    let rules = SourceRules(
      name: configuration.name, address: "\(configuration.address)",
      interval: configuration.interval, labels: configuration.labels, groups: groups,
      panels: configuration.panels)
    return (rules, set.problems + refused)
  }

  private static func entry(
    _ configuration: SourceConfiguration, _ set: RuleSet, client: PrometheusSource
  ) -> Entry {
    let (rules, problems) = rules(configuration, set)
    let watch = SourceWatch(rules) { question in
      do throws(SeriesSourceFailure) {
        return .success(try await client.answer(question))
      } catch {
        return .failure(error)
      }
    }
    return Entry(
      configuration: configuration, rules: set, problems: problems, client: client, watch: watch)
  }
}
