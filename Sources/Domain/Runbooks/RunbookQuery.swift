/// A question to the pages of a server.
package struct RunbookQuery: Codable, Sendable, Hashable {
  /// Characters of what is searched for.
  package static let searchMax = 1_000

  /// The page of this id.
  package var id: String?
  /// The page for this alert, on `model` where there are pages for some models only.
  package var alert: String?
  package var model: String?
  /// Pages that have these words, the best first.
  package var search: String?
  /// Hits of a search.
  package var limit: Int

  package init(
    id: String? = nil, alert: String? = nil, model: String? = nil, search: String? = nil,
    limit: Int = 20
  ) {
    self.id = id
    self.alert = alert
    self.model = model
    self.search = search
    self.limit = limit
  }

  /// All pages, a line each.
  package static let list = RunbookQuery()

  package static func page(_ id: String) -> RunbookQuery { RunbookQuery(id: id) }

  package static func page(forAlert name: String, model: String?) -> RunbookQuery {
    RunbookQuery(alert: name, model: model)
  }
}

/// What the server has: a list where neither a page nor words were asked for.
package struct RunbookAnswer: Codable, Sendable, Equatable {
  package var entries: [RunbookEntry]
  /// The one that was asked for; nil where there is none.
  package var page: Runbook?
  package var hits: [RunbookHit]
  /// Of files that are no page: `file:line: reason`.
  package var problems: [String]

  package init(
    entries: [RunbookEntry] = [], page: Runbook? = nil, hits: [RunbookHit] = [],
    problems: [String] = []
  ) {
    self.entries = entries
    self.page = page
    self.hits = hits
    self.problems = problems
  }
}

/// A page as a list shows it.
package struct RunbookEntry: Codable, Sendable, Equatable, Identifiable {
  package var id: String
  package var alert: String
  package var title: String
  package var severity: Alert.Severity?
  package var owner: String?
  package var lastTested: RunbookDate?
  package var firstAction: String?
  /// Of the models it is for; empty: all.
  package var appliesTo: [String]
  /// How much is wrong in the page.
  package var problems: Int

  package init(
    id: String, alert: String, title: String, severity: Alert.Severity? = nil,
    owner: String? = nil, lastTested: RunbookDate? = nil, firstAction: String? = nil,
    appliesTo: [String] = [], problems: Int = 0
  ) {
    self.id = id
    self.alert = alert
    self.title = title
    self.severity = severity
    self.owner = owner
    self.lastTested = lastTested
    self.firstAction = firstAction
    self.appliesTo = appliesTo
    self.problems = problems
  }

  package init(_ page: Runbook) {
    let matter = page.frontMatter
    self.init(
      id: page.id, alert: page.alert, title: page.title, severity: matter.severity,
      owner: matter.owner, lastTested: matter.lastTested, firstAction: matter.firstAction,
      appliesTo: matter.appliesTo, problems: page.diagnostics.count)
  }
}
