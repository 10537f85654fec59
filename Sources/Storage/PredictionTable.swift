import Domain
import Foundation
import GRDB
import Statistics

/// The tables `prediction_block` and `prediction_data`: predictions that wait for their labels, in blocks.
///
/// The first holds, for each block, what a search needs; the second its content, which only a hit reads. `t` is the
/// second of the block's last id, so that the block of an id is at most `PredictionBlock.span` later.
enum PredictionTable {
  /// Writes the predictions of one series.
  ///
  /// - Returns: the bytes that they take.
  static func insert(
    _ predictions: EncodedPredictions, labelled: Set<Int>, series: Int64, in db: Database
  ) throws -> Int64 {
    var bytes: Int64 = 0
    let ids = predictions.ids
    // They come nearly in order, so that blocks hardly overlap though each is sorted by itself.
    for start in stride(from: 0, to: ids.count, by: PredictionBlock.capacity) {
      let end = min(start + PredictionBlock.capacity, ids.count)
      var rest = (start..<end).sorted { ids[$0] < ids[$1] }[...]
      while let first = rest.first {
        let latest = ids[first].time.seconds + PredictionBlock.span
        let block = rest.prefix { ids[$0].time.seconds <= latest }
        rest = rest.dropFirst(block.count)
        bytes += try insert(predictions, labelled, block: block, series: series, in: db)
      }
    }
    return bytes
  }

