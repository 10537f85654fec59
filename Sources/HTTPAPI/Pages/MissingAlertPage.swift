import Domain

/// What is said of an alert that is not there, or never was: what to do next.
struct MissingAlertPage {
  /// As it stands in the path.
  var text: String
  /// That had it.
  var incidents: [Incident]
  var hasRules: Bool
  var version: String

  var html: String {
    HTML.page(
      title: "No such alert - Vigia \(version)", style: AlertPage.style,
      body: """
        <p class="standing">no such alert now</p>
        <h1>\(HTML.shown(text))</h1>
        <p>\(reason)</p>
        \(incidents.map(line).joined(separator: "\n"))
        <h2>In a terminal on the server's host</h2>
        <pre><code>vigia open alerts          what there is now
        vigia incident list        what there was</code></pre>
        """)
  }

  private var reason: String {
    if AlertID(text) == nil { return "An alert is named by 16 hexadecimal digits." }
    if !hasRules { return "This server has no rules, and so no alerts." }
    return "It is over: alerts are kept for 15 min after their end. Or it is another server's."
  }

  private func line(_ incident: Incident) -> String {
    let end = incident.closedAt.map { "closed \(PageTime.text($0))" } ?? "open"
    return """
      <p>It was in \(incident.id), \(end): \(HTML.shown(incident.title))</p>
      <pre><code>vigia \(incident.isOpen ? "open incident/" : "incident show ")\(incident.id)</code></pre>
      """
  }
}
