package import Domain
import GRDB

/// Full-text search over the pages of runbooks, in memory: SQLite's FTS5.
///
/// Case and accents make no difference. A page matches when it has all words of the query, the last one as the beginning
/// of a word; when no page has, those with any of them. A word of the title counts ten times one of the text, of a
/// heading four times (bm25). Names like FeatureDrift are found by each of their words, too.
package final class RunbookIndex: Sendable {
  private let database: DatabaseQueue
  private static let path = "the index of runbooks"

  package init(_ documents: [RunbookDocument]) throws(StorageError) {
    database = try StorageError.translating(Self.path) {
      let database = try DatabaseQueue()
      try database.write { db in
        try db.execute(
          sql: """
            CREATE VIRTUAL TABLE page USING fts5(
              id UNINDEXED, title, words, headings, body, tokenize = "unicode61 remove_diacritics 2")
            """)
        for document in documents {
          try db.execute(
            sql: "INSERT INTO page (id, title, words, headings, body) VALUES (?, ?, ?, ?, ?)",
            arguments: [
              document.id, SearchMarks.removed(from: document.title),
              CamelCase.words(of: "\(document.id) \(document.title)"),
              SearchMarks.removed(from: document.headings),
              SearchMarks.removed(from: document.body),
            ])
        }
      }
      return database
    }
  }

  /// The pages that match best, the best first. Any text is a query: what is no letter and no digit only separates
  /// words, and a query without words finds nothing.
  package func search(_ query: String, limit: Int = 20) throws(StorageError) -> [RunbookHit] {
    let query = SearchQuery(query)
    guard !query.isEmpty else { return [] }
    return try StorageError.translating(Self.path) {
      try database.read { db in
        let hits = try Self.hits(db, matching: query.all, limit: limit)
        return try hits.isEmpty ? Self.hits(db, matching: query.any, limit: limit) : hits
      }
    }
  }

  private static func hits(_ db: Database, matching match: String, limit: Int) throws
    -> [RunbookHit]
  {
    let (open, close) = (String(SearchMarks.open), String(SearchMarks.close))
    return try Row.fetchAll(
      db,
      sql: """
        SELECT id, highlight(page, 1, ?, ?) AS title, snippet(page, 4, ?, ?, '…', 20) AS snippet,
          bm25(page, 0, 10, 8, 4, 1) AS score
        FROM page WHERE page MATCH ? ORDER BY score, id LIMIT ?
        """, arguments: [open, close, open, close, match, limit]
    ).map { row in
      RunbookHit(
        id: row["id"], title: SearchMarks.parts(of: row["title"]),
        snippet: SearchMarks.parts(of: row["snippet"]), score: -(row["score"] as Double))
    }
  }
}

/// What somebody typed, as expressions of FTS5.
struct SearchQuery: Equatable {
  /// In quotes, and without any: no text can be taken for an operator.
  private let terms: [String]

  init(_ text: String) {
    let words = text.prefix(1_000).split { !($0.isLetter || $0.isNumber) }
      .prefix(16).map { $0.prefix(64) }
    terms = words.enumerated().map { index, word in
      "\"\(word)\"" + (index == words.count - 1 ? "*" : "")
    }
  }

  var isEmpty: Bool { terms.isEmpty }
  var all: String { terms.joined(separator: " AND ") }
  var any: String { terms.joined(separator: " OR ") }
}

/// The two characters between which SQLite puts what matches.
enum SearchMarks {
  static let open: Unicode.Scalar = "\u{2}"
  static let close: Unicode.Scalar = "\u{3}"

  /// Text that nobody can mark but SQLite; a NUL would end it there.
  static func removed(from text: String) -> String {
    let unfit: [Unicode.Scalar] = [open, close, "\u{0}"]
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      result.append(unfit.contains(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(result)
  }

  /// Lines become one.
  static func parts(of text: String) -> [RunbookHit.Part] {
    var parts: [RunbookHit.Part] = []
    var piece = ""
    var isMatch = false
    func end() {
      if !piece.isEmpty { parts.append(RunbookHit.Part(piece, isMatch: isMatch)) }
      piece = ""
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case open, close:
        end()
        isMatch = scalar == open
      case "\n": piece += " "
      default: piece.unicodeScalars.append(scalar)
      }
    }
    end()
    return parts
  }
}

/// Names of alerts.
enum CamelCase {
  /// `ModelErrorBudgetBurnFast` as `Model Error Budget Burn Fast`, `PSIHigh` as `PSI High`.
  static func words(of text: String) -> String {
    let characters = Array(text)
    var result = ""
    for (index, character) in characters.enumerated() {
      let before = index > 0 ? characters[index - 1] : " "
      let after = index + 1 < characters.count ? characters[index + 1] : " "
      if character.isUppercase, before.isLowercase || before.isUppercase && after.isLowercase {
        result += " "
      }
      result.append(character)
    }
    return result
  }
}
