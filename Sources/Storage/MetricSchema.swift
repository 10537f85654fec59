import GRDB

extension Schema {
  /// Of `metrics.db`; application_id is "VGMT".
  ///
  /// `rN` counts, `sN` sketches and `gN` gauges of N seconds begin at `t`. Series 0 is the recorder itself: its `rows` are the seconds in
  /// which it was at work, so that no traffic and no measurement can be told apart; its gauges are the machine's.
  static let metrics = Schema(
    applicationID: 0x5647_4d54,
    steps: [
      { db in
        for tier in Tier.all {
          try db.execute(
            sql: """
              CREATE TABLE \(tier.counters)(
                series INTEGER NOT NULL, t INTEGER NOT NULL,
                \(CounterColumn.definitions(CounterColumn.first)),
                PRIMARY KEY (series, t)) STRICT, WITHOUT ROWID;
              CREATE TABLE \(tier.sketches)(
                series INTEGER NOT NULL, t INTEGER NOT NULL, sketch BLOB NOT NULL,
                PRIMARY KEY (series, t)) STRICT, WITHOUT ROWID
              """)
        }
        try db.execute(
          sql: """
            CREATE TABLE series(
              id INTEGER PRIMARY KEY, model TEXT NOT NULL, version TEXT NOT NULL,
              variant TEXT NOT NULL, UNIQUE (model, version, variant)) STRICT;
            INSERT INTO series(id, model, version, variant) VALUES (0, '', '', '');
            CREATE TABLE client(
              t INTEGER NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL,
              client TEXT NOT NULL, outcome TEXT NOT NULL, requests INTEGER NOT NULL,
              PRIMARY KEY (t, model, version, client, outcome)) STRICT, WITHOUT ROWID;
            CREATE TABLE prediction(
              id BLOB NOT NULL, series INTEGER NOT NULL, t INTEGER NOT NULL, client_id TEXT,
              predicted BLOB NOT NULL, labelled INTEGER NOT NULL,
              PRIMARY KEY (id, series)) STRICT, WITHOUT ROWID;
            CREATE INDEX prediction_client ON prediction(client_id) WHERE client_id IS NOT NULL;
            CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            """)
      },
      // A row a prediction became a row a block; what waited for its label then is not joined any more.
      { db in
        try db.execute(
          sql: """
            DROP TABLE prediction;
            DELETE FROM meta WHERE key = 'prediction_bytes';
            CREATE TABLE prediction_block(
              block INTEGER PRIMARY KEY, series INTEGER NOT NULL, t INTEGER NOT NULL,
              first BLOB NOT NULL, last BLOB NOT NULL, clients BLOB NOT NULL,
              labelled BLOB NOT NULL, bytes INTEGER NOT NULL) STRICT;
            CREATE INDEX prediction_block_t ON prediction_block(t);
            CREATE TABLE prediction_data(block INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
            """)
      },
      // What a limit refuses is counted by itself, and clients have times.
      { db in
        for tier in Tier.all {
          try db.execute(
            sql: "ALTER TABLE \(tier.counters) ADD COLUMN limited INTEGER NOT NULL DEFAULT 0")
        }
        try db.execute(
          sql: """
            ALTER TABLE client ADD COLUMN timed INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE client ADD COLUMN slow INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE client ADD COLUMN total_sum REAL NOT NULL DEFAULT 0;
            """)
      },
      // What judgements are made of, and judgements; the ring of whole requests.
      { db in
        for tier in Tier.all {
          try db.execute(
            sql: "ALTER TABLE \(tier.counters) ADD COLUMN predicted INTEGER NOT NULL DEFAULT 0")
          for table in [tier.features, tier.quality] {
            guard let table else { continue }
            try db.execute(
              sql: """
                CREATE TABLE \(table)(
                  series INTEGER NOT NULL, t INTEGER NOT NULL, data BLOB NOT NULL,
                  PRIMARY KEY (series, t)) STRICT, WITHOUT ROWID
                """)
          }
        }
        try db.execute(
          sql: """
            CREATE TABLE request_block(
              block INTEGER PRIMARY KEY, series INTEGER NOT NULL, t INTEGER NOT NULL,
              first BLOB NOT NULL, last BLOB NOT NULL, n INTEGER NOT NULL,
              slowest INTEGER NOT NULL, errors INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
            CREATE INDEX request_block_t ON request_block(t);
            CREATE TABLE request_data(block INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
            CREATE TABLE judgement(
              id INTEGER PRIMARY KEY, kind TEXT NOT NULL, model TEXT NOT NULL,
              version TEXT NOT NULL, t INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
            CREATE INDEX judgement_t ON judgement(kind, model, t);
            """)
      },
      // References in the making. Sketches in their second format stand beside those in the first: an older Vigia would
      // leave them out.
      { db in
        try db.execute(
          sql: """
            CREATE TABLE reference_sample(
              model TEXT NOT NULL, version TEXT NOT NULL, data BLOB NOT NULL,
              PRIMARY KEY (model, version)) STRICT
            """)
      },
      // What the machine was like.
      { db in
        for table in Tier.all.compactMap(\.gauges) {
          try db.execute(
            sql: """
              CREATE TABLE \(table)(
                series INTEGER NOT NULL, t INTEGER NOT NULL, data BLOB NOT NULL,
                PRIMARY KEY (series, t)) STRICT, WITHOUT ROWID
              """)
        }
      },
    ])
}

/// The columns of the tables `rN`, in their order: schema, upsert and fold are made from this one list.
enum CounterColumn: String, CaseIterable {
  case ok, invalid, failed, shed
  case timedOut = "timed_out"
  case cancelled, rows, timed, slow
  case queueSum = "queue_sum"
  case computeSum = "compute_sum"
  case totalSum = "total_sum"
  case totalMax = "total_max"
  case labelsCorrect = "labels_correct"
  case labelsWrong = "labels_wrong"
  case absoluteErrorSum = "abs_error_sum"
  case absoluteErrorCount = "abs_error_count"
  case scoreSum = "score_sum"
  case scoreCount = "score_count"
  case limited
  case predicted

  /// Those of the first schema.
  static let first = allCases.filter { $0 != .limited && $0 != .predicted }

  private var isReal: Bool {
    switch self {
    case .queueSum, .computeSum, .totalSum, .totalMax, .absoluteErrorSum, .scoreSum: true
    default: false
    }
  }

  static func definitions(_ columns: [CounterColumn]) -> String {
    columns.map { "\($0.rawValue) \($0.isReal ? "REAL" : "INTEGER") NOT NULL" }
      .joined(separator: ", ")
  }

  static let names: String = allCases.map(\.rawValue).joined(separator: ", ")

  /// Adds a row to the one that is there.
  static let upsert: String = allCases.map { column in
    let name = column.rawValue
    return column == .totalMax
      ? "\(name) = max(\(name), excluded.\(name))" : "\(name) = \(name) + excluded.\(name)"
  }.joined(separator: ", ")

  /// Makes one row of many.
  static let aggregates: String = allCases.map {
    $0 == .totalMax ? "max(\($0.rawValue))" : "coalesce(sum(\($0.rawValue)), 0)"
  }.joined(separator: ", ")
}
