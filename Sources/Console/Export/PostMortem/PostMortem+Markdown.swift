import Domain
import TextUI

/// The draft for people.
extension PostMortem {
  /// - Parameter charts: names of the pictures that stand beside it.
  func markdown(charts: [String], name: String) -> String {
    let incident = report.incident
    var parts = [
      "# Post-mortem of \(incident.id): \(escaped(incident.title))",
      "A draft made by Vigia at \(time(madeAt)) from what it measured and was told. Times are UTC. "
        + "Headings marked *(to fill in)* are for people.",
      "## Summary", summary, "## Times", times, "## Impact", impactWords,
    ]
    parts += charts.map { "![\($0)](\(name).\($0).svg)" }
    if !gaps.isEmpty {
      parts.append("Missing here: " + gaps.map(escaped).joined(separator: "; ") + ".")
    }
    if !changesBefore.isEmpty { parts += ["## Changed before", before] }
    parts += ["## Timeline", timeline, "## Actions and evidence", actions]
    parts += ["## Runbook steps done", steps, "## Notes", notes, "## Alerts", alerts]
    for heading in ["What went well", "What went wrong", "What to change", "Follow-up, by whom"] {
      parts += ["## \(heading) *(to fill in)*"]
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var summary: String {
    let incident = report.incident
    var rows = [
      ["model", incident.model ?? "not of one model"], ["severity", incident.severity.rawValue],
      ["opened", "\(time(incident.openedAt)) by \(incident.openedBy)"],
    ]
    if let detection = incident.detection {
      rows.append(["detected from", "\(detection.name): \(detection.summary)"])
      rows.append(["seen before", precedent?.words ?? "no"])
    }
    if let mitigation = incident.mitigation {
      rows.append(
        ["mitigated", "\(time(mitigation.at)), by \(mitigation.action) of \(mitigation.by)"])
    }
    rows.append([
      "closed",
      incident.closedAt.map {
        "\(time($0)) by \(incident.closedBy ?? ""): \(incident.closeReason ?? "")"
      } ?? "still open",
    ])
    return MarkdownText.table(["what", "fact"], rows)
  }

  private var times: String {
    let incident = report.incident
    func row(_ name: String, _ seconds: Double?, _ meaning: String) -> [String] {
      [name, seconds.map(Self.span) ?? "unknown", meaning]
    }
    return MarkdownText.table(
      ["time to", "took", "from, to"],
      [
        row(
          "detect", incident.timeToDetect,
          detectionWords),
        row("acknowledge", incident.timeToAcknowledge, "opened, a person had it in hand"),
        row("mitigate", incident.timeToMitigate, "opened, requests were good again after an act"),
        row(
          "close", incident.closedAt?.secondsSince(incident.openedAt), "opened, closed"),
      ])
  }

  private var detectionWords: String {
    let incident = report.incident
    if let changed = incident.changedAt, changed == incident.beganAt {
      return "the change before it, page"
    }
    guard let first = incident.firstSign, first.id != incident.detection?.id else {
      return "rule first true, page"
    }
    return "rule of \(first.name) first true, page"
  }

  private var impactWords: String {
    func count(_ part: Double?) -> String {
      guard let part else { return "unknown" }
      let share = impact.share(part).map { " (\(Format.percent($0).text))" } ?? ""
      return Self.whole(part) + share
    }
    var rows = [
      ["in all", impact.requests.map(Self.whole) ?? "unknown"],
      ["failed", count(impact.failed)],
      ["answered above the latency objective", count(impact.slow)],
    ]
    if let labelled = impact.labelled, let wrong = impact.wrong, labelled > 0 {
      rows.append([
        "predicted wrong, of \(Self.whole(labelled)) whose label came",
        "\(Self.whole(wrong)) (\(Format.percent(wrong / labelled).text))",
      ])
    }
    return MarkdownText.table(
      ["from \(time(impact.from)) to \(time(impact.to))", "requests"], rows)
  }

  private static func whole(_ count: Double) -> String {
    count.magnitude < 1e15 ? Format.count(Int(count.rounded())) : Format.compact(count)
  }

  private var before: String {
    MarkdownText.table(
      ["time", "who", "what"],
      changesBefore.map { [time($0.time), $0.principal.name, "\($0.summary): \($0.reason)"] })
  }

  private var timeline: String {
    MarkdownText.table(
      ["time", "who", "what"],
      report.entries.map { entry in
        let text =
          switch entry.kind {
          case .stepTicked(let runbook, _, let isDone):
            "\(isDone ? "done" : "not done after all"): \(entry.text) (\(runbook))"
          case .note: "note: \(entry.text)"
          case .closed: "closed: \(entry.text)"
          default: entry.text
          }
        return [time(entry.time), entry.actor, text]
      })
  }

  private var actions: String {
    let newest = Dictionary(
      report.entries.compactMap(\.proof).map { ($0.commandID, $0) }
    ) { $1 }
    let parts = report.entries.compactMap { entry -> String? in
      switch entry.kind {
      case .action(let act):
        let head = "**\(time(entry.time)) \(escaped(entry.actor))**: \(escaped(entry.text))"
        return act.evidence.isEmpty
          ? head : head + "\n\n" + MarkdownText.fenced(act.evidence, language: "json")
      case .recovery(let proof):
        return newest[proof.commandID] == proof ? evidence(proof) : nil
      default: return nil
      }
    }
    return parts.isEmpty ? "Nothing was done through Vigia." : parts.joined(separator: "\n\n")
  }

  /// Counts of requests admitted after the switch, beside those of the minute before it.
  private func evidence(_ proof: Recovery) -> String {
    func row(
      _ name: String, _ before: Recovery.Proportion?, _ after: Recovery.Proportion?
    ) -> [String] {
      [name, before.map(Self.words) ?? "", after.map(Self.words) ?? ""]
    }
    let act =
      proof.limit.map { "the limit of \(escaped($0.words))" }
      ?? "the switch from \(escaped(proof.from)) to \(escaped(proof.to))"
    return "**Proof of \(act) at \(time(proof.switchedAt))**\n\n"
      + MarkdownText.table(
        [
          "share", proof.ofOthers.isEmpty ? "the minute before" : "the one to two minutes before",
          "requests admitted since",
        ],
        [
          row("failed", proof.errorsBefore, proof.errors),
          row("slow\(proof.ofOthers)", proof.slowBefore, proof.slow),
        ]
          + (proof.wrong.map { [row("wrong, of those with a label", proof.wrongBefore, $0)] } ?? [])
      )
      + (proof.refused.map { "\n\n\(Format.count(Int($0))) more were refused by a limit." } ?? "")
  }

  private static func words(_ proportion: Recovery.Proportion) -> String {
    "\(Format.percent(proportion.share).text) (\(proportion.count) of \(proportion.total); "
      + "95 %: \(Format.percent(proportion.low).text) to \(Format.percent(proportion.high).text))"
  }

  private var steps: String {
    guard !report.steps.isEmpty else { return "None was ticked." }
    return MarkdownText.table(
      ["time", "who", "runbook", "step"],
      report.steps.map { [time($0.at), $0.by, $0.runbook, $0.text] })
  }

  private var notes: String {
    let notes = report.entries.filter { $0.kind == .note }
    guard !notes.isEmpty else { return "None was written." }
    return MarkdownText.table(
      ["time", "who", "note"], notes.map { [time($0.time), $0.actor, $0.text] })
  }

  private var alerts: String {
    guard !report.incident.alerts.isEmpty else { return "None." }
    return MarkdownText.table(
      ["alert", "severity", "first true", "fired last", "over", "times", "what"],
      report.incident.alerts.map { alert in
        [
          alert.name,
          alert.severity.rawValue + (alert.isConsequence == true ? ", a consequence" : ""),
          time(alert.activeAt), time(alert.firedAt),
          alert.resolvedAt.map(time) ?? "fires", "\(alert.times)", alert.summary,
        ]
      })
  }

  private func escaped(_ text: String) -> String { MarkdownText.escaped(text) }

  private func time(_ time: Timestamp) -> String { Wall(offset: 0).dateAndTime(time) + "Z" }

  /// `41 s`, `12 min`, `2.5 h`.
  private static func span(_ seconds: Double) -> String {
    Format.age(seconds: max(0, seconds)).text
  }
}

extension IncidentEntry {
  fileprivate var proof: Recovery? { if case .recovery(let proof) = kind { proof } else { nil } }
}
