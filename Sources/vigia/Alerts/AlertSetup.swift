import Control
import Domain
import Logging
import Storage

/// Rules, what they know, and whoever is told, made ready for a server.
struct AlertSetup {
  let services: AlertServices?
  let notices: [Notice]

  /// - Parameter patterns: of rule files, absolute; none: no alerts.
  init(patterns: [String], store: StateStore, logger: Logger) async {
    guard !patterns.isEmpty else {
      (services, notices) = (nil, [])
      return
    }
    let rules = RuleSet(patterns: patterns)
    let memory = StateRuleMemory(store, logger: logger)
    let loop = AlertLoop(store: memory, inbox: memory.inbox())
    await loop.use(rules.groups, tested: rules.tested)
    services = AlertServices(loop: loop, problems: rules.problems)
    notices = rules.problems.prefix(5).map { Notice(.warning, "rules: \($0)") }
  }
}
