import Domain
import TextUI

extension ConsoleState {
  /// The line above the hints while there is nothing to say: the panel's filter, and where this is.
  func drawPlace(in rect: Rect, on grid: inout CellGrid, look: Look) {
    var rest = rect
    if isFiltering || !filterText.isEmpty, help == nil {
      rest = drawFilter(in: rect, on: &grid, look: look)
    }
    let separator = look.text(" \(look.glyphs.separator) ", .quiet)
    grid.write(
      StyledText.joined(place.map { look.text($0, .quiet) }, separator: separator), in: rest,
      align: .right, ellipsis: look.glyphs.ellipsis)
  }

  /// The way from the overview to here: panel, model, version, and what is open.
  private var place: [String] {
    var words = [panel.name]
    if let list = openRequests {
      words += [list.scope.model, list.scope.words]
      return list.page.map { words + ["\($0.copy.id)".shortened(to: 13, ellipsis: "..")] } ?? words
    }
    switch panel {
    case .system: break
    case .timeline:
      if timeline.isOpen { words.append("entry") }
    case .alerts: if alertList.isOpen, let name = selectedAlert?.lead.name { words.append(name) }
    case .runbooks: if let page = readPage { words.append(page.id) }
    case .overview, .models:
      if let selected { words += [selected.model.name, selected.version] }
    case .latency:
      if let selected { words += [selected.model.name, latencyVersion ?? "all versions"] }
    case .drift:
      if let model = selected?.model.name { words.append(model) }
      if let version = judgedVersion { words.append(version) }
      if drift.isOpen, let feature = shownFeature { words.append(feature.name) }
    case .traffic, .business:
      if let model = selected?.model.name { words.append(model) }
    case .experiment:
      if let model = selected?.model.name { words.append(model) }
      if experiment.isOpen, let name = shownGuardrail?.name {
        words.append(GuardrailBox.name(name, isShort: false))
      }
    }
    return words
  }

  /// - Returns: what is left of the line.
  private func drawFilter(in rect: Rect, on grid: inout CellGrid, look: Look) -> Rect {
    let input = filters[panel] ?? TextInput()
    let width = min(max(input.text.displayWidth + 2, 12), rect.width / 3)
    grid.write(StyledText("/", look.theme.accent.bold), in: rect)
    TextField(input, placeholder: "words to look for", isFocused: isFiltering)
      .draw(in: Rect(x: rect.x + 1, y: rect.y, width: width, height: 1), on: &grid, look: look)
    let after = rect.inset(left: width + 3)
    guard let counts = filterCounts else { return after }
    let tone: Tone = counts.shown == 0 ? .warn : .normal
    let text =
      look.text("\(counts.shown) of \(counts.all)", tone)
      + (isFiltering ? "" : look.text("   ", .quiet) + Hint("Esc", "clears").text(look))
    grid.write(text, in: after, ellipsis: look.glyphs.ellipsis)
    return after.inset(left: text.width + 2)
  }
}
