/// A page that says what to do about an alert, as its file has it: text of others, to be sanitized where it is shown.
package struct Runbook: Codable, Sendable, Equatable, Identifiable {
  /// The file's name without `.md`: by convention the alert's.
  package var id: String
  /// The path that diagnostics name.
  package var file: String
  /// The first heading, else the id.
  package var title: String
  package var frontMatter: RunbookFrontMatter
  package var blocks: [RunbookBlock]
  /// What is wrong in the file; the page is shown all the same.
  package var diagnostics: [RunbookDiagnostic]

  package init(
    id: String, file: String, title: String, frontMatter: RunbookFrontMatter = .init(),
    blocks: [RunbookBlock] = [], diagnostics: [RunbookDiagnostic] = []
  ) {
    self.id = id
    self.file = file
    self.title = title
    self.frontMatter = frontMatter
    self.blocks = blocks
    self.diagnostics = diagnostics
  }

  /// The alert it is for: the front matter's, else the file's name.
  package var alert: String { frontMatter.alert?.text ?? id }

  /// Its steps in reading order.
  package var steps: [RunbookStep] { RunbookBlock.steps(in: blocks) }
}

/// What stands above a page's text, between two lines of `---`.
package struct RunbookFrontMatter: Codable, Sendable, Equatable {
  package var alert: RunbookWord?
  package var severity: Alert.Severity?
  package var owner: String?
  /// When somebody last went through it.
  package var lastTested: RunbookDate?
  /// The line of `last_tested`; nil when there is none.
  package var lastTestedLine: Int?
  /// Patterns of the models it is for; empty: all.
  package var appliesTo: [String]
  /// To open beside the page.
  package var panels: [RunbookWord]
  /// Questions whose answers are shown in the page.
  package var checks: [RunbookCheck]
  /// Ids of the levers that help.
  package var actions: [RunbookWord]
  /// One line, shown in the list of alerts.
  package var firstAction: String?

  package init(
    alert: RunbookWord? = nil, severity: Alert.Severity? = nil, owner: String? = nil,
    lastTested: RunbookDate? = nil, lastTestedLine: Int? = nil, appliesTo: [String] = [],
    panels: [RunbookWord] = [], checks: [RunbookCheck] = [], actions: [RunbookWord] = [],
    firstAction: String? = nil
  ) {
    self.alert = alert
    self.severity = severity
    self.owner = owner
    self.lastTested = lastTested
    self.lastTestedLine = lastTestedLine
    self.appliesTo = appliesTo
    self.panels = panels
    self.checks = checks
    self.actions = actions
    self.firstAction = firstAction
  }
}

/// A word of the front matter with its line, so that whoever knows what it must mean can say where it is wrong.
package struct RunbookWord: Codable, Sendable, Equatable {
  package var text: String
  package var line: Int

  package init(_ text: String, line: Int) {
    self.text = text
    self.line = line
  }
}

/// A question to the series, in PromQL, under the name that the page shows it by.
package struct RunbookCheck: Codable, Sendable, Equatable {
  package var name: String
  package var query: String
  package var line: Int

  package init(name: String, query: String, line: Int) {
    self.name = name
    self.query = query
    self.line = line
  }
}

/// Something wrong with a page, or with a rule that should have one.
package struct RunbookDiagnostic: Codable, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  /// From 1; nil for the file as a whole.
  package var line: Int?
  package var gravity: Gravity
  package var reason: String

  package enum Gravity: String, Codable, Sendable, CaseIterable { case warning, error }

  package init(file: String, line: Int? = nil, _ gravity: Gravity, _ reason: String) {
    self.file = file
    self.line = line
    self.gravity = gravity
    self.reason = reason
  }

  /// `file:line: reason`, or `file:line: warning: reason`.
  package var description: String {
    file + (line.map { ":\($0)" } ?? "") + ": " + (gravity == .warning ? "warning: " : "") + reason
  }
}
