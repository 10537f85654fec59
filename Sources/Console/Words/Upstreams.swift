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
