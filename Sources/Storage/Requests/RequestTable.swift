import Domain
import Foundation
import GRDB

/// The tables `request_block` and `request_data`: the ring of recent requests with their tensors, in blocks.
///
/// As with predictions, the first holds what a search needs and the second the content, which only a hit reads.
enum RequestTable {
  /// Writes requests of one series.
  ///
  /// - Returns: the bytes that they take.
  static func insert(
    _ requests: [CapturedRequest], series: Int64, in db: Database
  ) throws -> Int64 {
    var bytes: Int64 = 0
    let isSorted = requests.indices.dropFirst().allSatisfy {
      requests[$0 - 1].record.id <= requests[$0].record.id
    }
    let ordered = isSorted ? requests : requests.sorted { $0.id < $1.id }
    var from = 0
    while from < ordered.count {
      let end = ordered[from].record.id.time.seconds + PredictionBlock.span
      let most = min(ordered.count, from + RequestBlock.capacity)
      let to = (from..<most).first { ordered[$0].record.id.time.seconds > end } ?? most
      bytes += try insert(block: ordered[from..<to], series: series, in: db)
      from = to
    }
    return bytes
  }

  private static func insert(
    block requests: ArraySlice<CapturedRequest>, series: Int64, in db: Database
  ) throws -> Int64 {
    guard let first = requests.first, let last = requests.last else { return 0 }
    let data = RequestBlock.pack(requests)
    try db.cachedStatement(
      sql: """
        INSERT INTO request_block(series, t, first, last, n, slowest, errors, bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      series, last.id.time.seconds, first.id.data, last.id.data, requests.count,
      requests.indices.reduce(0) { max($0, requests[$1].record.totalTime) },
      requests.indices.count { requests[$0].record.outcome.isServerError }, data.count,
    ])
    try db.cachedStatement(sql: "INSERT INTO request_data(block, data) VALUES (?, ?)")
      .execute(arguments: [db.lastInsertedRowID, Data(data)])
    return Int64(data.count)
  }

  /// A request's copies: the answer's, and the shadow's where there was one.
  static func requests(_ id: RequestID, in db: Database) throws -> [CapturedRequest] {
    let second = id.time.seconds
    return try blocks(
      where: "t >= ? AND t <= ? AND first <= ? AND last >= ?",
      [second, second + PredictionBlock.span, id.data, id.data], in: db
    ).flatMap { block in block.filter { $0.id == id } }
  }

  /// Bytes of blocks that are looked through for one question: some tenths of a second of work.
  static let byteBudget: Int64 = 16 << 20

  /// Slowest first. Blocks are read from the one with the slowest request on until no further one can have a slower request
  /// than those found, so that the answer is whole; below a bound of time, where that tells nothing, from the newest block
  /// on. In both cases no more than `byteBudget` is read.
  static func requests(
    _ query: RequestQuery, byteBudget: Int64 = byteBudget, in db: Database
  ) throws -> [CapturedRequest] {
    let limit = max(0, query.limit)
    let (condition, arguments) = blockCondition(query)
    let order = query.upTo == nil ? "slowest DESC" : "t DESC"
    let blocks = try Row.fetchCursor(
      db,
      sql: "SELECT block, slowest, bytes FROM request_block WHERE \(condition) ORDER BY \(order)",
      arguments: arguments)
    var found: [CapturedRequest] = []
    var bytes: Int64 = 0
    while let row = try blocks.next() {
      bytes += try row.count(2)
      guard bytes <= byteBudget else { break }
      if found.count >= limit {
        guard query.upTo == nil, let least = found.last, try row.count(1) > least.totalTime else {
          break
        }
      }
      let more = try requests(ofBlock: try row.checked(0), in: db).filter {
        query.admits($0.summary)
      }
      guard !more.isEmpty else { continue }
      found += more
      found.sort { ($0.totalTime, $0.id) > ($1.totalTime, $1.id) }
      found.removeLast(max(0, found.count - limit))
    }
    return found
  }

  /// Blocks that may hold what is asked for.
  private static func blockCondition(_ query: RequestQuery) -> (String, StatementArguments) {
    var conditions = ["true"]
    var arguments: [(any DatabaseValueConvertible)?] = []
    if let from = query.from {
      conditions.append("t >= ?")
      arguments.append(from.seconds - PredictionBlock.span)
    }
    if let to = query.to {
      conditions.append("t <= ?")
      arguments.append(to.seconds + PredictionBlock.span)
    }
    for (column, value) in [("model", query.model), ("version", query.version)] {
      guard let value else { continue }
      conditions.append("series IN (SELECT id FROM series WHERE \(column) = ?)")
      arguments.append(value)
    }
    if query.onlyErrors || query.outcome?.isServerError == true { conditions.append("errors > 0") }
    if let above = query.above {
      conditions.append("slowest > ?")
      arguments.append(Int64(min(max(above, 0), 1e12) * 1_000))
    }
    return (conditions.joined(separator: " AND "), StatementArguments(arguments))
  }

  /// The newest blocks of a model that hold so many requests, oldest first.
  static func newestBlocks(
    model: String, since: Int64, requests limit: Int, in db: Database
  ) throws -> [Int64] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT block, n FROM request_block
        WHERE t >= ? AND series IN (SELECT id FROM series WHERE model = ?)
        ORDER BY t DESC, block DESC
        """, arguments: [since, model])
    var (blocks, held): ([Int64], Int64) = ([], 0)
    while held < limit, let row = try rows.next() {
      blocks.append(try row.checked(0))
      held += try row.count(1)
    }
    return blocks.reversed()
  }

  /// Empty when the block is gone, or damaged.
  static func requests(ofBlock block: Int64, in db: Database) throws -> [CapturedRequest] {
    try blocks(where: "block = ?", [block], in: db).first ?? []
  }

  private static func blocks(
    where condition: String, _ arguments: StatementArguments, in db: Database
  ) throws -> [[CapturedRequest]] {
    let rows = try Row.fetchAll(
      try db.cachedStatement(
        sql: """
          SELECT data, model, version, variant
          FROM (SELECT block, series FROM request_block WHERE \(condition)) AS found
          JOIN request_data USING (block) JOIN series ON series.id = found.series
          """), arguments: arguments)
    return try rows.compactMap { row in
      guard let variant = Variant(rawValue: try row.checked(3)) else { return nil }
      let version = ModelVersion(model: try row.checked(1), version: try row.checked(2))
      // A block whose checksum is wrong is left out.
      return RequestBlock.unpack(
        [UInt8](try row.checked(0, as: Data.self)), version: version, variant: variant)
    }
  }

  /// Drops the oldest blocks.
  ///
  /// - Parameters:
  ///   - before: only blocks that end before this second; nil: whichever are oldest.
  ///   - series: only of this one; nil: of all.
  /// - Returns: the bytes that they took; 0 when there was none.
  static func dropOldest(
    _ limit: Int, before: Int64? = nil, series: Int64? = nil, in db: Database
  ) throws -> Int64 {
    let rows = try Row.fetchAll(
      try db.cachedStatement(
        sql: """
          SELECT block, bytes FROM request_block WHERE t < ?
          AND (? IS NULL OR series = ?)
          ORDER BY t LIMIT ?
          """),
      arguments: [before ?? .max, series, series, limit])
    for row in rows {
      let block = try row.checked(0, as: Int64.self)
      for table in ["request_block", "request_data"] {
        try db.cachedStatement(sql: "DELETE FROM \(table) WHERE block = ?")
          .execute(arguments: [block])
      }
    }
    return try rows.reduce(0) { try $0 + $1.count(1) }
  }
}
