import TextUI

/// The keys as they are without any remapping.
extension Keymap {
  private static func row(
    _ keys: [Key], _ intent: Intent, _ hint: String, _ help: String, _ group: Binding.Group,
    _ panels: Set<PanelID> = []
  ) -> Binding {
    Binding(
      keys: keys, intent: intent, hint: hint, help: help, group: group, panels: panels)
  }

  private static func character(_ character: Character) -> Key { .character(character) }

  package static let standard: [Binding] =
    panelRows + movingRows + timeRows + actingRows + otherRows

  private static let panelRows: [Binding] = [
    row(
      [character("1")], .show(.overview), "overview", "Overview: every model and version", .panels),
    row(
      [character("2")], .show(.latency), "latency", "Latency of the selected model over time",
      .panels),
    row(
      [character("3")], .show(.traffic), "traffic", "Traffic and errors of the selected model",
      .panels),
    row(
      [character("4")], .show(.drift), "drift",
      "Drift of the selected model's inputs, answers and accuracy", .panels),
    row(
      [character("5")], .show(.experiment), "experiment",
      "Experiment: champion against challenger, on which R, P and S act", .panels),
    row(
      [character("6")], .show(.alerts), "alerts", "Alerts: what wants somebody, by cause", .panels),
    row(
      [character("7")], .show(.runbooks), "runbooks",
      "Runbooks: what to do about an alert; / searches all",
      .panels),
    row([character("8")], .show(.models), "models", "Versions of the selected model", .panels),
    row(
      [character("9")], .show(.timeline), "timeline", "Timeline: who changed what, and why", .panels
    ),
    row(
      [character("B")], .show(.business), "business",
      "Business: objectives, accuracy, cost and satisfaction", .panels),
    row(
      [character("Y")], .show(.system), "system",
      "System: how near machine, server and this console are to their limits", .panels),
  ]

  /// All but the one whose arrows walk a map.
  private static let rowPanels = Set(PanelID.allCases).subtracting([.latency])

  private static let movingRows: [Binding] = [
    row(
      [.down, character("j")], .down, "cell", "A cell of the heatmap, then the next faster one",
      .moving, [.latency]),
    row(
      [.up, character("k")], .up, "cell", "The next slower cell of the heatmap", .moving, [.latency]
    ),
    row([.down, character("j")], .down, "next", "Next row, or next model", .moving, rowPanels),
    row(
      [.up, character("k")], .up, "previous", "Previous row, or previous model", .moving, rowPanels),
    row([.right, character("l"), .tab], .nextModel, "model", "Next model", .moving),
    row([.left, character("h"), .backTab], .previousModel, "model", "Previous model", .moving),
    row([.pageDown], .pageDown, "page", "Down by ten rows", .moving),
    row([.pageUp], .pageUp, "page", "Up by ten rows", .moving),
    row([.home, character("g")], .first, "newest", "First row", .moving),
    row([.end, character("G")], .last, "last", "Last row", .moving),
    row([.enter], .open, "latency", "Latency of this version", .moving, [.overview]),
    row(
      [.enter], .open, "requests",
      "The requests of this cell or step; there: open one, and run it again",
      .moving, [.latency]),
    row(
      [.enter], .open, "requests", "The requests behind a reason or a client", .moving, [.traffic]),
    row([.enter], .open, "details", "All fields of this entry", .moving, [.timeline]),
    row(
      [.enter], .open, "details",
      "The alert, its series and its runbook; there: do what has the focus",
      .moving, [.alerts]),
    row(
      [.enter], .open, "read", "The page, its live values and what it offers to do", .moving,
      [.runbooks]),
    row([.enter], .open, "windows", "All windows of this feature", .moving, [.drift]),
    row(
      [.enter], .open, "effect", "The chosen guardrail's effect over time", .moving, [.experiment]),
    row([.escape, .backspace], .back, "back", "Back: close, or return to the overview", .moving),
  ]

