package import Domain

/// Whether rules and pages fit each other: what `vigia check` says of them.
package struct RunbookReview {
  /// An alert that a rule raises, and where.
  package struct Subject: Sendable, Hashable {
    package var alert: String
    package var file: String
    package var line: Int

    package init(alert: String, file: String, line: Int) {
      self.alert = alert
      self.file = file
      self.line = line
    }
  }

  /// A page that nobody went through for so many days is doubtful.
  package static let testedDays = 90

  /// Those that rules have; the first of a name counts.
  package var alerts: [Subject]
  package var pages: [Runbook]
  /// Of the commands that a page may offer, and of the panels that it may open.
  package var actions: Set<String>
  package var panels: Set<String>
  package var today: RunbookDate

  package init(
    alerts: [Subject], pages: [Runbook], actions: Set<String>, panels: Set<String>,
    today: RunbookDate
  ) {
    self.alerts = alerts
    self.pages = pages
    self.actions = actions
    self.panels = panels
    self.today = today
  }

  /// Alerts first, then page after page; what parsing a page found stands before what it means.
  ///
  /// - Parameter parse: why a query does not parse; nil when it does.
  package func diagnostics(parse: (_ query: String) -> String?) -> [RunbookDiagnostic] {
    var seen: [String: Runbook] = [:]
    return missingPages()
      + pages.flatMap { page in
        let earlier = seen[page.alert]
        seen[page.alert] = page
        return page.diagnostics + fit(page, earlier: earlier) + words(page)
          + queries(page, parse: parse) + age(page)
      }
  }

  private func missingPages() -> [RunbookDiagnostic] {
    let known = Set(pages.map(\.alert))
    var seen: Set<String> = []
    return alerts.filter { seen.insert($0.alert).inserted && !known.contains($0.alert) }.map {
      RunbookDiagnostic(
        file: $0.file, line: $0.line, .error,
        "alert \($0.alert) has no runbook: expected a page \($0.alert).md")
    }
  }

  private func fit(_ page: Runbook, earlier: Runbook?) -> [RunbookDiagnostic] {
    let line = page.frontMatter.alert?.line ?? 1
    var result: [RunbookDiagnostic] = []
    if !alerts.contains(where: { $0.alert == page.alert }) {
      result.append(
        RunbookDiagnostic(
          file: page.file, line: line, .error,
          "no rule raises the alert \(page.alert) that this page is for"))
    }
    if let earlier, earlier.frontMatter.appliesTo == page.frontMatter.appliesTo {
      result.append(
        RunbookDiagnostic(
          file: page.file, line: line, .error,
          "\(earlier.file) is for the alert \(page.alert), too; keep one, or say which models in applies_to"
        ))
    }
    return result
  }

  private func words(_ page: Runbook) -> [RunbookDiagnostic] {
    func unknown(_ words: [RunbookWord], _ key: String, _ known: Set<String>)
      -> [RunbookDiagnostic]
    {
      words.filter { !known.contains($0.text) }.map {
        RunbookDiagnostic(
          file: page.file, line: $0.line, .error,
          "\(key): no \"\($0.text)\"; there are \(known.sorted().joined(separator: ", "))")
      }
    }
    return unknown(page.frontMatter.panels, "panels", panels)
      + unknown(page.frontMatter.actions, "actions", actions)
  }

  private func queries(_ page: Runbook, parse: (String) -> String?) -> [RunbookDiagnostic] {
    page.frontMatter.checks.compactMap { check in
      parse(check.query).map {
        RunbookDiagnostic(
          file: page.file, line: check.line, .error, "check \"\(check.name)\": \($0)")
      }
    }
  }

  private func age(_ page: Runbook) -> [RunbookDiagnostic] {
    guard let tested = page.frontMatter.lastTested else {
      // A date that cannot be read has its own diagnostic.
      guard page.frontMatter.lastTestedLine == nil else { return [] }
      return [
        RunbookDiagnostic(
          file: page.file, line: 1, .warning, "last_tested is missing: go through it, and say when")
      ]
    }
    let days = today.days - tested.days
    // Somewhere it is tomorrow already.
    if days < -1 {
      return [
        RunbookDiagnostic(
          file: page.file, line: page.frontMatter.lastTestedLine, .warning,
          "last_tested: \(tested) has yet to come")
      ]
    }
    guard days > Self.testedDays else { return [] }
    return [
      RunbookDiagnostic(
        file: page.file, line: page.frontMatter.lastTestedLine, .warning,
        "last tested \(days) days ago, on \(tested): go through it again (every \(Self.testedDays) days)"
      )
    ]
  }
}
