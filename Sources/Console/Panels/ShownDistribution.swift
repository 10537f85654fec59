import Domain
import TextUI

/// The chosen feature's counts by cell, of one window, or why there are none.
enum ShownDistribution: Equatable {
  case known(FeatureDistribution, window: DriftWindow)
  case unknown(EmptyState)
}

extension ConsoleState {
  /// Of the window whose counts came last: the one shown, but for a moment after another was chosen.
  func distribution(of feature: FeatureVerdict) -> ShownDistribution {
    guard let model = selected?.model.name, let version = judgedVersion, let shownWindow else {
      return .unknown(EmptyState("no window is known whole, so its counts are not either"))
    }
    guard shownWindow.reference != nil else {
      return .unknown(
        EmptyState("this window was judged by an older Vigia, which kept no counts by bin"))
    }
    let slots: [QueryBoard.Slot] = [
      .driftCells(model: model, version: version),
      .judgements(.reference, model: model, version: version),
    ]
    if let failure = slots.compactMap(board.failure).first {
      return .unknown(
        EmptyState("the counts cannot be read: \(failure). Asked again every 5 s.", tone: .warn))
    }
    guard let window = board.judgements(slots[0])?.windows.last,
      let references = board.judgements(slots[1])?.references
    else {
      return .unknown(
        EmptyState(slots.compactMap(waiting).first ?? "reading the counts by bin"))
    }
    guard let reference = references.last(where: { $0.id == window.reference }) else {
      return .unknown(
        EmptyState("the bins of the reference that this window was judged against are not kept"))
    }
    guard let cells = reference.feature(feature.name, feature.subject),
      let current = window.features.first(where: { $0.key == feature.key })?.cells,
      let distribution = FeatureDistribution(cells, current: current)
    else {
      return .unknown(EmptyState("nothing was counted of it in this window"))
    }
    return .known(distribution, window: window)
  }
}
