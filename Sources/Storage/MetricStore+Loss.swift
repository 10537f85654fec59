package import Domain
import Foundation
import Synchronization

extension MetricStore {
  /// Why the file was begun anew, or is another than the one that was open.
  package enum Loss: Sendable, Equatable {
    /// - Parameter movedTo: where the damaged file is now.
    case damaged(movedTo: String)
    /// There was none at the start, though there had been one, or an empty one.
    case missing
    case empty
    case removed(Timestamp)
    /// What stands in its place is written on.
    case replaced(Timestamp)
    /// The log alone; what it held was written into the file.
    case logRemoved(Timestamp)
  }

  /// What became of a file of which nothing is left; nil: something is. SQLite would begin anew in an empty file without a
  /// word, and take away the log beside it, which is moved aside.
  static func lossOfNothing(_ path: String, now: Timestamp) throws(StorageError) -> Loss? {
    guard DurableFile.size(path) == 0 else { return nil }
    if DurableFile.size(path + "-wal") > 0 {
      return .damaged(movedTo: try moveAside(path, now: now))
    }
    return FileManager.default.fileExists(atPath: path) ? .empty : .missing
  }

  /// The file is no longer the one that is open, which is closed.
  func leaveDisplaced(now: Timestamp) {
    let files = shared.withLock { $0.files }
    // What was closed on purpose stays closed.
    guard pool.withLock({ $0 != nil }), let files, let displacement = files.displacement else {
      return
    }
    shared.withLock { $0.mustOpen = true }
    close()
    files.dropLog()
    shared.withLock {
      $0.files = nil
      $0.loss =
        switch displacement {
        case .removed: .removed(now)
        case .replaced: .replaced(now)
        case .logLost: .logRemoved(now)
        }
    }
  }

  func replaceDamaged(now: Timestamp) throws(StorageError) {
    if shared.withLock({ $0.isDamaged }) {
      shared.withLock { $0.mustOpen = true }
      close()
      let aside = try Self.moveAside(path, now: now)
      shared.withLock {
        $0.isDamaged = false
        $0.loss = .damaged(movedTo: aside)
      }
    }
    guard shared.withLock({ $0.mustOpen }) else { return }
    unsound.forget()
    let fresh: Opened
    do {
      fresh = try Self.openWithWriter(path, settings: settings, now: now, unsound)
    } catch {
      shared.withLock { $0.refusal = error }
      throw error
    }
    pool.withLock { $0 = fresh.pool }
    writer.withLock { $0 = fresh.writer }
    shared.withLock {
      $0.mustOpen = false
      $0.refusal = nil
      $0.files = OpenDatabaseFiles(path)
    }
  }

  static func moveAside(_ path: String, now: Timestamp) throws(StorageError) -> String {
    let aside = "\(path).corrupt-\(now.seconds)"
    for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
      try DurableFile.move(path + suffix, to: aside + suffix)
    }
    if FileManager.default.fileExists(atPath: path) { try DurableFile.move(path, to: aside) }
    dropOldDamaged(path)
    return aside
  }

  /// Keeps the newest two: damage that comes back must not fill the disk.
  private static func dropOldDamaged(_ path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let damaged = names.filter {
      $0.hasPrefix("\(fileName).corrupt-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
    }
    for name in damaged.sorted().dropLast(2) {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent(name + suffix))
      }
    }
  }
}
