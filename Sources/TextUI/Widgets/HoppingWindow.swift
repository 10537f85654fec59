/// Which moments a picture over time shows, so that it costs little to keep up to date.
///
/// A heat map that moves by a column changes nearly every cell: some 40 kB a time. A window that
/// stands still while its last columns fill, and then hops by several, repaints one column a time.
package enum HoppingWindow {
  /// The numbers of the moments to show, the newest among the last `hop` of them; the ones after
  /// the newest have no data yet.
  ///
  /// - Parameters:
  ///   - newest: the number of the newest moment, as seconds since an epoch divided by the step.
  ///   - width: how many moments are shown.
  ///   - hop: how many to move at a time; 1 moves with every moment.
  package static func moments(newest: Int, width: Int, hop: Int) -> Range<Int> {
    guard width > 0 else { return 0..<0 }
    let hop = min(max(1, hop), width)
    let past = newest % hop
    let end = newest - (past < 0 ? past + hop : past) + hop
    return (end - width)..<end
  }
}
