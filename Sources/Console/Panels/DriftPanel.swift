import Domain
import TextUI

/// Whether what comes in, and what is answered, still looks like the reference; and whether the answers are
/// still as right.
struct DriftPanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let model = state.selected?.model else { return }
    guard let version = state.judgedVersion, let summary = state.driftSummary else {
      let inner = Panel("drift", detail: model.name, hotkey: "4", isFocused: true)
        .draw(in: rect, on: &grid, look: look)
      unjudged(model).draw(in: inner, on: &grid, look: look)
      return
    }
    if state.drift.isOpen, let feature = state.shownFeature {
      FeatureHistory(state, feature).draw(in: rect, on: &grid, look: look)
      return
    }
    let layout = DriftLayout(in: rect)
    drawTable(model, version, summary, layout, on: &grid, look: look)
    FeatureBox(state, summary).draw(in: layout.feature, on: &grid, look: look)
    ConceptBox(state, model, version).draw(in: layout.concept, on: &grid, look: look)
  }

  private func unjudged(_ model: ModelSnapshot) -> EmptyState {
    model.judgement == nil
      ? EmptyState(
        "this server does not judge \(model.name): it is an older version, or has just started",
        hints: [Hint("1", "overview"), Hint("Right", "next model")])
      : EmptyState(
        "no version of \(model.name) answers traffic, so there is nothing to compare",
        hints: [Hint("8", "models"), Hint("Right", "next model")])
  }

  private func drawTable(
    _ model: ModelSnapshot, _ version: String, _ summary: DriftSummary, _ layout: DriftLayout,
    on grid: inout CellGrid, look: Look
  ) {
    let role = model.deployment.variant(of: version)?.name(isShort: false) ?? ""
    let inner = Panel(
      "drift", detail: "\(model.name) \(version) \(role)  last \(state.panelSpan.name)",
      hotkey: "4", value: look.status(summary.health.tone, summary.title), isFocused: true
    ).draw(in: layout.table, on: &grid, look: look)
    let lines = DriftHead(state, summary).lines(
      look, width: inner.width - 2, isWide: layout.isWide,
      isLow: inner.height < 8)
    let rows = inner.rows([.fixed(min(lines.count, max(0, inner.height - 3))), .rest])
    for (index, line) in lines.prefix(rows[0].height).enumerated() {
      grid.write(line, in: rows[0].row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    let features = state.listedFeatures
    guard !features.isEmpty else {
      empty(summary, version).draw(in: rows[1], on: &grid, look: look)
      return
    }
    FeatureTable(state, layout).draw(features, in: rows[1], on: &grid, look: look)
  }

  private func empty(_ summary: DriftSummary, _ version: String) -> EmptyState {
    if !state.shownFeatures.isEmpty {
      return EmptyState("no feature passes the filter", hints: [Hint("Esc", "clears")])
    }
    let slot = QueryBoard.Slot.judgements(
      .drift, model: state.selected?.model.name ?? "", version: version)
    if let failure = state.board.failure(slot) {
      return EmptyState(
        "the windows cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    switch summary.state {
    case .noReference:
      return EmptyState(
        "there is nothing to compare with yet: \(Format.count(summary.collected)) of "
          + "\(Format.count(summary.needed)) rows of live traffic came for a reference",
        hints: [Hint("v", "next version")])
    case .collecting:
      return EmptyState(
        summary.isFilling
          ? summary.words
          : "no window has ended yet: it needs \(summary.needed) rows, \(summary.collected) came",
        hints: [Hint("v", "next version")])
    case .ok, .suspected, .drift, .major:
      return EmptyState(
        state.waiting(slot) ?? "no window ended in the last \(state.panelSpan.name)",
        hints: [Hint("-", "longer span")])
    }
  }
}

/// The lines above the table: what is concluded, and of what.
struct DriftHead {
  private let state: ConsoleState
  private let summary: DriftSummary

  init(_ state: ConsoleState, _ summary: DriftSummary) {
    self.state = state
    self.summary = summary
  }

  /// - Parameter isLow: whether every line is needed for the features.
  func lines(_ look: Look, width: Int, isWide: Bool, isLow: Bool) -> [StyledText] {
    let tone = summary.health.tone
    let since =
      summary.openSince.map {
        look.text(
          "since \(state.wall.short($0, now: state.shownTime))"
            + (summary.extent != nil ? "  " : ", calm in the last window: "), tone)
      } ?? ""
    // What is missing stands in the middle of the empty table.
    if summary.state == .noReference || summary.state == .collecting && !summary.isWithoutVerdict {
      return [basis(look, width)]
    }
    let words = since + look.text(summary.words, tone == .ok || tone == .quiet ? .normal : tone)
    return words.wrapped(to: width, lines: isWide ? 3 : isLow ? 1 : 2, look) + [basis(look, width)]
      + (isWide ? [""] : [])
  }

  /// What is compared with what.
  private func basis(_ look: Look, _ width: Int) -> StyledText {
    let slot = QueryBoard.Slot.judgements(
      .drift, model: state.selected?.model.name ?? "", version: summary.version)
    if let failure = state.board.failure(slot), !summary.worst.isEmpty {
      return look.status(
        .warn, "the windows cannot be read: \(failure); the worst of the last one stand here")
    }
    var parts: [String] = []
    if let reference = summary.reference {
      let made = width >= 90 ? ", \(Figures.ago(reference.madeAt, state.shownTime))" : ""
      parts.append(
        "reference \(reference.source), \(Format.count(reference.rows)) rows\(made)")
      parts.append("next window \(Format.count(summary.collected)) rows")
    } else if !state.showsPast {
      parts.append("reference none yet")
    }
    return look.text(parts.joined(separator: "   "), .quiet)
  }
}
