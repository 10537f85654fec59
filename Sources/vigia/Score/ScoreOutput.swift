import Foundation
import Glibc
import Storage
import Synchronization

/// The files that a run writes: rows and bad rows under `.part` names until all is done, and how far it came.
///
/// About once a second what is written is brought to the disk, and only then noted in `OUT.progress`, on a thread of its
/// own: whatever ends the process, the next run cuts both files to what was noted and goes on from there.
final class ScoreOutput {
  private let names: OutputNames
  private let output: Int32
  private let bad: Int32
  /// Nil where no later run could go on.
  private(set) var progress: ScoreProgress?
  private let disk = DispatchQueue(label: "score-checkpoint")
  private let checkpoint = Checkpoint()
  private let interval: Duration
  private var lastCheckpoint = ContinuousClock.now

  private final class Checkpoint: Sendable {
    let isBusy = Atomic(false)
    let failure = Mutex<ScoreError?>(nil)
  }

  /// A place for the rows of a run that begins.
  ///
  /// - Parameters:
  ///   - header: the output's first line.
  ///   - progress: nil where no later run could go on.
  init(
    beginning names: OutputNames, header: [UInt8], progress: ScoreProgress?, interval: Duration
  ) throws(ScoreError) {
    self.names = names
    self.interval = interval
    // First, so that a `.part` is always explained by what stands beside it.
    if let progress { try Self.store(progress, names) } else { unlink(names.progress) }
    output = try Self.open(names.part, O_RDWR | O_CREAT)
    bad = try Self.open(names.badPart, O_RDWR | O_CREAT)
    self.progress = progress
    try cut(output, names.part, 0)
    try cut(bad, names.badPart, 0)
    try write(header, ChunkScorer.badHeader)
  }

  /// The same files again, cut to what is surely there.
  init(
    goingOn progress: ScoreProgress, names: OutputNames, header: [UInt8], interval: Duration
  ) throws(ScoreError) {
    self.names = names
    self.interval = interval
    self.progress = progress
    output = try Self.open(names.part, O_RDWR | O_CREAT)
    bad = try Self.open(names.badPart, O_RDWR | O_CREAT)
    try cut(output, names.part, progress.outputBytes)
    try cut(bad, names.badPart, progress.badBytes)
    if progress.outputBytes == 0 { try write(header, ChunkScorer.badHeader) }
  }

  deinit {
    close(output)
    close(bad)
  }

  /// - Parameter seconds: of all sittings.
  func write(_ chunk: ScoredChunk, seconds: Double) throws(ScoreError) {
    try write(chunk.output, chunk.badOutput)
    progress?.position = chunk.end
    progress?.scored += chunk.scored
    progress?.bad += chunk.bad
    progress?.seconds = seconds
    if ContinuousClock.now - lastCheckpoint >= interval { try noteProgress() }
  }

  /// Brings everything to the disk and notes it: the next run goes on from here.
  func pause() throws(ScoreError) {
    try settle()
    try Self.sync(output, names.part)
    try Self.sync(bad, names.badPart)
    if let progress { try Self.store(progress, names) }
  }

  /// Gives the files their names.
  func finish(bad count: Int) throws(ScoreError) {
    progress?.isComplete = true
    try pause()
    try Self.name(names, bad: count)
  }

  /// The last step, which may be taken again after a crash in its middle.
  static func name(_ names: OutputNames, bad count: Int) throws(ScoreError) {
    if count > 0 {
      try rename(names.badPart, names.bad)
    } else {
      unlink(names.badPart)
      // Of an earlier run, whose output is replaced.
      unlink(names.bad)
    }
    try rename(names.part, names.output)
    do throws(StorageError) {
      try DurableFile.syncFolder(of: names.output)
    } catch {
      throw .write(path: names.output, reason: "its folder cannot be synced")
    }
    unlink(names.progress)
  }

  /// What an earlier run has left.
  static func found(_ names: OutputNames) -> ResumePlan.Found {
    let files = FileManager.default
    var found = ResumePlan.Found(
      output: files.fileExists(atPath: names.output), part: files.fileExists(atPath: names.part))
    if files.fileExists(atPath: names.progress) {
      let data = try? Data(contentsOf: URL(filePath: names.progress))
      let progress = data.flatMap { try? JSONDecoder().decode(ScoreProgress.self, from: $0) }
      found.progress = progress.flatMap { $0.format == 1 ? .found($0) : nil } ?? .unreadable
    }
    return found
  }

  private func write(_ rows: [UInt8], _ badRows: [UInt8]) throws(ScoreError) {
    if let failure = checkpoint.failure.withLock({ $0 }) { throw failure }
    try Self.write(rows[...], to: output, path: names.part)
    try Self.write(badRows[...], to: bad, path: names.badPart)
    progress?.outputBytes += Int64(rows.count)
    progress?.badBytes += Int64(badRows.count)
  }

  private func noteProgress() throws(ScoreError) {
    guard let progress, !checkpoint.isBusy.load(ordering: .acquiring) else { return }
    lastCheckpoint = .now
    checkpoint.isBusy.store(true, ordering: .relaxed)
    disk.async { [checkpoint, names, output, bad] in
      do throws(ScoreError) {
        try Self.sync(output, names.part)
        try Self.sync(bad, names.badPart)
        try Self.store(progress, names)
      } catch {
        checkpoint.failure.withLock { $0 = error }
      }
      checkpoint.isBusy.store(false, ordering: .releasing)
    }
  }

  private func settle() throws(ScoreError) {
    disk.sync {}
    if let failure = checkpoint.failure.withLock({ $0 }) { throw failure }
  }

  private func cut(_ file: Int32, _ path: String, _ length: Int64) throws(ScoreError) {
    // Two runs must not write one file.
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      throw .refused("\(path): another vigia score writes it")
    }
    let size = lseek(file, 0, SEEK_END)
    guard size >= length else {
      throw .refused(
        "\(path) has \(size) bytes, \(names.progress) says \(length); --restart begins anew")
    }
    guard ftruncate(file, off_t(length)) == 0, lseek(file, 0, SEEK_END) == length else {
      throw .write(path: path, reason: errnoText())
    }
  }

  static func write(
    _ bytes: ArraySlice<UInt8>, to file: Int32, path: String
  ) throws(ScoreError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .write(path: path, reason: errnoText()) }
      rest = rest.dropFirst(count)
    }
  }

  private static func open(_ path: String, _ flags: Int32) throws(ScoreError) -> Int32 {
    let file = Glibc.open(path, flags | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .write(path: path, reason: errnoText()) }
    return file
  }

  private static func sync(_ file: Int32, _ path: String) throws(ScoreError) {
    guard fdatasync(file) == 0 else { throw .write(path: path, reason: errnoText()) }
  }

  private static func rename(_ path: String, _ name: String) throws(ScoreError) {
    guard Glibc.rename(path, name) == 0 || errno == ENOENT else {
      throw .write(path: name, reason: errnoText())
    }
  }

  private static func store(
    _ progress: ScoreProgress, _ names: OutputNames
  ) throws(ScoreError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      try DurableFile.replace(names.progress, with: Array(encoder.encode(progress)) + [0x0A])
    } catch {
      throw .write(path: names.progress, reason: "\(error)")
    }
  }
}
