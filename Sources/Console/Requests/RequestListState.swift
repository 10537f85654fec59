package import Domain

/// A list of requests over the panel that it was opened from, and the one of them that is open.
package struct RequestListState: Sendable, Equatable {
  package var scope: RequestScope
  /// Requests that the panel counted in it when the list was opened; nil where it counts another stretch of time, or nothing.
  package var total: Int?
  /// Nil follows the first.
  package var selected: RequestCopy?
  package var page: RequestPageState?
}

/// One request that is open, and what versions answered when it was run again.
package struct RequestPageState: Sendable, Equatable {
  package var copy: RequestCopy
  /// The version to run it on; nil follows the one that answered.
  package var version: String?
  /// The first feature and the first of its rows that are shown.
  package var firstFeature = 0
  package var row = 0
  package var runs: [String: Run] = [:]

  package enum Run: Sendable, Equatable {
    case asked
    case answered(Rerun)
    case failed(reason: String)
  }
}

extension ConsoleState {
  /// The list, where the panel has one open.
  var openRequests: RequestListState? {
    panel == .latency || panel == .traffic ? requestList : nil
  }

  /// Slowest first, at most `RequestScope.limit`.
  package var listedRequests: [RequestSummary] {
    requestList.flatMap { board.requests(.requestList($0.scope)) } ?? []
  }

  var selectedRequest: RequestSummary? {
    let listed = listedRequests
    return listed.first { $0.copy == requestList?.selected } ?? listed.first
  }

  /// All answers to the request that is open.
  var openAnswers: [RequestDetail]? { requestList?.page.flatMap { board.request($0.copy.id) } }

  /// The answer that is open.
  package var openRequest: RequestDetail? {
    openAnswers?.first { $0.summary.copy == requestList?.page?.copy } ?? openAnswers?.first
  }

  /// The versions that the open request can be run on.
  package var rerunVersions: [VersionSnapshot] {
    guard let name = requestList?.scope.model, let model = shown?.model(name) else { return [] }
    return model.versions.filter { $0.state == .ready }
  }

  /// The one that Enter would run it on.
  package var rerunVersion: String? {
    let names = rerunVersions.map(\.version)
    let wished = requestList?.page?.version ?? openRequest?.summary.version.version
    return wished.flatMap { names.contains($0) ? $0 : nil } ?? names.first
  }
}
