import Domain

extension ModelVersion {
  /// What `==` says, made into the caller's code: the call into another module costs more than the comparison, of which the
  /// recorder makes several for each request.
  @inline(__always)
  func isSame(as other: ModelVersion) -> Bool { version == other.version && model == other.model }
}
