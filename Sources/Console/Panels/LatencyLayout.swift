import TextUI

/// Where the parts of the latency panel stand; known before drawing, since the questions are cut to the
/// columns of the chart.
struct LatencyLayout {
  let heatmap: Rect
  let histogram: Rect
  /// Nil where it shares its place with the histogram: that is of the step under the cursor.
  let times: Rect?
  let slowest: Rect

  /// Labels of the latencies, frame and air beside the columns.
  private static let margin = 13

  init(_ size: Size) {
    self.init(in: Rect(x: 0, y: 0, width: size.width, height: size.height - 3))
  }

  init(in rect: Rect) {
    if rect.width >= 110 {
      let rows = rect.rows([.share(5, minimum: 9), .share(3, minimum: 5)])
      let top = rows[0].columns([.share(5), .share(2, minimum: 34)])
      heatmap = top[0]
      histogram = top[1]
      let bottom = rows[1].columns([.fixed(min(78, rect.width / 2)), .rest])
      times = bottom[0]
      slowest = bottom[1]
    } else {
      let rows = rect.rows([.share(4, minimum: 8), .share(3, minimum: 5)])
      let bottom = rows[1].columns([.share(3), .share(4)])
      heatmap = rows[0]
      histogram = bottom[0]
      times = nil
      slowest = bottom[1]
    }
  }

  var chartColumns: Int { max(10, heatmap.width - LatencyLayout.margin) }
}
