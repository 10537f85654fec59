import Control
import Domain
import Integrations

/// The configured sources, made ready to be asked. `shutdown()` must be called at the end.
struct SourceSet: Sendable {
  let watches: [SourceWatch]
  /// What is wrong with their rules: the others are in force.
  let problems: [String]
  let tested: Set<String>
  private let clients: [PrometheusSource]

  init(_ configurations: [SourceConfiguration]) {
    var watches: [SourceWatch] = []
    var clients: [PrometheusSource] = []
    var problems: [String] = []
    var tested: Set<String> = []
    for configuration in configurations {
      let set = RuleSet(patterns: configuration.rules)
      let (groups, refused) = SourceRules.alertRules(of: set.groups, source: configuration.name)
      problems += set.problems + refused
      tested.formUnion(set.tested)
      let client = PrometheusSource(
        configuration.address, credentials: configuration.credentials,
        headers: configuration.headers, limits: configuration.limits)
      clients.append(client)
      let rules = SourceRules(
        name: configuration.name, address: "\(configuration.address)",
        interval: configuration.interval, labels: configuration.labels, groups: groups,
        panels: configuration.panels)
      watches.append(
        SourceWatch(rules) { question in
          do throws(SeriesSourceFailure) {
            return .success(try await client.answer(question))
          } catch {
            return .failure(error)
          }
        })
    }
    (self.watches, self.clients, self.problems, self.tested) = (watches, clients, problems, tested)
  }

  func shutdown() async {
    for client in clients { await client.shutdown() }
  }
}
