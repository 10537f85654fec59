/// Lying bars, one row a bucket, in eighths of a cell.
package struct Histogram: Sendable, Equatable {
  package struct Bucket: Sendable, Equatable {
    /// At the left of the bar; empty for buckets between labelled ones.
    package var label: String
    package var value: Double
    package var tone: Tone
    /// After the bar, as its count; may be empty.
    package var note: String

    package init(_ label: String, _ value: Double, tone: Tone = .accent, note: String = "") {
      self.label = label
      self.value = value
      self.tone = tone
      self.note = note
    }
  }

  /// From the top of the picture down.
  package var buckets: [Bucket]
  /// What a full bar means; nil for the largest value.
  package var maximum: Double?

  package init(_ buckets: [Bucket], maximum: Double? = nil) {
    self.buckets = buckets
    self.maximum = maximum
  }

  /// Draws one row a bucket. More buckets than rows are joined: their values are added, the
  /// first label and the gravest tone of the group stand for it, and notes are left out.
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard !rect.isEmpty, !buckets.isEmpty else { return }
    let shown = joined(to: rect.height)
    let labelWidth = min(shown.map { $0.label.displayWidth }.max() ?? 0, rect.width / 3)
    let noteWidth = min(shown.map { $0.note.displayWidth }.max() ?? 0, rect.width / 3)
    let barX = rect.x + (labelWidth > 0 ? labelWidth + 1 : 0)
    let barWidth = rect.lastX - barX + 1 - (noteWidth > 0 ? noteWidth + 1 : 0)
    guard barWidth > 0 else { return }
    let top = maximum ?? shown.map(\.value).max() ?? 0
    for (index, bucket) in shown.enumerated() {
      let y = rect.y + index
      grid.write(
        StyledText(bucket.label, look.theme.dim),
        in: Rect(x: rect.x, y: y, width: labelWidth, height: 1), align: .right,
        ellipsis: look.glyphs.ellipsis)
      let bar = Histogram.bar(
        top > 0 ? bucket.value / top : 0, width: barWidth, glyphs: look.glyphs)
      grid.write(bar, at: Point(x: barX, y: y), style: look.style(bucket.tone))
      grid.write(
        StyledText(bucket.note, look.theme.dim),
        in: Rect(x: rect.lastX - noteWidth + 1, y: y, width: noteWidth, height: 1), align: .right)
    }
  }

  /// A bar for a fraction of the width. Anything above zero is seen, be it an eighth of a cell.
  package static func bar(_ fraction: Double, width: Int, glyphs: Glyphs) -> String {
    let steps = glyphs.blocks.count - 1
    guard fraction > 0, fraction.isFinite, steps > 0, width > 0 else { return "" }
    let filled = max(1, Int((min(fraction, 1) * Double(width * steps)).rounded()))
    let full = String(repeating: glyphs.blocks[steps], count: filled / steps)
    return filled % steps == 0 ? full : full + String(glyphs.blocks[filled % steps])
  }

  private func joined(to rows: Int) -> [Bucket] {
    guard buckets.count > rows, rows > 0 else { return buckets }
    return (0..<rows).map { row in
      let from = row * buckets.count / rows
      let group = buckets[from..<max(from + 1, (row + 1) * buckets.count / rows)]
      return Bucket(
        group.first { !$0.label.isEmpty }?.label ?? "", group.reduce(0) { $0 + $1.value },
        tone: group.map(\.tone).max { $0.gravity < $1.gravity } ?? .accent,
        note: "")
    }
  }
}

extension Tone {
  /// How much it matters when several tones meet.
  var gravity: Int {
    switch self {
    case .quiet: 0
    case .normal: 1
    case .accent: 2
    case .ok: 3
    case .info: 4
    case .warn: 5
    case .critical: 6
    }
  }
}
