import Domain
import TextUI

extension ConsoleState {
  /// Lists the requests behind what the panel points at, or says that it points at none.
  mutating func listRequests() {
    let scope = panel == .traffic ? failingScope : latencyScope
    guard let scope else {
      return say(
        panel == .traffic ? "nothing failed here: there is nothing to list" : "there is no model",
        .quiet)
    }
    requestList = RequestListState(
      scope: scope, total: panel == .traffic ? failingTotal(scope) : latencyTotal(scope))
    board.hurry()
  }

  /// Keys while requests are listed, or one of them is open; nil passes the key on.
  mutating func takeInRequests(_ intent: Intent) -> [Effect]? {
    guard let list = openRequests else { return nil }
    switch intent {
    case .earlier, .later, .previousMark, .nextMark, .zoomIn, .zoomOut:
      say("these requests are of one stretch of time; Esc goes back to the chart", .quiet)
      return []
    case .back:
      if list.page == nil { requestList = nil } else { requestList?.page = nil }
      return []
    default: break
    }
    return list.page == nil ? takeInRequestList(intent) : takeInRequestPage(intent)
  }

  private mutating func takeInRequestList(_ intent: Intent) -> [Effect]? {
    let listed = listedRequests
    let at = listed.firstIndex { $0.copy == requestList?.selected } ?? 0
    if let target = intent.target(from: at, count: listed.count) {
      guard !listed.isEmpty else { return [] }
      requestList?.selected = listed[min(max(target, 0), listed.count - 1)].copy
      return []
    }
    switch intent {
    case .open:
      guard let request = selectedRequest else { return [] }
      requestList?.selected = request.copy
      requestList?.page = RequestPageState(copy: request.copy)
      board.hurry()
      return []
    case .previousModel, .nextModel, .nextVersion: return []
    default: return nil
    }
  }

  private mutating func takeInRequestPage(_ intent: Intent) -> [Effect]? {
    switch intent {
    case .up, .down: moveRerun(by: intent == .up ? -1 : 1)
    case .pageUp: requestList?.page?.firstFeature -= 10
    case .pageDown: requestList?.page?.firstFeature += 10
    case .first: requestList?.page?.firstFeature = 0
    case .last: requestList?.page?.firstFeature = .max
    case .previousModel: requestList?.page?.row -= 1
    case .nextModel: requestList?.page?.row += 1
    case .nextVersion: turnAnswer()
    case .open: return runAgain()
    default: return nil
    }
    let features = openRequest?.inputs.columns.count ?? 0
    let rows = openRequest?.inputs.columns.map(\.cells.count).max() ?? 0
    if let page = requestList?.page {
      requestList?.page?.firstFeature = min(max(0, page.firstFeature), max(0, features - 1))
      requestList?.page?.row = min(max(0, page.row), max(0, rows - 1))
    }
    return []
  }

  private mutating func moveRerun(by rows: Int) {
    let names = rerunVersions.map(\.version)
    guard let present = rerunVersion, let at = names.firstIndex(of: present) else { return }
    requestList?.page?.version = names[min(max(at + rows, 0), names.count - 1)]
  }

  /// From the client's answer to the shadow's, and back.
  private mutating func turnAnswer() {
    let copies = (openAnswers ?? []).map(\.summary.copy)
    guard copies.count > 1, let present = openRequest?.summary.copy,
      let at = copies.firstIndex(of: present)
    else { return say("there is no other answer to this request", .quiet) }
    let next = RequestPageState(copy: copies[(at + 1) % copies.count])
    requestList?.page = next
  }

  private mutating func runAgain() -> [Effect] {
    guard let request = openRequest, let version = rerunVersion else { return [] }
    guard request.obstacle == nil else {
      say("this request cannot be run again: its inputs are not all kept", .warn)
      return []
    }
    if requestList?.page?.runs[version] == .asked { return [] }
    requestList?.page?.runs[version] = .asked
    return [.runAgain(request.summary.copy, version: version)]
  }

  mutating func takeRerun(
    _ copy: RequestCopy, _ version: String, _ result: Result<Rerun, SourceError>
  ) {
    guard requestList?.page?.copy == copy else { return }
    requestList?.page?.runs[version] =
      switch result {
      case .success(let rerun): .answered(rerun)
      case .failure(let error): .failed(reason: error.reason)
      }
  }
}