  /// - Parameter block: places of those that become a block, in ascending order of their ids.
  private static func insert(
    _ predictions: EncodedPredictions, _ marked: Set<Int>, block: ArraySlice<Int>, series: Int64,
    in db: Database
  ) throws -> Int64 {
    guard let start = block.first, let end = block.last else { return 0 }
    let (first, last) = (predictions.ids[start], predictions.ids[end])
    let clients = ClientHashes(hashes: block.compactMap(predictions.hash)).bytes
    var labelled = BitSet(count: block.count)
    if !marked.isEmpty {
      for (index, place) in block.enumerated() where marked.contains(place) {
        labelled.insert(index)
      }
    }
    let data = PredictionBlock.pack(predictions, at: block)
    try db.cachedStatement(
      sql: """
        INSERT INTO prediction_block(series, t, first, last, clients, labelled, bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      series, last.time.seconds, first.data, last.data, Data(clients),
      Data(labelled.bytes), data.count + clients.count,
    ])
    try db.cachedStatement(sql: "INSERT INTO prediction_data(block, data) VALUES (?, ?)")
      .execute(arguments: [db.lastInsertedRowID, Data(data)])
    return Int64(data.count + clients.count)
  }

  /// Where a prediction is.
  struct Place {
    var block: Int64
    var series: Int64
    var index: Int
  }

  /// A look at the table that reads each block once.
  struct Reader {
    let db: Database
    private var blocks: [Int64: PredictionBlock] = [:]
    private var labelled: [Int64: BitSet] = [:]

    init(_ db: Database) { self.db = db }

    /// All copies of request `id`: one a series at most.
    mutating func places(of id: RequestID) throws -> [Place] {
      let second = id.time.seconds
      let rows = try Row.fetchAll(
        try db.cachedStatement(
          sql: """
            SELECT block, series FROM prediction_block
            WHERE t BETWEEN ? AND ? AND first <= ? AND last >= ?
            """),
        arguments: [second, second + PredictionBlock.span, id.data, id.data])
      var places: [Place] = []
      for row in rows {
        let number = try row.checked(0, as: Int64.self)
        guard let index = try block(number)?.index(of: id) else { continue }
        places.append(Place(block: number, series: try row.checked(1), index: index))
      }
      return places
    }

    mutating func prediction(at place: Place) throws -> PendingPrediction? {
      var prediction = try block(place.block)?.prediction(at: place.index)
      prediction?.isLabelled = try labelled(of: place.block).contains(place.index)
      return prediction
    }

    /// The newest request of any of these series with each of the clients' ids.
    ///
    /// - Complexity: one pass over the blocks from the newest back, to the oldest that is needed; a block's content
    ///   is read only where the hash of a client's id is among its hashes.
    mutating func newest(
      of clients: Set<String>, in series: Set<Int64>
    ) throws -> [String: RequestID] {
      var found: [String: RequestID] = [:]
      guard !clients.isEmpty else { return found }
      let wanted = clients.map { (hash: ClientHashes.hash($0), name: $0) }.sorted {
        $0.hash < $1.hash
      }
      let rows = try Row.fetchCursor(
        try db.cachedStatement(
          sql: """
            SELECT block, series, last, clients FROM prediction_block
            WHERE length(clients) > 0 ORDER BY t DESC
            """))
      while let row = try rows.next() {
        guard let last = RequestID(bytes: try row.checked(2, as: Data.self)) else { continue }
        // Blocks of one second may be in any order, and one of another second never holds a later id.
        if found.count == clients.count,
          found.values.allSatisfy({ $0.time.seconds > last.time.seconds })
        {
          break
        }
        guard series.contains(try row.checked(1)) else { continue }
        let hashes = ClientHashes(stored: [UInt8](try row.checked(3, as: Data.self)))
        let hits = Set(hashes.matches(wanted))
        guard !hits.isEmpty, let block = try block(row.checked(0)) else { continue }
        for index in 0..<block.count {
          guard let client = block.prediction(at: index)?.clientRequestID, hits.contains(client)
          else { continue }
          found[client] = max(found[client] ?? block.id(at: index), block.id(at: index))
        }
      }
      return found
    }

    private mutating func block(_ id: Int64) throws -> PredictionBlock? {
      if let block = blocks[id] { return block }
      if blocks.count >= 64 { blocks.removeAll() }
      let data = try Data.fetchOne(
        try db.cachedStatement(sql: "SELECT data FROM prediction_data WHERE block = ?"),
        arguments: [id])
      // A block whose checksum is wrong is left out: its labels are unknown.
      guard let block = data.flatMap({ PredictionBlock([UInt8]($0)) }) else {
        try UnsoundValues.note(.predictions, "prediction_data", series: id, in: db)
        return nil
      }
      blocks[id] = block
      return block
    }

    private mutating func labelled(of block: Int64) throws -> BitSet {
      if let bits = labelled[block] { return bits }
      if labelled.count >= 1_024 { labelled.removeAll() }
      let data = try Data.fetchOne(
        try db.cachedStatement(sql: "SELECT labelled FROM prediction_block WHERE block = ?"),
        arguments: [block])
      let bits = BitSet(bytes: [UInt8](data ?? Data()))
      labelled[block] = bits
      return bits
    }
  }

  static func markLabelled(
    _ keys: [(id: RequestID, series: Int64)], in db: Database
  ) throws {
    var reader = Reader(db)
    var marks: [Int64: [Int]] = [:]
    for (id, series) in keys {
      for place in try reader.places(of: id) where place.series == series {
        marks[place.block, default: []].append(place.index)
      }
    }
    let update = try db.cachedStatement(
      sql: "UPDATE prediction_block SET labelled = ? WHERE block = ?")
    for (block, indices) in marks {
      let data = try Data.fetchOne(
        try db.cachedStatement(sql: "SELECT labelled FROM prediction_block WHERE block = ?"),
        arguments: [block])
      var bits = BitSet(bytes: [UInt8](data ?? Data()))
      for index in indices { bits.insert(index) }
      try update.execute(arguments: [Data(bits.bytes), block])
    }
  }

  /// Drops the oldest blocks.
  ///
  /// - Returns: the bytes that they took; 0 when there was none.
  static func dropOldest(_ limit: Int, in db: Database) throws -> Int64 {
    let rows = try Row.fetchAll(
      try db.cachedStatement(sql: "SELECT block, bytes FROM prediction_block ORDER BY t LIMIT ?"),
      arguments: [limit])
    for row in rows {
      let block = try row.checked(0, as: Int64.self)
      for table in ["prediction_block", "prediction_data"] {
        try db.cachedStatement(sql: "DELETE FROM \(table) WHERE block = ?")
          .execute(arguments: [block])
      }
    }
    return try rows.reduce(0) { try $0 + $1.count(1) }
  }

  static func oldest(_ db: Database) throws -> RequestID? {
    try Data.fetchOne(db, sql: "SELECT first FROM prediction_block ORDER BY t LIMIT 1")
      .flatMap { RequestID(bytes: $0) }
  }
}
