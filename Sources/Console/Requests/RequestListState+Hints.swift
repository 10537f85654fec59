import Domain
import TextUI

extension ConsoleState {
  /// What works while requests are listed, or one of them is open.
  func requestHints(_ list: RequestListState) -> [Hint] {
    guard list.page != nil else {
      return [
        Hint("Esc", "back"), Hint("Down", "next"), Hint("Enter", "open"),
        Hint(key(.copy), "copy id"), Hint(key(.export), "export"), Hint("?", "help"),
      ]
    }
    let isLong = (openRequest?.inputs.rows ?? 0) > 1
    let canRun = openRequest.map { $0.obstacle == nil } ?? false
    return [Hint("Esc", "back")]
      + (canRun ? [Hint("Enter", "run again"), Hint("Down", "version")] : [])
      + (isLong ? [Hint("Right", "row")] : [])
      + [Hint("PgDn", "features"), Hint(key(.copy), "copy id"), Hint("?", "help")]
  }
}
