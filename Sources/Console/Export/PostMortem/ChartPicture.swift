import Domain
import TextUI

/// Values over time as an SVG that stands for itself: no script, no font or style from elsewhere.
struct ChartPicture {
  let title: String
  /// As `12 ms` or `4 %`.
  let format: (Double) -> String
  let window: Window
  let lines: [Line]
  /// A level that the values are held against.
  let objective: Double?
  /// Moments with a word.
  let marks: [Mark]

  struct Line {
    var name: String
    /// A value a step; nil where nothing was measured.
    var values: [Double?]
  }

  struct Mark {
    var time: Timestamp
    var label: String
  }

  private static let (width, height) = (960.0, 300.0)
  private static let (left, right, top, bottom) = (80.0, 940.0, 52.0, 262.0)
  private static let colors = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#57606a"]

  /// The highest of all that is drawn, with a little room.
  private let ceiling: Double

  init(
    title: String, format: @escaping (Double) -> String, window: Window, lines: [Line],
    objective: Double? = nil, marks: [Mark]
  ) {
    self.title = title
    self.format = format
    self.window = window
    self.lines = lines
    self.objective = objective
    self.marks = marks
    let highest = lines.flatMap { $0.values.compactMap(\.self) }.filter(\.isFinite).max() ?? 0
    let most = max(highest, objective ?? 0)
    ceiling = most > 0 ? most * 1.1 : 1
  }

  var svg: String {
    let (width, height) = (Self.width, Self.height)
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(width))\" height=\"\(Int(height))\" "
        + "viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"sans-serif\" font-size=\"12\">",
      "<title>\(Self.escaped(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      text(title, x: Self.left, y: 18, size: 14),
    ]
    parts += grid + legend
    if let objective, objective.isFinite {
      parts.append(rule(atHeight: y(objective)))
      parts.append(
        text("objective \(format(objective))", x: Self.right, y: y(objective) - 4, anchor: "end"))
    }
    for (index, line) in lines.enumerated() {
      parts += strokes(line).map { points in
        "<polyline fill=\"none\" stroke=\"\(color(index))\" stroke-width=\"1.5\" points=\"\(points)\"/>"
      }
    }
    parts += markParts
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  // MARK: Places

  private func x(_ seconds: Double) -> Double {
    let span = Double(max(1, window.to - window.from))
    return Self.left + (seconds - Double(window.from)) / span * (Self.right - Self.left)
  }

  private func y(_ value: Double) -> Double {
    Self.bottom - value / ceiling * (Self.bottom - Self.top)
  }

  private func color(_ index: Int) -> String { Self.colors[index % Self.colors.count] }

  // MARK: Parts

  /// A gap is a gap: each stretch of values is a line of its own, and one value a short dash.
  private func strokes(_ line: Line) -> [String] {
    var strokes: [[String]] = []
    var isOpen = false
    for (step, value) in line.values.enumerated() {
      guard let value, value.isFinite else {
        isOpen = false
        continue
      }
      let start = Double(window.from + Int64(step) * window.step)
      let height = Self.written(y(value))
      let middle = x(start + Double(window.step) / 2)
      if !isOpen { strokes.append(["\(Self.written(middle - 1)),\(height)"]) }
      strokes[strokes.count - 1].append("\(Self.written(middle)),\(height)")
      isOpen = true
    }
    return strokes.map { $0.joined(separator: " ") }
  }

  private var grid: [String] {
    let wall = Wall(offset: 0)
    var parts: [String] = []
    for quarter in 0...4 {
      let value = ceiling * Double(quarter) / 4
      let height = Self.written(y(value))
      parts.append(
        "<line x1=\"\(Self.left)\" x2=\"\(Self.right)\" y1=\"\(height)\" y2=\"\(height)\" stroke=\"#d0d7de\"/>"
      )
      parts.append(text(format(value), x: Self.left - 6, y: y(value) + 4, anchor: "end"))
      let moment = window.from + (window.to - window.from) * Int64(quarter) / 4
      parts.append(
        text(
          wall.minute(moment) + (quarter == 4 ? " UTC" : ""), x: x(Double(moment)),
          y: Self.bottom + 18,
          anchor: quarter == 0 ? "start" : quarter == 4 ? "end" : "middle"))
    }
    return parts
  }

  private var legend: [String] {
    guard !lines.isEmpty else {
      return [text("nothing was measured", x: Self.left, y: 38, fill: "#57606a")]
    }
    var place = Self.left
    return lines.enumerated().map { index, line in
      defer { place += 24 + Double(line.name.sanitized.displayWidth) * 7 }
      return text("— \(line.name)", x: place, y: 38, fill: color(index))
    }
  }

  private var markParts: [String] {
    marks.enumerated().flatMap { index, mark -> [String] in
      let seconds = Double(mark.time.microseconds) / 1e6
      guard seconds >= Double(window.from), seconds <= Double(window.to) else { return [] }
      let place = Self.written(x(seconds))
      let isLate = x(seconds) > Self.right - 150
      return [
        "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"\(Self.top)\" y2=\"\(Self.bottom)\" stroke=\"#57606a\" stroke-dasharray=\"2 3\"/>",
        // One below the other, so that two of one minute can be read.
        text(
          mark.label, x: x(seconds) + (isLate ? -4 : 4),
          y: Self.top + 10 + Double(index % 6) * 13, anchor: isLate ? "end" : "start",
          fill: "#57606a"),
      ]
    }
  }

  private func rule(atHeight height: Double) -> String {
    "<line x1=\"\(Self.left)\" x2=\"\(Self.right)\" y1=\"\(Self.written(height))\" y2=\"\(Self.written(height))\" stroke=\"#d1242f\" stroke-dasharray=\"6 4\"/>"
  }

  private func text(
    _ content: String, x: Double, y: Double, anchor: String = "start", size: Int = 12,
    fill: String = "#24292f"
  ) -> String {
    "<text x=\"\(Self.written(x))\" y=\"\(Self.written(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" fill=\"\(fill)\">\(Self.escaped(content))</text>"
  }

  private static func written(_ value: Double) -> String {
    Format.decimal(value, places: 1)
  }

  static func escaped(_ raw: String) -> String {
    raw.sanitized.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
