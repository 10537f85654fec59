package import Domain
import Foundation
import GRDB
import Synchronization

extension StateStore {
  /// Notices that `state.db` or its log was taken away or overwritten, or that another file stands in its place, while it is
  /// open: what is committed then does not outlive the process. Changes are refused from then on, and all rows are copied to
  /// a file beside it, which `StateRepair` takes when `audit.head` fits it.
  ///
  /// - Parameter now: goes into the copy's name.
  package func lookAtFile(now: Timestamp) {
    // What was damaged when it was opened is told as that, and there is nothing sound to copy.
    guard standing == nil, !isRescued, let words = displacement ?? overwritten(now: now) else {
      return
    }
    do throws(StorageError) {
      let name = "\(Self.fileName)\(Self.rescuedInfix)\(now.microseconds)"
      try rescue(to: "\(directory ?? "")/\(name)")
      displaced(.damaged(detail: "\(words); all of its rows were copied to \(name)"), rescued: true)
    } catch {
      // Tried again at the next look: there may be room by then.
      displaced(
        .damaged(detail: "\(words); its rows could not be copied beside it: \(error)"),
        rescued: false)
    }
  }

  /// Seconds between two looks at a file to which nothing was added meanwhile, and which nobody else wrote to.
  private static let betweenReadings = 10.0

  /// Like `overwritten`; nil, too, while it was looked at just now.
  private func overwritten(now: Timestamp) -> String? {
    let isDue = readingIsDue(head, now: now, after: Self.betweenReadings)
    return isTouched || isDue ? overwritten : nil
  }

  /// What another process would read, when that is not what was committed here: the file or its log was written over. Nil
  /// while all is well.
  var overwritten: String? {
    guard let files else { return nil }
    let head = head
    let stamps = files.stamps
    do throws(StorageError) {
      let found = try StorageError.translating(path) { try readAnew() }
      if found.sequence > head.sequence || found == head {
        state.withLock {
          $0.isTouched = false
          $0.stamps = stamps
        }
        return nil
      }
    } catch {
      // Too busy, or short of files: no sign of damage.
      guard case .corrupt = error else { return nil }
    }
    return "the file was written over while Vigia runs"
  }

  /// Whether somebody else has written to the file or its log since this connection was used: to be asked before it is used
  /// again. While it is in use on another thread, its own writing may count as that.
  var isTouched: Bool {
    guard let files else { return false }
    let stamps = files.stamps
    return state.withLock { state in
      if let left = state.stamps, left != stamps { state.isTouched = true }
      return state.isTouched
    }
  }

  /// To be called when the connection was used.
  func noteStamps() {
    guard let files else { return }
    let stamps = files.stamps
    state.withLock { $0.stamps = stamps }
  }

  private func readAnew() throws -> AuditHead {
    do {
      return try Self.looking(at: path) { db in
        let row = try Self.lastRow(db)
        return AuditHead(
          sequence: row?.sequence ?? 0, hash: (row?.hash ?? AuditChain.origin).hexadecimal)
      }
    } catch let error as DatabaseError
      where error.extendedResultCode == .SQLITE_IOERR_SHORT_READ
    {
      // The log ends before what was committed into it.
      throw StorageError.corrupt(path: path, detail: "\(error)")
    }
  }

  /// What became of the file since it was opened; nil while it is in its place.
  var displacement: String? {
    switch files?.displacement {
    case .removed: "the file was removed while Vigia runs"
    case .replaced: "the file was replaced by another while Vigia runs"
    case .logLost: "its log, \(Self.fileName)-wal, was removed while Vigia runs"
    case nil: nil
    }
  }

  private static let rescuedInfix = ".rescued-"

  private func rescue(to path: String) throws(StorageError) {
    let part = path + ".part"
    defer { try? FileManager.default.removeItem(atPath: part) }
    try DurableFile.makePrivate(part)
    let head = try use { db in
      try db.execute(sql: "VACUUM INTO ?", arguments: [part])
      return self.head
    }
    // Of a file that was written over, what was in memory is copied, and what was not is damaged.
    let copied = try Self.verify(part, headFile: .success(head))
    guard copied.isSound, copied.head == head else {
      throw .corrupt(path: part, detail: copied.problem?.description ?? "rows are missing")
    }
    try DurableFile.sync(part)
    try DurableFile.move(part, to: path)
  }

  /// The newest copy of a file that was displaced, whose chain is sound and ends where `audit.head` says.
  static func rescued(in directory: String, fitting head: AuditHead?) -> String? {
    guard let head else { return nil }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.filter { $0.hasPrefix(fileName + rescuedInfix) && Int($0.suffix(16)) != nil }
      .sorted(by: >)
      .first { name in
        let path = "\(directory)/\(name)"
        guard DatabaseHeader.damage(path) == nil,
          let found = try? verify(path, headFile: .success(head))
        else { return false }
        return found.isSound && found.head == head
      }
  }

  /// What became of the file under way goes before what was found before: it is the newer.
  func displaced(_ problem: AuditVerification.Problem, rescued: Bool) {
    state.withLock {
      $0.problem = problem
      $0.isRescued = rescued
    }
  }

  var isRescued: Bool { state.withLock { $0.isRescued } }

  /// Whether rows came since the file was read anew, or so many seconds passed; notes that it is read now.
  private func readingIsDue(_ head: AuditHead, now: Timestamp, after seconds: Double) -> Bool {
    state.withLock { state in
      if let read = state.read, read.head == head, abs(now.secondsSince(read.at)) < seconds {
        return false
      }
      state.read = (head, now)
      return true
    }
  }
}
