/// The colours by meaning. Styles of text leave the background alone; what paints one says so.
package struct Theme: Sendable, Hashable {
  package var text: Style
  package var dim: Style
  /// The name of a panel that has the focus; other panels' names are dim.
  package var title: Style
  /// Keys, links, the first action: the one colour that says "here".
  package var accent: Style
  package var border: Style
  package var focusedBorder: Style

  package var ok: Style
  package var warn: Style
  package var critical: Style
  package var info: Style

  /// Colours that tell series apart without saying good or bad; never empty.
  package var series: [Color]
  /// From few to many; at least twelve, dark to bright.
  package var heat: [Color]
  /// The finest lines: grids, thresholds without a verdict.
  package var faint: Style
  /// Text that can be read and does not ask to be: keys that do nothing now.
  package var idle: Style

  /// Backgrounds.
  package var selection: Color
  /// The background of a row that is in trouble.
  package var alarm: Color
  package var dialog: Color
  /// What lies behind a dialog.
  package var behindDialog: Style

  package var headerBand: Style
  package var alarmBand: Style
  package var button: Style
  package var focusedButton: Style
  package var dangerButton: Style
  package var field: Style

  /// The colour of a series by its number; they repeat after the last.
  package func series(_ index: Int) -> Style {
    series.isEmpty ? text : Style(series[abs(index) % series.count])
  }

  /// A ramp of so many colours through the given stops.
  package static func ramp(_ stops: [Color], count: Int) -> [Color] {
    guard stops.count > 1, count > 1 else { return stops }
    return (0..<count).map { index in
      let place = Double(index) / Double(count - 1) * Double(stops.count - 1)
      let lower = min(Int(place), stops.count - 2)
      return stops[lower].mixed(with: stops[lower + 1], place - Double(lower))
    }
  }
}

extension Theme {
  /// The base colours that a whole theme is derived from.
  package struct Palette: Sendable, Hashable {
    package var background: Color
    package var foreground: Color
    package var dim: Color
    package var faint: Color
    package var selection: Color
    package var accent: Color
    package var ok: Color
    package var warn: Color
    package var critical: Color
    package var info: Color
    package var series: [Color]
    package var heatStops: [Color]

    package init(
      background: Color, foreground: Color, dim: Color, faint: Color, selection: Color,
      accent: Color, ok: Color, warn: Color, critical: Color, info: Color, series: [Color],
      heatStops: [Color]
    ) {
      self.background = background
      self.foreground = foreground
      self.dim = dim
      self.faint = faint
      self.selection = selection
      self.accent = accent
      self.ok = ok
      self.warn = warn
      self.critical = critical
      self.info = info
      self.series = series
      self.heatStops = heatStops
    }
  }

  package init(_ palette: Palette) {
    text = .plain
    dim = Style(palette.dim)
    title = Style.plain.bold
    accent = Style(palette.accent)
    border = Style(palette.faint)
    focusedBorder = Style(palette.accent).bold
    ok = Style(palette.ok)
    warn = Style(palette.warn)
    critical = Style(palette.critical)
    info = Style(palette.info)
    series = palette.series
    heat = Theme.ramp(palette.heatStops, count: 16)
    faint = Style(palette.faint)
    idle = Style(palette.faint.mixed(with: palette.dim, 0.75))
    selection = palette.selection
    alarm = palette.background.mixed(with: palette.critical, 0.14)
    dialog = palette.background.mixed(with: palette.selection, 0.45)
    behindDialog = Style(palette.faint)
    headerBand = Style(palette.background, on: palette.warn).bold
    alarmBand = Style(palette.background, on: palette.critical).bold
    button = Style(palette.foreground, on: palette.faint)
    focusedButton = Style(palette.background, on: palette.accent).bold
    dangerButton = Style(palette.background, on: palette.warn).bold
    field = Style(palette.foreground, on: palette.selection)
  }

  /// For dark terminals; blue, amber and rose tell states apart for colour-blind readers as well.
  /// The colours of text stand close to ones of the palette of 256, which take half of the bytes.
  package static let defaultDark = Theme(
    Palette(
      background: .rgb(15, 20, 25), foreground: .rgb(200, 207, 218), dim: .rgb(124, 128, 134),
      faint: .rgb(58, 66, 77), selection: .rgb(26, 42, 62), accent: .rgb(89, 176, 255),
      ok: .rgb(133, 209, 142), warn: .rgb(255, 176, 89), critical: .rgb(249, 96, 132),
      info: .rgb(101, 210, 210),
      series: [
        .rgb(89, 176, 255), .rgb(255, 176, 89), .rgb(176, 141, 255), .rgb(101, 210, 210),
        .rgb(249, 96, 132), .rgb(133, 209, 142),
      ],
      heatStops: [
        .rgb(18, 26, 36), .rgb(24, 62, 96), .rgb(38, 118, 160), .rgb(92, 190, 190),
        .rgb(250, 214, 130), .rgb(255, 150, 90),
      ]))

  /// For light terminals: the same meanings, dark enough to read on white.
  package static let defaultLight = Theme(
    Palette(
      background: .rgb(250, 250, 248), foreground: .rgb(36, 41, 51), dim: .rgb(108, 114, 126),
      faint: .rgb(190, 196, 204), selection: .rgb(214, 230, 248), accent: .rgb(0, 98, 190),
      ok: .rgb(22, 122, 66), warn: .rgb(176, 96, 0), critical: .rgb(196, 24, 74),
      info: .rgb(0, 118, 128),
      series: [
        .rgb(0, 98, 190), .rgb(196, 108, 0), .rgb(118, 72, 208), .rgb(0, 128, 136),
        .rgb(196, 24, 74), .rgb(22, 122, 66),
      ],
      heatStops: [
        .rgb(238, 241, 244), .rgb(186, 214, 236), .rgb(104, 170, 208), .rgb(38, 118, 160),
        .rgb(176, 96, 20), .rgb(150, 24, 40),
      ]))

  /// For screens without colours: weight and reverse alone. White as a background is what such
  /// a screen shows as reverse.
  package static let monochrome: Theme = {
    let reverse = Color.rgb(255, 255, 255)
    var theme = Theme.defaultDark
    theme.dim = Style.plain.dim
    theme.accent = Style.plain.bold
    theme.border = Style.plain.dim
    theme.focusedBorder = Style.plain.bold
    theme.ok = .plain
    theme.warn = Style.plain.bold
    theme.critical = Style.plain.bold
    theme.info = .plain
    theme.faint = Style.plain.dim
    theme.idle = Style.plain.dim
    theme.series = [.default]
    theme.selection = reverse
    theme.alarm = .default
    theme.dialog = .default
    theme.behindDialog = Style.plain.dim
    theme.headerBand = Style(.default, on: reverse)
    theme.alarmBand = Style(.default, on: reverse)
    theme.button = Style(.default, on: reverse)
    theme.focusedButton = Style(.default, on: reverse).bold
    theme.dangerButton = Style(.default, on: reverse).bold
    theme.field = Style.plain.underline
    return theme
  }()
}
