import Domain

extension UpstreamStatus {
  /// Why no request goes there; nil while some do.
  var obstacle: String? {
    switch state {
    case .healthy: nil
    case .unhealthy(let reason): reason
    case .ejected(_, let reason): "ejected: \(reason)"
    }
  }
}

extension ModelSnapshot {
  /// Whether any of its versions runs on other servers.
  var hasRemote: Bool { versions.contains { !($0.upstreams ?? []).isEmpty } }

  /// Whether a version could answer now and, where some are remote, where it runs: what a rollback or a pin to it depends on.
  func readiness(of version: VersionSnapshot) -> String {
    guard case .ready = version.state else { return "it is not loaded" }
    guard let upstreams = version.upstreams, !upstreams.isEmpty else {
      return hasRemote ? "it is loaded, in this process" : "it is loaded"
    }
    let answering = upstreams.count { $0.obstacle == nil }
    return "remote: \(answering) of \(upstreams.count) "
      + "\(upstreams.count == 1 ? "upstream answers" : "upstreams answer")"
  }
}

extension VersionSnapshot {
  /// Why it could not be loaded, where it could not: the reason before the file, since a line may be cut.
  func failure(of model: String) -> String? {
    guard case .failed(var reason) = state else { return nil }
    let subject = "\(model)@\(version): "
    if reason.hasPrefix(subject) { reason.removeFirst(subject.count) }
    guard reason.hasPrefix("/"), let colon = reason.firstRange(of: ": ") else { return reason }
    return "\(reason[colon.upperBound...]); \(reason[..<colon.lowerBound])"
  }
}
