package import Domain
import Foundation
import GRDB
import InferenceProtocol

/// The kept requests of one model in a folder's `metrics.db`, read without writing to it: beside a running server, or of
/// a copy.
///
/// A look at the store is as long as one block: a server's checkpoints need not wait for an export.
package final class RequestArchive: Sendable {
  /// Models that the file knows, those that are gone among them.
  package let models: Set<String>
  private let queue: DatabaseQueue
  private let path: String
  private let blocks: [Int64]
  private let since: Timestamp
  private let limit: Int
  /// Of the model's features in their order, as the configuration gives them.
  private let names: [String]

  /// - Parameters:
  ///   - since: only requests that arrived then or later; nil: all that are kept.
  ///   - limit: at most so many, the newest.
  /// - Throws: `cannotOpen` without a `metrics.db`; `corrupt`, `foreign`, `newerSchema`.
  package init(
    directory: String, model: String, since: Timestamp?, limit: Int, featureNames: [String]
  ) throws(StorageError) {
    let path = "\(directory)/\(MetricStore.fileName)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw .cannotOpen(path: path, reason: "there is no such file")
    }
    self.path = path
    self.since = since ?? Timestamp(microseconds: .min)
    self.limit = limit
    names = featureNames
    (queue, models, blocks) = try StorageError.translating(path) {
      let queue = try DatabaseQueue(
        path: RecordedFile(path).locationInUse,
        configuration: StateStore.configuration(isReadOnly: true))
      return (
        queue,
        try queue.read { db in
          try Schema.metrics.check(db, path: path)
          return try MetricStore.models(db)
        },
        try queue.read { db in
          try RequestTable.newestBlocks(
            model: model, since: since?.seconds ?? 0, requests: limit, in: db)
        }
      )
    }
  }

  deinit { try? queue.close() }

  /// Calls `body` with the requests in the order of their arrival, as far as blocks of a few seconds tell it; at most `limit`.
  ///
  /// What the server drops meanwhile is left out.
  package func read(_ body: (ArchivedRequest) throws -> Void) throws {
    var surplus = try held() - limit
    for block in blocks {
      for request in try requests(of: block) where request.record.arrivedAt >= since {
        if surplus > 0 {
          surplus -= 1
          continue
        }
        try body(ArchivedRequest(request, names: names))
      }
    }
  }

  private func held() throws(StorageError) -> Int {
    var count = 0
    for block in blocks { count += try requests(of: block).count { $0.record.arrivedAt >= since } }
    return count
  }

  private func requests(of block: Int64) throws(StorageError) -> [CapturedRequest] {
    try StorageError.translating(path) {
      try queue.read { db in try RequestTable.requests(ofBlock: block, in: db) }
    }.sorted {
      ($0.record.arrivedAt.microseconds, $0.id) < ($1.record.arrivedAt.microseconds, $1.id)
    }
  }
}

/// A kept request by features and outputs.
package struct ArchivedRequest: Sendable {
  package let request: CapturedRequest
  package let features: [Column]
  package let outputs: [Column]
  /// Inputs of too many values, or of too many dimensions, to be columns.
  package let omitted: [String]
  /// Names of blanked features that no column has: all columns count as blanked then.
  package let unknownRedacted: [String]

  package struct Column: Sendable {
    package let name: String
    package let isRedacted: Bool
    /// One a row; empty where it was redacted.
    package let cells: [Cell]
  }

  package enum Cell: Sendable, Equatable {
    /// As it is written in any language; NaN and infinities are `text`.
    case number(String)
    case text(String)
  }

  init(_ request: CapturedRequest, names: [String]) {
    self.request = request
    guard let tensors = request.tensors else {
      (features, outputs, omitted, unknownRedacted) = ([], [], [], [])
      return
    }
    let rows = max(1, request.record.rows)
    let layout = FeatureLayout(tensors.inputs, rows: rows, names: names)
    let redaction = Redaction(request.redacted)
    omitted = layout.omitted
    unknownRedacted = redaction.unknown(layout, tensors.inputs)
    features = zip(layout.columns, redaction.hidden(layout, tensors.inputs)).map { column, hidden in
      Column(
        name: column.name, isRedacted: hidden,
        cells: hidden ? [] : Self.cells(tensors.inputs[column.tensor], column, rows: rows))
    }
    outputs = FeatureLayout(tensors.outputs, rows: rows).columns.map { column in
      Column(
        name: column.name, isRedacted: false,
        cells: Self.cells(tensors.outputs[column.tensor], column, rows: rows))
    }
  }

  /// The first rows of a column.
  static func cells(
    _ tensor: Tensor, _ column: FeatureLayout.Column, rows: Int
  ) -> [Cell] {
    (0..<rows).map { row in
      let index = column.offset + row * column.stride
      if let text = tensor.text(at: index) { return .text(text) }
      if let integer = tensor.integer(at: index) { return .number("\(integer)") }
      guard let number = tensor.number(at: index) else { return .text("") }
      guard number.isFinite else { return .text("\(number)") }
      // A Float's own digits, not those of the Double that it fits into.
      return .number(tensor.datatype == .fp64 ? "\(number)" : "\(Float(number))")
    }
  }
}
