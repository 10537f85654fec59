import GRDB

extension Schema {
  /// Of `state.db`; application_id is "VGST".
  static let state = Schema(
    applicationID: 0x5647_5354,
    steps: [
      { db in
        try db.execute(
          sql: """
            CREATE TABLE audit(
              sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, principal TEXT NOT NULL,
              role TEXT NOT NULL, proof TEXT NOT NULL, origin TEXT NOT NULL, command_id TEXT,
              action TEXT NOT NULL, model TEXT, from_version TEXT, from_sha256 TEXT,
              to_version TEXT, to_sha256 TEXT, reason TEXT NOT NULL, outcome TEXT NOT NULL,
              summary TEXT NOT NULL, evidence TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
            CREATE INDEX audit_model ON audit(model, sequence);
            CREATE TABLE deployment(
              model TEXT PRIMARY KEY, revision INTEGER NOT NULL, json TEXT NOT NULL)
              STRICT, WITHOUT ROWID;
            CREATE TABLE command(
              id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, outcome TEXT NOT NULL)
              STRICT, WITHOUT ROWID;
            CREATE TABLE imported(digest BLOB PRIMARY KEY, sequence INTEGER NOT NULL)
              STRICT, WITHOUT ROWID;
            """)
      },
      // What judgement is made against, and what judges remember.
      { db in
        try db.execute(
          sql: """
            CREATE TABLE drift_reference(
              id INTEGER PRIMARY KEY, model TEXT NOT NULL, version TEXT NOT NULL,
              made_at INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
            CREATE INDEX drift_reference_version ON drift_reference(model, version, id);
            CREATE TABLE judge(key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE budget(
              model TEXT NOT NULL, day INTEGER NOT NULL, json TEXT NOT NULL,
              PRIMARY KEY (model, day)) STRICT, WITHOUT ROWID;
            """)
      },
      // What the rules remember, what people said of alerts, and what is to be told to whom. A notification without a due
      // time has been accepted. Its id is never used again: whoever was sending an older state must not take this one away.
      { db in
        try db.execute(
          sql: """
            CREATE TABLE alert_rule(key TEXT PRIMARY KEY, json TEXT NOT NULL)
              STRICT, WITHOUT ROWID;
            CREATE TABLE silence(id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE acknowledgement(alert TEXT PRIMARY KEY, json TEXT NOT NULL)
              STRICT, WITHOUT ROWID;
            CREATE TABLE notification(
              id INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL, alert TEXT NOT NULL,
              json TEXT NOT NULL, due INTEGER, attempts INTEGER NOT NULL,
              created INTEGER NOT NULL, kept INTEGER NOT NULL, UNIQUE (receiver, alert)) STRICT;
            CREATE INDEX notification_due ON notification(receiver, due) WHERE due IS NOT NULL;
            """)
      },
      // Incidents, and what happened in them, in the order in which it was stored.
      { db in
        try db.execute(
          sql: """
            CREATE TABLE incident(
              id INTEGER PRIMARY KEY, closed INTEGER, json TEXT NOT NULL) STRICT;
            CREATE TABLE incident_entry(
              id INTEGER PRIMARY KEY, incident INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
            CREATE INDEX incident_entry_incident ON incident_entry(incident, id);
            """)
      },
      // A row that changes deployments holds them as they are from then on: the chain proves what is in force.
      { db in
        try db.execute(
          sql: """
            ALTER TABLE audit ADD COLUMN deployments TEXT;
            CREATE INDEX audit_deployments ON audit(model, sequence)
              WHERE deployments IS NOT NULL;
            """)
      },
      // Each row outside of the chain has a checksum of its own.
      { db in
        db.add(function: RowSeal.function)
        for seal in RowSeal.all {
          try db.execute(sql: "ALTER TABLE \(seal.table) ADD COLUMN checksum INTEGER")
          try seal.sealUnsealed(db)
        }
      },
    ])
}

extension StateStore {
  /// What each schema brought.
  private static let tablesBrought = ["audit", "judge", "silence", "incident"]

  /// Why the file cannot be of the schema that it says; nil when it can.
  static func schemaDamage(_ db: Database, version: Int) throws -> String? {
    var brought = try tablesBrought.map { try db.tableExists($0) }
    brought.append(try db.has("deployments", in: "audit"))
    brought.append(try db.has("checksum", in: "judge"))
    for (step, isThere) in brought.enumerated() where isThere != (step < version) {
      return "schema \(version), but what schema \(step + 1) brought is "
        + (isThere ? "there" : "missing")
    }
    return nil
  }
}
