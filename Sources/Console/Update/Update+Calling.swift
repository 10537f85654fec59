import Domain
import TextUI

extension ConsoleState {
  /// Calls somebody for pages that began to fire, once for all that came together; also while the panels are paused. What
  /// fired before the console was opened stands on the screen, and rings nobody.
  func calls(_ next: SystemSnapshot, after previous: SystemSnapshot) -> [Effect] {
    let firing = Set(previous.alerts.filter(\.isFiring).map(\.id))
    let pages = next.alerts.filter {
      $0.severity == .critical && $0.needsSomebody && !firing.contains($0.id)
    }
    guard let first = pages.first else { return [] }
    let rest = pages.count == 1 ? "" : ", and \(pages.count - 1) more"
    return (settings.rings ? [.signal(.bell)] : [])
      + (settings.notifies
        ? [.signal(.notification("\(first.name): \(first.summary)\(rest)"))] : [])
  }
}