  private static let timeRows: [Binding] = [
    row(
      [character("p")], .pause, "pause",
      "Pause the panels, and go on; collection never stops. In a replay: play, and stop",
      .time),
    row([character("0")], .goLive, "live", "Back to now; leaves a replay", .time),
    row([character(",")], .earlier, "time", "Cursor one step back", .time),
    row([character(".")], .later, "time", "Cursor one step on", .time),
    row([character("<")], .previousMark, "mark", "Cursor to the change before", .time),
    row([character(">")], .nextMark, "mark", "Cursor to the change after", .time),
    row(
      [character("+"), character("=")], .zoomIn, "zoom", "Zoom in: a shorter span of time", .time),
    row(
      [character("-")], .zoomOut, "zoom", "Zoom out: a longer span of time, 5 min to 24 h",
      .time),
    row(
      [character("v")], .nextVersion, "version", "One version after the other, then all again",
      .time,
      [.latency]),
    row(
      [character("v")], .nextVersion, "version", "The next version that is judged", .time,
      [.drift]),
    row([character("[")], .slower, "slower", "Slower replay of an incident: 60x, 10x, 1x", .time),
    row([character("]")], .faster, "faster", "Faster replay of an incident: 1x, 10x, 60x", .time),
    row([character("{")], .replayStart, "start", "To the start of the replayed incident", .time),
    row([character("}")], .replayEnd, "end", "To the end of the replayed incident", .time),
    row([character("u")], .switchZone, "zone", "Times in UTC, or in local time", .time),
  ]

  private static let actingRows: [Binding] = [
    row(
      [character("R")], .rollBack, "roll back",
      "Roll back the selected model; take a challenger or shadow out", .acting),
    row(
      [character("P")], .promote, "promote", "Make the selected version champion", .acting),
    row(
      [character("S")], .setWeight, "split",
      "Split: the share of the traffic for the selected version",
      .acting),
    row(
      [character("C")], .shadow, "shadow", "Shadow: copies of the traffic to the selected version",
      .acting),
    row(
      [character("L")], .release, "release", "Release: end the quarantine of the selected version",
      .acting),
    row(
      [character("f")], .freeze, "freeze", "Freeze: no promotions until a time, or lift that",
      .acting),
    row(
      [character("Z")], .undo, "undo",
      "Take the selected row of the timeline back, whoever made it",
      .acting, [.timeline]),
    row(
      [character("F")], .pin, "pin",
      "Pin everything to one fallback version, or lift that", .acting),
    row(
      [character("M")], .limit, "limit", "Bound the requests a second, of a client or of all",
      .acting),
    row(
      [character("D")], .shed, "shed", "Refuse a share of the requests, of a client or of all",
      .acting),
    row([character("J")], .eject, "eject", "Leave out a server behind a remote version", .acting),
    row(
      [character("a")], .acknowledge, "acknowledge",
      "Say that you have the alert in hand, or no more", .acting, [.alerts]),
    row(
      [character("s")], .silence, "silence",
      "Page nobody for this rule and model for a while, or again", .acting, [.alerts]),
    row(
      [character("x")], .tick, "tick", "Tick the step that has the focus, or take the tick back",
      .acting, [.alerts, .runbooks]),
    row(
      [character("n")], .note, "note", "Note something in the selected model's open incident",
      .acting),
  ]

  private static let otherRows: [Binding] = [
    row(
      [character(":")], .palette, "palette",
      "Find an action, a model, a version, a feature, or words in the runbooks", .other),
    row(
      [character("/")], .filter, "filter", "Filter: only rows with the words typed", .other,
      [.overview, .models, .drift, .timeline, .alerts, .runbooks]),
    row(
      [character("b")], .runbook, "runbook", "The runbook of this alert, or of the gravest one",
      .other),
    row(
      [character("e")], .export, "export",
      "Export this screen as text, ANSI and SVG, and its data as CSV", .other),
    row(
      [character("E")], .exportIncident, "post-mortem",
      "Write a post-mortem draft of the model's open incident, else of the newest", .other),
    row(
      [character("y")], .copy, "copy",
      "Copy the id of what is selected to the terminal's clipboard", .other),
    row([character("t")], .nextTheme, "theme", "The next theme", .other),
    row([character("?"), .function(1)], .help, "help", "Help: all keys; / searches them", .other),
    row(
      [character("q"), .control("c")], .quit, "quit", "Quit; a hosted server may go on", .other),
  ]
}
