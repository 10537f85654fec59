package import Domain
import Foundation
import GRDB

/// A notification that waits to be accepted.
package struct QueuedNotification: Sendable, Equatable {
  /// Of this state of the alert alone: a newer one has another.
  package var id: Int64
  package var notification: AlertNotification
  /// That have failed.
  package var attempts: Int
  /// When its target began to wait.
  package var created: Timestamp
}

/// The queue of notifications, and the memory of what each target was told.
///
/// A row for each alert and target. It waits until the target has accepted it, over restarts: at least once. A newer state
/// takes the place of an older one, waiting or not, and waits as long as that would have; so an alert that flaps while its
/// target is away is one row, and the last word is always said.
extension StateStore {
  /// Takes in what is to be said, and lets go what need not be remembered once it is said; one transaction.
  package func store(_ plan: NotificationPlan, now: Timestamp) throws(StorageError) {
    try write { db in try Self.store(plan, now: now, in: db) }
  }

  /// Likewise, in a transaction that others share.
  static func store(_ plan: NotificationPlan, now: Timestamp, in db: Database) throws {
    for notification in plan.send { try put(notification, now: now, in: db) }
    for key in plan.forget {
      try db.execute(
        sql: """
          UPDATE notification
          SET kept = 0, checksum = seal(receiver, alert, json, due, attempts, created, 0)
          WHERE receiver = ? AND alert = ? AND \(try RowSeal.isSound("notification", db))
          """,
        arguments: [key.target, key.alert.description])
    }
    try forgetAccepted(db)
  }

  private static func put(
    _ notification: AlertNotification, now: Timestamp, in db: Database
  ) throws {
    let key: StatementArguments = [notification.target, notification.alert.id.description]
    let older = try Row.fetchOne(
      db,
      sql: """
        SELECT due, attempts, created FROM notification
        WHERE receiver = ? AND alert = ? AND due IS NOT NULL
        """, arguments: key)
    try db.execute(
      sql: "DELETE FROM notification WHERE receiver = ? AND alert = ?", arguments: key)
    // A target that is away is not asked more often because an alert flaps.
    let due = try older?.checked(0, as: Int64.self) ?? now.microseconds
    try db.execute(
      sql: """
        INSERT INTO notification(receiver, alert, json, due, attempts, created, kept, checksum)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, seal(?1, ?2, ?3, ?4, ?5, ?6, 1))
        """,
      arguments: key + [
        try json(notification), due, try older?.checked(1, as: Int64.self) ?? 0,
        try older?.checked(2, as: Int64.self) ?? now.microseconds,
      ])
  }

  private static func forgetAccepted(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM notification WHERE kept = 0 AND due IS NULL")
  }

  /// What each target was told last, or will be: where a `NotificationSchedule` goes on.
  package func toldNotifications() throws(StorageError) -> [AlertNotification] {
    try use { db in
      let isSound = try RowSeal.isSound("notification", db)
      return try String.fetchAll(
        db, sql: "SELECT json FROM notification WHERE kept = 1 AND \(isSound) ORDER BY id"
      ).compactMap(Self.notification)
    }
  }

  /// What is to be said to a target now, the longest due first.
  ///
  /// A row that cannot be read is taken away: nothing could ever be made of it.
  package func dueNotifications(
    for target: String, now: Timestamp, limit: Int
  ) throws(StorageError) -> [QueuedNotification] {
    let (queued, unreadable) = try use { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, json, attempts, created FROM notification
          WHERE receiver = ? AND due <= ? AND \(try RowSeal.isSound("notification", db))
          ORDER BY due, id LIMIT ?
          """, arguments: [target, now.microseconds, limit])
      var queued: [QueuedNotification] = []
      var unreadable: [Int64] = []
      for row in rows {
        let id = try row.checked(0, as: Int64.self)
        guard let notification = Self.notification(try row.checked(1)) else {
          unreadable.append(id)
          continue
        }
        queued.append(
          QueuedNotification(
            id: id, notification: notification,
            attempts: Int(clamping: try row.checked(2, as: Int64.self)),
            created: Timestamp(microseconds: try row.checked(3))))
      }
      return (queued, unreadable)
    }
    if !unreadable.isEmpty {
      try write { db in
        for id in unreadable {
          try db.execute(sql: "DELETE FROM notification WHERE id = ?", arguments: [id])
        }
      }
    }
    return queued
  }

  private static func notification(_ json: String) -> AlertNotification? {
    try? JSONDecoder().decode(AlertNotification.self, from: Data(json.utf8))
  }

  /// They have been said, or never will be: they wait no more. Newer states of the same alerts still do.
  package func endNotifications(_ ids: [Int64]) throws(StorageError) {
    try write { db in
      for id in ids {
        try db.execute(
          sql: """
            UPDATE notification
            SET due = NULL, checksum = seal(receiver, alert, json, NULL, attempts, created, kept)
            WHERE id = ?
            """, arguments: [id])
      }
      try Self.forgetAccepted(db)
    }
  }

  /// They could not be said: once more at `due`.
  package func postponeNotifications(
    _ ids: [Int64], until due: Timestamp
  ) throws(StorageError) {
    try write { db in
      for id in ids {
        try db.execute(
          sql: """
            UPDATE notification SET due = ?1, attempts = attempts + 1,
              checksum = seal(receiver, alert, json, ?1, attempts + 1, created, kept)
            WHERE id = ?2
            """, arguments: [due.microseconds, id])
      }
    }
  }

  /// How many wait, by target; none that wait for nothing.
  package func waitingNotifications() throws(StorageError) -> [String: Int] {
    try use { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT receiver, count(*) FROM notification WHERE due IS NOT NULL GROUP BY receiver
          """
      ).reduce(into: [:]) { all, row in
        all[try row.checked(0)] = Int(try row.count(1))
      }
    }
  }

  /// Forgets targets that the configuration names no more.
  package func removeNotifications(exceptFor targets: [String]) throws(StorageError) {
    try write { db in
      let stored = try String.fetchAll(db, sql: "SELECT DISTINCT receiver FROM notification")
      for target in stored where !targets.contains(target) {
        try db.execute(sql: "DELETE FROM notification WHERE receiver = ?", arguments: [target])
      }
    }
  }
}
