import Foundation
import GRDBSQLite
import Synchronization

/// A disk whose nth operation fails: SQLite's own file system with other functions for what lies in a folder that says so in
/// its name. Everything else is left alone, so that other tests may run meanwhile; those that use it run one after the other.
///
/// Source of the method: "How SQLite is tested", I/O error testing, sqlite.org/testing.html.
enum FaultyDisk {
  /// In the name of a folder whose files it serves.
  static let marker = "vigia-faulty"

  enum Fault: CaseIterable {
    /// SQLITE_IOERR_WRITE, _FSYNC, _READ, _TRUNCATE: whatever comes at that number.
    case once
    case fromThenOn
    /// Writes alone fail, from then on, with SQLITE_FULL.
    case full
    /// Syncs alone fail, from then on.
    case unsynced
  }

  private struct Plan {
    var fault: Fault?
    var at = 0
    var operations = 0
    var failures = 0

    mutating func fails(_ operation: Operation) -> Bool {
      guard let fault, fault.concerns(operation) else { return false }
      operations += 1
      let isHit = fault == .once ? operations == at : operations >= at
      if isHit { failures += 1 }
      return isHit
    }
  }

  fileprivate enum Operation { case read, write, sync, truncate }

  private static let plan = Mutex(Plan())
  // Written once, by `isInstalled` and by the first file, before anything is done through them.
  nonisolated(unsafe) private static var parent = sqlite3_vfs()
  nonisolated(unsafe) private static var original = sqlite3_io_methods()
  /// By the functions that a file had: those of logs lock nothing. Only used under the plan's lock.
  nonisolated(unsafe) private static var faulty:
    [UnsafePointer<sqlite3_io_methods>: UnsafePointer<sqlite3_io_methods>] = [:]

  /// From now on the `number`th operation that the fault concerns fails.
  static func arm(_ fault: Fault, at number: Int) {
    _ = isInstalled
    plan.withLock { $0 = Plan(fault: fault, at: number) }
  }

  /// - Returns: how often it failed.
  static func disarm() -> Int {
    plan.withLock { plan in
      defer { plan = Plan() }
      return plan.failures
    }
  }

  /// For the whole process, beneath every connection that is opened from then on.
  static let isInstalled: Bool = {
    guard let found = sqlite3_vfs_find(nil) else { return false }
    parent = found.pointee
    let ours = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    ours.initialize(to: parent)
    ours.pointee.zName = UnsafePointer(strdup("vigia-faulty"))
    ours.pointee.xOpen = { vfs, name, file, flags, outFlags in
      let result = FaultyDisk.parent.xOpen?(vfs, name, file, flags, outFlags) ?? SQLITE_ERROR
      guard result == SQLITE_OK, let name, String(cString: name).contains(FaultyDisk.marker) else {
        return result
      }
      return FaultyDisk.takeOver(file)
    }
    return sqlite3_vfs_register(ours, 1) == SQLITE_OK
  }()

  private static func takeOver(_ file: UnsafeMutablePointer<sqlite3_file>?) -> CInt {
    guard let file, let methods = file.pointee.pMethods else { return SQLITE_OK }
    plan.withLock { _ in
      if faulty[methods] == nil {
        // Reading and writing are the same for all files.
        if faulty.isEmpty { original = methods.pointee }
        let ours = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        ours.initialize(to: methods.pointee)
        interpose(&ours.pointee)
        faulty[methods] = UnsafePointer(ours)
      }
      file.pointee.pMethods = faulty[methods]
    }
    return SQLITE_OK
  }

  private static func interpose(_ methods: inout sqlite3_io_methods) {
    methods.xRead = { file, data, size, offset in
      if FaultyDisk.fails(.read) { return FaultyDisk.readFailure }
      return FaultyDisk.original.xRead(file, data, size, offset)
    }
    methods.xWrite = { file, data, size, offset in
      if FaultyDisk.fails(.write) { return FaultyDisk.writeError }
      return FaultyDisk.original.xWrite(file, data, size, offset)
    }
    methods.xSync = { file, flags in
      if FaultyDisk.fails(.sync) { return FaultyDisk.syncFailure }
      return FaultyDisk.original.xSync(file, flags)
    }
    methods.xTruncate = { file, size in
      if FaultyDisk.fails(.truncate) { return FaultyDisk.truncateFailure }
      return FaultyDisk.original.xTruncate(file, size)
    }
  }

  private static func fails(_ operation: Operation) -> Bool {
    plan.withLock { $0.fails(operation) }
  }

  private static var writeError: CInt {
    plan.withLock { $0.fault == .full ? SQLITE_FULL : writeFailure }
  }

  private static let readFailure = SQLITE_IOERR | 1 << 8
  private static let writeFailure = SQLITE_IOERR | 3 << 8
  private static let syncFailure = SQLITE_IOERR | 4 << 8
  private static let truncateFailure = SQLITE_IOERR | 6 << 8
}

extension FaultyDisk.Fault {
  fileprivate func concerns(_ operation: FaultyDisk.Operation) -> Bool {
    switch self {
    case .once, .fromThenOn: true
    case .full: operation == .write
    case .unsynced: operation == .sync
    }
  }
}
