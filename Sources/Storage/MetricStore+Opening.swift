import Domain
import Foundation
import GRDB

extension MetricStore {
  /// Opens `metrics.db` in `directory` for reading alone, also beside a running server. Whatever writes, fails.
  ///
  /// - Returns: nil when there is no such file.
  /// - Throws: `corrupt`, `foreign`, `newerSchema`; `cannotOpen` also for an older schema, which a server's start brings up
  ///   to date.
  package static func readOnly(directory: String) throws(StorageError) -> MetricStore? {
    let path = "\(directory)/\(fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try readOnly(path, location: RecordedFile(path).locationInUse)
  }

  /// - Parameter location: what SQLite is to open; the path, or a URI of it.
  static func readOnly(_ path: String, location: String) throws(StorageError) -> MetricStore {
    try StorageError.translating(path) {
      let unsound = UnsoundValues()
      var configuration = configuration(unsound)
      configuration.readonly = true
      let pool = try DatabasePool(path: location, configuration: configuration)
      do {
        let writer = try pool.read { db in
          guard try Schema.metrics.check(db, path: path) == Schema.metrics.steps.count,
            try MetricWriter.meta(Tier.hour.watermarkKey, in: db) != nil
          else {
            throw StorageError.cannotOpen(
              path: path, reason: "an older Vigia made it, or none has recorded there; start one")
          }
          return try MetricWriter(db, now: Timestamp(seconds: 0))
        }
        return MetricStore(
          path: path, settings: Settings(), pool: pool, writer: writer, unsound: unsound)
      } catch {
        try? pool.close()
        throw error
      }
    }
  }

  typealias Opened = (pool: DatabasePool, writer: MetricWriter)

  static func openWithWriter(
    _ path: String, settings: Settings, now: Timestamp, _ unsound: UnsoundValues
  ) throws(StorageError) -> Opened {
    let pool = try open(path, settings: settings, unsound)
    do {
      let writer = try StorageError.translating(path) {
        try pool.writeWithoutTransaction { db in try MetricWriter(db, now: now) }
      }
      return (pool, writer)
    } catch {
      pool.releaseMemory()
      try? pool.close()
      throw error
    }
  }

  /// - Parameter loss: what became of the file, also where this throws.
  static func openSound(
    _ path: String, settings: Settings, now: Timestamp, _ unsound: UnsoundValues,
    loss: inout Loss?
  ) throws(StorageError) -> Opened {
    do {
      return try openWithWriter(path, settings: settings, now: now, unsound)
    } catch .corrupt {
      loss = .damaged(movedTo: try moveAside(path, now: now))
      return try openWithWriter(path, settings: settings, now: now, unsound)
    }
  }

  private static func open(
    _ path: String, settings: Settings, _ unsound: UnsoundValues
  ) throws(StorageError) -> DatabasePool {
    try DurableFile.makePrivate(path)
    DurableFile.keepCompanionsPrivate(of: path)
    return try StorageError.translating(path) {
      let pool = try DatabasePool(path: path, configuration: configuration(unsound))
      do {
        try pool.writeWithoutTransaction { db in
          // Only now: GRDB sets synchronous=NORMAL when it turns WAL on, after `prepareDatabase`.
          try db.execute(
            sql: """
              PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;
              PRAGMA journal_size_limit = 16777216; PRAGMA max_page_count = \(settings.maximumPages)
              """)
          try Schema.metrics.migrate(db, path: path)
        }
      } catch {
        pool.releaseMemory()
        try? pool.close()
        throw error
      }
      return pool
    }
  }

  private static func configuration(_ unsound: UnsoundValues) -> Configuration {
    var configuration = Configuration()
    configuration.label = fileName
    configuration.busyMode = .timeout(2)
    configuration.maximumReaderCount = 3
    configuration.prepareDatabase { db in
      unsound.add(to: db)
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;
          PRAGMA cache_size = -8192
          """)
      if db.configuration.readonly {
        try db.execute(sql: "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0")
      } else {
        // Takes effect only before the first table.
        try db.execute(
          sql: "PRAGMA page_size = \(Settings.pageSize); PRAGMA auto_vacuum = INCREMENTAL")
      }
    }
    return configuration
  }
}
