package import Domain
import Foundation
import GRDB

extension StateStore {
  /// Notices that `state.db` was taken away, or that another file stands in its place, while it is open: what is committed
  /// then goes into a file without a name, and ends with the process. Changes are refused from then on, and all rows
  /// are copied to a file beside it, which `StateRepair` takes when `audit.head` fits it.
  ///
  /// - Parameter now: goes into the copy's name.
  package func lookAtFile(now: Timestamp) {
    guard let words = displacement, !isRescued else { return }
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

  /// What became of the file since it was opened; nil while it is in its place.
  var displacement: String? {
    switch files?.displacement {
    case .removed: "the file was removed while Vigia runs"
    case .replaced: "the file was replaced by another while Vigia runs"
    case nil: nil
    }
  }

  private static let rescuedInfix = ".rescued-"

  private func rescue(to path: String) throws(StorageError) {
    let part = path + ".part"
    defer { try? FileManager.default.removeItem(atPath: part) }
    try DurableFile.makePrivate(part)
    try use { db in try db.execute(sql: "VACUUM INTO ?", arguments: [part]) }
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
}
