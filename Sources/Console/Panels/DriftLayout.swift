import TextUI

/// Where the parts of the drift panel stand; known before drawing, since the questions are cut to the
/// columns of the strips.
struct DriftLayout {
  let table: Rect
  let feature: Rect
  let concept: Rect
  let isWide: Bool

  init(_ size: Size) {
    self.init(in: Rect(x: 0, y: 0, width: size.width, height: size.height - 3))
  }

  init(in rect: Rect) {
    isWide = rect.width >= 110
    if isWide {
      let rows = rect.rows([.share(5, minimum: 12), .share(3, minimum: 9)])
      let top = rows[0].columns([.share(2), .share(1, minimum: 40)])
      table = top[0]
      feature = top[1]
      concept = rows[1]
    } else {
      let rows = rect.rows([.share(1, minimum: 6), .fixed(5), .fixed(5)])
      table = rows[0]
      feature = rows[1]
      concept = rows[2]
    }
  }

  var nameWidth: Int { table.width >= 100 ? 18 : 13 }
  var gap: Int { isWide ? 2 : 1 }
  static let verdictWidth = 9
  static let psiWidth = 6
  static let pWidth = 7

  /// What the other columns, the frame and the gutter leave.
  var stripColumns: Int {
    let others =
      nameWidth + DriftLayout.psiWidth + DriftLayout.pWidth + DriftLayout.verdictWidth + 4 * gap
    // Frame and air, the gutter, and the marks of a list that scrolls.
    return max(20, table.width - 7 - others)
  }
}
