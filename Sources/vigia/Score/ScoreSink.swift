import Foundation
import Glibc

/// Where the lines of a run go: to files that a later run can go on with, or to standard output.
final class ScoreSink {
  private(set) var scored: Int
  private(set) var bad: Int
  private let files: ScoreOutput?
  /// Of bad rows beside standard output, with its name.
  private let badFile: (descriptor: Int32, path: String)?
  private var hasBadHeader = false

  /// - Parameters:
  ///   - first: nil where no later run could go on.
  ///   - earlier: how far an earlier run came; nil: this one begins.
  init(
    _ options: ScoreOptions, _ names: OutputNames, _ header: [UInt8], first: ScoreProgress?,
    earlier: ScoreProgress?
  ) throws(ScoreError) {
    scored = earlier?.scored ?? 0
    bad = earlier?.bad ?? 0
    guard options.output == "-" else {
      badFile = nil
      if let earlier {
        files = try ScoreOutput(
          goingOn: earlier, names: names, header: header, interval: options.checkpointInterval)
      } else {
        files = try ScoreOutput(
          beginning: names, header: header, progress: first, interval: options.checkpointInterval)
      }
      return
    }
    files = nil
    if let path = options.bad {
      let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw .write(path: path, reason: errnoText()) }
      badFile = (file, path)
    } else {
      badFile = (STDERR_FILENO, "standard error")
    }
    try ScoreOutput.write(header[...], to: STDOUT_FILENO, path: "standard output")
  }

  deinit {
    if let badFile, badFile.descriptor != STDERR_FILENO { close(badFile.descriptor) }
  }

  /// Bad rows are shown where progress would be.
  var usesErrors: Bool { badFile?.descriptor == STDERR_FILENO }

  func write(_ chunk: ScoredChunk, seconds: Double) throws(ScoreError) {
    if let files {
      try files.write(chunk, seconds: seconds)
    } else {
      try ScoreOutput.write(chunk.output[...], to: STDOUT_FILENO, path: "standard output")
      if let (file, path) = badFile, chunk.bad > 0 {
        let header = hasBadHeader ? [] : ChunkScorer.badHeader
        try ScoreOutput.write((header + chunk.badOutput)[...], to: file, path: path)
        hasBadHeader = true
      }
    }
    scored += chunk.scored
    bad += chunk.bad
  }

  /// - Parameter isWhole: whether all of the input is written; else a later run goes on.
  func end(isWhole: Bool) throws(ScoreError) {
    if isWhole { try files?.finish(bad: bad) } else { try files?.pause() }
  }
}
