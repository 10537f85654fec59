import Foundation
import GRDB
import Synchronization

/// Values of `metrics.db` whose bytes do not match their checksum, or are of no form that is known: they are left out of every
/// answer, and told.
///
/// Whoever finds one has a connection and nothing else, so that each connection has a function of SQL that leads here.
package final class UnsoundValues: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case latency, features, labels, gauges, predictions
  }

  /// Where one stands; its kind first.
  private let places = Mutex<Set<[String]>>([])
  /// A bound for memory; a file with more of them has lost its past.
  private static let placesMax = 10_000

  private static let function = "unsound"

  /// How many, without those that another look found again.
  var byKind: [Kind: Int] {
    places.withLock { places in
      Dictionary(
        places.compactMap { Kind(rawValue: $0[0]).map { ($0, 1) } }, uniquingKeysWith: +)
    }
  }

  /// Makes them known to a connection.
  func add(to db: Database) {
    db.add(
      function: DatabaseFunction(Self.function, argumentCount: 4) { [weak self] values in
        let place = values.compactMap { String.fromDatabaseValue($0) }
        self?.places.withLock { places in
          if places.count < Self.placesMax { places.insert(place) }
        }
        return nil
      })
  }

  /// The file was begun anew.
  func forget() { places.withLock { $0 = [] } }

  /// - Parameters:
  ///   - series: or the number of a row that is not of one.
  static func note(
    _ kind: Kind, _ table: String, series: Int64, t: Int64 = 0, in db: Database
  ) throws {
    _ = try Row.fetchOne(
      try db.cachedStatement(sql: "SELECT \(function)(?, ?, ?, ?)"),
      arguments: [kind.rawValue, table, "\(series)", "\(t)"])
  }
}
