package import Domain
import Runbooks
import Storage

/// The pages of a folder as a server offers them: looked at again each minute and when somebody asks, at most each two seconds, on a
/// thread of its own, which is the only one that waits for their disk.
package actor RunbookShelf {
  /// Seconds from one look at the folder to the next.
  static let pause = 2.0
  static let hitsMax = 100

  private let worker = Worker(name: "vigia-runbooks")
  private var library: RunbookLibrary
  private var index: RunbookIndex?
  private var lookedAt: Timestamp?

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe worker.asUnownedSerialExecutor()
  }

  package init(folder: String) { library = RunbookLibrary(folder: folder) }

  package func answer(
    _ query: RunbookQuery, now: Timestamp
  ) throws(SourceError) -> RunbookAnswer {
    look(now)
    if let id = query.id { return RunbookAnswer(page: library.pages.first { $0.id == id }) }
    if let alert = query.alert {
      return RunbookAnswer(page: library.page(forAlert: alert, model: query.model))
    }
    if let words = query.search {
      do throws(StorageError) {
        return RunbookAnswer(hits: try hits(words, limit: query.limit))
      } catch {
        throw .failed(reason: error.description)
      }
    }
    return RunbookAnswer(
      entries: library.pages.map(RunbookEntry.init),
      problems: library.unreadable.map(\.description))
  }

  /// The pages as they are now.
  func pages(now: Timestamp) -> RunbookLibrary {
    look(now)
    return library
  }

  private func look(_ now: Timestamp) {
    if let lookedAt, (0..<Self.pause).contains(now.secondsSince(lookedAt)) { return }
    lookedAt = now
    if library.reload() { index = nil }
  }

  private func hits(_ words: String, limit: Int) throws(StorageError) -> [RunbookHit] {
    let limit = min(max(1, limit), Self.hitsMax)
    if let index { return try index.search(words, limit: limit) }
    let made = try RunbookIndex(library.pages.map(\.document))
    index = made
    return try made.search(words, limit: limit)
  }
}
