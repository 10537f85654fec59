/// cmark fills each row of a table up to its columns: a few KB that declare thousands of columns over thousands of rows
/// become more cells than there is memory, and then it ends the process.
enum TableBound {
  static let cells = 200_000

  /// Whether the widest line, on every line, would be more cells than that.
  /// - Complexity: O(n).
  static func isExceeded(by text: String) -> Bool {
    var (lines, bars, most) = (1, 0, 0)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "|"): bars += 1
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        lines += 1
        bars = 0
      default: break
      }
      most = max(most, bars)
    }
    return lines * (most + 1) > cells
  }
}
