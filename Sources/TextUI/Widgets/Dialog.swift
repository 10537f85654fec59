/// A question in the middle of the screen. It says what is going to happen, and the focus is on
/// leaving.
package struct Dialog: Sendable, Equatable {
  package enum Row: Sendable, Equatable {
    case pair(_ label: String, _ value: StyledText)
    case text(StyledText)
    case gap
  }

  package struct Button: Sendable, Equatable {
    package enum Role: Sendable, Hashable {
      case cancel
      case normal
      case danger
    }

    package var key: String
    package var title: String
    package var role: Role
    package var isEnabled: Bool

    package init(key: String, _ title: String, role: Role = .normal, isEnabled: Bool = true) {
      self.key = key
      self.title = title
      self.role = role
      self.isEnabled = isEnabled
    }
  }

  package var title: String
  package var rows: [Row]
  package var fieldLabel: String
  /// What has to be typed before the dangerous button works; nil when nothing has.
  package var field: TextField?
  package var buttons: [Button]
  /// The number of the button that Enter presses: Cancel, the first, unless the caller moves it.
  package var focusedButton: Int?
  package var width: Int
  package var tone: Tone

  package init(
    title: String, rows: [Row], fieldLabel: String = "", field: TextField? = nil,
    buttons: [Button], focusedButton: Int? = 0, width: Int = 64, tone: Tone = .accent
  ) {
    self.title = title
    self.rows = rows
    self.fieldLabel = fieldLabel
    self.field = field
    self.buttons = buttons
    self.focusedButton = focusedButton
    self.width = width
    self.tone = tone
  }

  /// Dims everything inside `area` and draws the dialog in its middle. When the area is too low for
  /// all rows, the last rows go: the title and the buttons stay.
  /// - Returns: where the dialog is.
  @discardableResult
  package func draw(in area: Rect, on grid: inout CellGrid, look: Look) -> Rect {
    grid.clipped(to: area) { drawClipped(in: area, on: &$0, look: look) }
  }

  private func drawClipped(in area: Rect, on grid: inout CellGrid, look: Look) -> Rect {
    dim(area, on: &grid, look: look)
    let frameWidth = min(width, area.width)
    let lines = lines(width: frameWidth - 6, look: look)
    let fieldHeight = field == nil ? 0 : 2
    let rect = area.centered(
      Size(width: frameWidth, height: lines.count + fieldHeight + 6))
    grid.fill(rect)
    grid.fill(
      rect.inset(horizontal: 1, vertical: 1),
      with: Cell(" ", Style(.default, on: look.theme.dialog)))
    grid.drawBox(rect, style: look.style(tone).bold, glyphs: look.glyphs)
    grid.write(
      StyledText(" \(title) ", look.theme.title),
      in: Rect(x: rect.x + 2, y: rect.y, width: rect.width - 4, height: 1),
      ellipsis: look.glyphs.ellipsis)
    let inner = rect.inset(horizontal: 3, vertical: 1)
    let isRoomy = rect.height >= lines.count + fieldHeight + 6
    let air = isRoomy ? 1 : 0
    let room = max(0, inner.height - 1 - fieldHeight - air * 3)
    for (index, line) in lines.prefix(room).enumerated() {
      grid.write(line, at: Point(x: inner.x, y: inner.y + air + index), maxWidth: inner.width)
    }
    let below = inner.y + air + min(lines.count, room) + air
    drawField(in: Rect(x: inner.x, y: below, width: inner.width, height: 1), on: &grid, look: look)
    if inner.height > 0 {
      drawButtons(in: inner.row(inner.height - 1 - air), on: &grid, look: look)
    }
    return rect
  }

  /// The rows as lines: labels in a column of their own, values wrapped beside them.
  private func lines(width: Int, look: Look) -> [StyledText] {
    let labels = rows.compactMap { row in
      if case .pair(let label, _) = row { label.displayWidth } else { nil }
    }
    let labelWidth = min(labels.max() ?? 0, width / 3)
    return rows.flatMap { row -> [StyledText] in
      switch row {
      case .gap: return [StyledText()]
      case .text(let text): return text.wrapped(to: width)
      case .pair(let label, let value):
        let column = labelWidth + 2
        return value.wrapped(to: max(1, width - column)).enumerated().map { index, line in
          let head = index == 0 ? label.truncated(to: labelWidth) : ""
          return StyledText(head.padded(to: column), look.theme.dim) + line
        }
      }
    }
  }

  private func drawField(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let field else { return }
    let label = fieldLabel.isEmpty ? "" : fieldLabel + "  "
    let used = grid.write(label, at: rect.origin, style: look.theme.dim, maxWidth: rect.width / 2)
    field.draw(in: rect.inset(left: used), on: &grid, look: look)
  }

  /// The first button at the left, the last at the right: far from each other.
  private func drawButtons(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let texts = buttons.map { " \($0.key)  \($0.title) " }
    var x = rect.x
    for (index, button) in buttons.enumerated() {
      let isLast = index == buttons.count - 1 && index > 0
      let width = texts[index].displayWidth
      if isLast { x = max(x, rect.lastX - width + 1) }
      var style = style(of: button, look)
      if index == focusedButton { style = style.bold.underline }
      grid.write(
        texts[index], at: Point(x: x, y: rect.y), style: style, maxWidth: rect.lastX - x + 1)
      x += width + 2
    }
  }

  private func style(of button: Button, _ look: Look) -> Style {
    guard button.isEnabled else { return look.theme.dim }
    return switch button.role {
    case .cancel: look.theme.button
    case .normal: look.theme.focusedButton
    case .danger: look.theme.dangerButton
    }
  }

  private func dim(_ area: Rect, on grid: inout CellGrid, look: Look) {
    let quiet = look.theme.behindDialog.foreground
    grid.restyle(area) { style in
      guard style.background != .default, look.colorDepth >= .indexed256 else {
        return look.theme.behindDialog
      }
      let foreground =
        style.foreground == .default ? quiet : style.foreground.mixed(with: look.theme.dialog, 0.7)
      return Style(foreground, on: style.background.mixed(with: look.theme.dialog, 0.7))
    }
  }
}
