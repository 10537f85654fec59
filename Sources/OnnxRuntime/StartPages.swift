import COnnxRuntime

/// Pages of code, of this program and of the engine's library, that only the start has run.
package enum StartPages {
  /// Gives them back to the system: some 25 MB of what a server keeps resident otherwise. They are clean pages of files,
  /// and what is run again comes back from the page cache, in microseconds.
  ///
  /// - Returns: the bytes of the mappings that were looked at.
  @discardableResult
  package static func giveBack() -> Int { Int(returnCodePages(OnnxLibrary.fileName)) }
}
