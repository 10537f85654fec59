import Domain
import Foundation

/// An alert as a page that stands by itself: how it stands, what to do about it, and how to get to it in a terminal.
struct AlertPage {
  var alert: Alert
  /// The page for it; nil where there is none.
  var runbook: Runbook?
  /// All that there are: one of them may be what this one follows from.
  var causes: [Alert]
  var version: String
  var now: Timestamp

  var html: String {
    HTML.page(
      title: "\(alert.name) - Vigia \(version)", style: Self.style,
      body: """
        <p class="\(Self.tone(alert))">\(HTML.shown(standing))</p>
        <h1>\(HTML.shown(alert.name))</h1>
        \(words)
        <h2>In a terminal on the server's host</h2>
        <pre><code>vigia open alert/\(alert.id)</code></pre>
        \(HTML.table(facts))
        <h2>Labels</h2>
        \(HTML.table(alert.labels.sorted { $0.key < $1.key }.map { ($0.key, HTML.shown($0.value)) }))
        \(instructions)
        <footer>As of \(PageTime.text(now)). This page changes when it is loaded again.</footer>
        """)
  }

  /// Summary and description first; what else was written beside them among the facts.
  private var words: String {
    ["summary", "description"].compactMap { alert.annotations[$0] }.map(HTML.paragraphs)
      .joined(separator: "\n")
  }

  private var standing: String {
    let since = alert.firedAt ?? alert.activeAt
    let place = " since \(PageTime.text(since)), \(PageTime.span(since, now))"
    return switch alert.state {
    case .pending: "pending\(place)"
    case .firing: "\(alert.severity.rawValue), fires\(place)"
    case .keepFiring: "\(alert.severity.rawValue), fires\(place); its condition has gone"
    case .resolved:
      "over since \(PageTime.text(alert.resolvedAt ?? now)), after "
        + PageTime.span(since, alert.resolvedAt ?? now)
    }
  }

  private static func tone(_ alert: Alert) -> String {
    if alert.state == .resolved || alert.isQuiet { return "standing" }
    return "standing \(alert.severity.rawValue)"
  }

  private var facts: [(String, String)] {
    var facts: [(String, String)] = []
    if let value { facts.append(("Value", HTML.shown(value))) }
    if let measure = alert.measure { facts.append(("Of", "<code>\(HTML.shown(measure))</code>")) }
    facts.append(("Condition holds since", PageTime.text(alert.activeAt)))
    if let acknowledgement = alert.acknowledgement {
      let until = acknowledgement.until.map { " until \(PageTime.text($0))" } ?? ""
      facts.append(
        ("In hand", HTML.shown("\(acknowledgement.by)\(until): \(acknowledgement.note)")))
    }
    for id in alert.silencedBy {
      let silence = alert.silences?.first { $0.id == id }
      let words = silence.map { "\($0.createdBy) until \(PageTime.text($0.endsAt)): \($0.comment)" }
      facts.append(("Silenced by", HTML.shown(words ?? id)))
    }
    if let id = alert.inhibitedBy {
      let name = causes.first { $0.id == id }?.name ?? "\(id)"
      // Beside this page, wherever a proxy has put it.
      facts.append(("Follows from", "<a href=\"\(id)\">\(HTML.shown(name))</a>"))
    }
    facts.append(("Rule group", HTML.shown(alert.group)))
    for (name, text) in alert.annotations.sorted(by: { $0.key < $1.key })
    where name != "summary" && name != "description" {
      facts.append((name, HTML.linked(text)))
    }
    return facts
  }

  /// `63.1, and fires while > 14.4`
  private var value: String? {
    let number = alert.value.map { String(format: "%.4g", $0) }
    switch (number, alert.bound) {
    case (let number?, let bound?): return "\(number), and fires while \(bound)"
    case (let number?, nil): return number
    case (nil, let bound?): return "none, and fires while \(bound)"
    case (nil, nil): return nil
    }
  }

  private var instructions: String {
    guard let runbook else {
      return "<h2>Runbook</h2><p>There is no page for \(HTML.shown(alert.name)) on this server.</p>"
    }
    let first = runbook.frontMatter.firstAction.map { "<p><b>First:</b> \(HTML.shown($0))</p>" }
    let owner = runbook.frontMatter.owner.map { "<p>Owner: \(HTML.shown($0))</p>" }
    return """
      <article>
      <h2>Runbook</h2>
      \(first ?? "")\(owner ?? "")
      \(RunbookHTML.text(of: runbook.blocks))
      </article>
      """
  }
}

/// Times for people who may be in any zone.
enum PageTime {
  /// `2026-11-22 14:02:31 UTC`
  static func text(_ time: Timestamp) -> String {
    let date = Date(timeIntervalSince1970: Double(time.seconds))
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .gmt)
    return "\(date.formatted(style).dropLast()) UTC"
  }

  static func span(_ from: Timestamp, _ to: Timestamp) -> String {
    let seconds = Int(max(0, to.secondsSince(from)))
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7_200: return "\(seconds / 60) min"
    case ..<172_800: return "\(seconds / 3_600) h"
    default: return "\(seconds / 86_400) d"
    }
  }
}
