import GRDB

extension MetricStore {
  static func open(_ path: String, settings: Settings) throws(StorageError) -> DatabasePool {
    try DurableFile.makePrivate(path)
    return try StorageError.translating(path) {
      let pool = try DatabasePool(path: path, configuration: configuration)
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

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = fileName
    configuration.busyMode = .timeout(2)
    configuration.maximumReaderCount = 3
    configuration.prepareDatabase { db in
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
