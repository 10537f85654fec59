/// What can go wrong with the two stores.
package enum StorageError: Error, Sendable, Equatable {
  /// The file could not be opened or made.
  case cannotOpen(path: String, reason: String)
  /// The file is no database of Vigia's, or is damaged.
  case corrupt(path: String, detail: String)
  /// The running server's `metrics.db` is damaged or gone, and the next flush begins it anew.
  case beingReplaced(path: String, damage: String? = nil)
  /// Written by a newer Vigia.
  case newerSchema(path: String, found: Int, supported: Int)
  /// A database of another program.
  case foreign(path: String, applicationID: Int)
  /// The chain does not fit its head: nothing is appended until it is repaired.
  case chainBroken(path: String, AuditVerification.Problem)
  /// No room on the disk, or the file has reached its cap.
  case full(path: String)
  /// What is left of the disk is kept for the ledger.
  case reserved(path: String, freeBytes: Int64)
  /// The disk failed.
  case inputOutput(path: String, detail: String)
  /// The caller gave up before the commit: nothing was stored.
  case withdrawn
  /// A command with this id has its outcome already: see `StateStore.outcome(of:)`.
  case alreadyDone(commandID: String)
  case closed(path: String)
  /// A question about the past that would need more than its answer may hold.
  case invalidQuery(reason: String)
  /// SQLite refused for a reason that is Vigia's own fault.
  case unexpected(path: String, detail: String)
}

extension StorageError: CustomStringConvertible {
  /// What was expected, what was found, and what to do next.
  package var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "\(path): cannot be opened: \(reason). Check that the data folder exists and is writable."
    case .corrupt(let path, let detail):
      "\(path): expected a sound database, found damage (\(detail)). "
        + (path.hasSuffix(StateStore.fileName)
          ? "Nothing is changed until `vigia audit repair` has been run."
          : "It is moved aside and begun anew at the next start.")
    case .beingReplaced(let path, let damage):
      "\(path): expected a sound database, found "
        + (damage.map { "damage (\($0))" } ?? "none in its place")
        + ". It is begun anew within a second; ask again then."
    case .newerSchema(let path, let found, let supported):
      "\(path): written by a newer Vigia (schema \(found); this one knows up to \(supported)). "
        + "Start that version, or point data_dir elsewhere."
    case .foreign(let path, let applicationID):
      "\(path): expected a database of Vigia's, found one with application id \(applicationID). "
        + "Point data_dir elsewhere."
    case .chainBroken(let path, let problem):
      "\(path): \(problem.description). Nothing is changed until `vigia audit repair` has been run."
    case .full(let path):
      "\(path): no room: the disk is full or the file has reached its cap. Free some space."
    case .reserved(let path, let freeBytes):
      "\(freeBytes >> 20) MB are left: free some space on the disk of \(path). "
        + "They are kept for the ledger. It goes on by itself."
    case .inputOutput(let path, let detail):
      "\(path): the disk failed (\(detail)). Check the disk and the mount."
    case .withdrawn:
      "given up before it was stored; nothing was changed."
    case .alreadyDone(let commandID):
      "command \(commandID) was sent before; its first outcome stands."
    case .closed(let path):
      "\(path): the store is closed."
    case .invalidQuery(let reason):
      "\(reason)"
    case .unexpected(let path, let detail):
      "\(path): \(detail). This is a fault of Vigia's: please report it."
    }
  }
}
