import Domain
import Foundation

/// A server that an operator left out, as the row of that act holds it.
struct Ejection: Codable, Equatable {
  var version: String
  var upstream: String
  /// Not later than the row's own time where it brings the server back.
  var until: Timestamp

  /// The longest that one may be asked for, in seconds.
  static let longest = 86_400.0

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Two texts and a number always encode.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// What stands of a model's ejections.
  ///
  /// - Parameter entries: the newest first. What the ledger took back is not counted.
  static func standing(in entries: [AuditEntry], at now: Timestamp) -> [Ejection] {
    var done: [(row: AuditEntry, ejection: Ejection)] = []
    for entry in entries.reversed() where entry.action == "eject" && entry.time <= now {
      if entry.outcome == .withdrawn {
        let taken = done.lastIndex { one in
          one.row.evidence == entry.evidence && one.row.principal == entry.principal
        }
        if let taken { done.remove(at: taken) }
      }
      guard entry.outcome == .done,
        let found = try? JSONDecoder().decode(Ejection.self, from: Data(entry.evidence.utf8))
      else { continue }
      done.append((entry, found))
    }
    var standing: [Ejection] = []
    for (_, ejection) in done {
      standing.removeAll {
        $0.version == ejection.version && $0.upstream == ejection.upstream
      }
      standing.append(ejection)
    }
    return standing.filter { $0.until > now && $0.until.secondsSince(now) <= longest }
  }
}
