extension Theme {
  /// A theme from the sixteen colours of a base16 scheme, `base00` to `base0F` in order.
  ///
  /// - Returns: nil unless there are exactly sixteen.
  /// - Note: the background `base00` is never painted; it is what selections, dialogs and the heat
  ///   ramp are mixed from, so a dark scheme looks right on a dark terminal.
  package init?(base16 colors: [Color]) {
    guard colors.count == 16 else { return nil }
    self.init(
      Palette(
        background: colors[0x0], foreground: colors[0x5],
        dim: colors[0x4].mixed(
          with: colors[0x3], 0.15), faint: colors[0x2],
        selection: colors[0x1].mixed(
          with: colors[0x2], 0.5), accent: colors[0xD], ok: colors[0xB], warn: colors[0x9],
        critical: colors[0x8], info: colors[0xC],
        series: [
          colors[0xD], colors[0x9], colors[0xE], colors[0xC], colors[0x8], colors[0xB],
        ],
        heatStops: [
          colors[0x0].mixed(with: colors[0x1], 0.5), colors[0x0].mixed(with: colors[0xD], 0.35),
          colors[0xD], colors[0xC], colors[0xA], colors[0x9],
        ]))
  }
}
