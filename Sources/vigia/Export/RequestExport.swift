import Domain
import Foundation
import Storage

/// Writes kept requests row by row, and lists what was written.
struct RequestExport {
  enum Format: String, CaseIterable { case csv, jsonl }

  /// What an export contains: written beside it.
  struct Manifest: Codable, Equatable {
    var model: String
    var madeAt: String
    var format: String
    var requests = 0
    var rows = 0
    /// Requests whose inputs were too large to keep, or hold a name of `redact` that no feature has.
    var requestsWithoutTensors = 0
    /// Of the first and the last request's arrival, UTC; nil without one.
    var from: String?
    var to: String?
    var versions: [String] = []
    var outcomes: [String: Int] = [:]
    var features: [String] = []
    /// Whose names those are.
    var featureNames = "of the configuration"
    /// Of the features, those that were blanked in at least one request, before they came to the disk.
    var redacted: [String] = []
    /// Names of blanked features that no column has, since the configuration gives others, or none: the requests that have such a name are
    /// without inputs.
    var redactedUnknown: [String] = []
    var outputs: [String] = []
    /// Inputs that are no columns: of too many values, or dimensions.
    var omittedInputs: [String] = []
    var columns: [String] = []
    static let unnamed =
      "of the model's inputs: the configuration gives no names; --config FILE names one that does"
    var labels = "not in here: of a label only what it came to is kept, not the label itself"
  }

  private(set) var manifest: Manifest
  private let format: Format
  private let archive: RequestArchive
  /// What the configuration has blanked, less the features that it names.
  private let strangers: [String]
  private let write: ([UInt8]) throws -> Void

  private static let fixed = [
    "id", "row", "time", "version", "variant", "client", "client_id", "outcome", "queue_us",
    "compute_us", "total_us",
  ]

  /// - Parameters:
  ///   - policy: the model's, as it is configured now.
  ///   - write: takes the file's next bytes.
  init(
    _ archive: RequestArchive, model: String, format: Format,
    policy: CapturePolicy = CapturePolicy(), now: Timestamp,
    write: @escaping ([UInt8]) throws -> Void
  ) {
    self.archive = archive
    self.format = format
    self.write = write
    strangers = policy.redacted.subtracting(policy.featureNames).sorted()
    manifest = Manifest(model: model, madeAt: Self.time(now), format: format.rawValue)
    if policy.featureNames.isEmpty { manifest.featureNames = Manifest.unnamed }
  }

  /// Reads everything twice: which columns there are is known only at the end.
  mutating func run() throws {
    var hasTensors = false
    try archive.read {
      hasTensors = hasTensors || $0.request.tensors != nil
      note($0)
    }
    // A request without tensors does not say for the sake of which name.
    if manifest.requestsWithoutTensors > 0, !hasTensors {
      for name in strangers { Self.add(name, to: &manifest.redactedUnknown) }
    }
    manifest.columns =
      Self.fixed + manifest.features.map { "feature." + $0 }
      + manifest.outputs.map { "output." + $0 }
    if format == .csv {
      var printer = RowPrinter(capacity: 1_024)
      for (index, column) in manifest.columns.enumerated() {
        if index > 0 { printer.comma() }
        printer.field(column)
      }
      printer.endLine()
      try write(printer.text)
    }
    let columns = manifest.columns
    var rows = 0
    var requests = 0
    try archive.read { request in
      requests += 1
      rows += max(1, request.request.record.rows)
      try write(lines(request, columns))
    }
    manifest.requests = requests
    manifest.rows = rows
  }

  private mutating func note(_ archived: ArchivedRequest) {
    let request = archived.request
    let time = Self.time(request.record.arrivedAt)
    manifest.from = min(manifest.from ?? time, time)
    manifest.to = max(manifest.to ?? time, time)
    manifest.outcomes[request.outcome.rawValue, default: 0] += 1
    Self.add(request.version.version, to: &manifest.versions)
    if request.tensors == nil { manifest.requestsWithoutTensors += 1 }
    for column in archived.features {
      Self.add(column.name, to: &manifest.features)
      if column.isRedacted { Self.add(column.name, to: &manifest.redacted) }
    }
    for column in archived.outputs { Self.add(column.name, to: &manifest.outputs) }
    for name in archived.unknownRedacted { Self.add(name, to: &manifest.redactedUnknown) }
    for name in archived.omitted { Self.add(name, to: &manifest.omittedInputs) }
  }

  private static func add(_ name: String, to names: inout [String]) {
    if !names.contains(name) { names.append(name) }
  }

  /// A line a row of the request.
  private func lines(_ archived: ArchivedRequest, _ columns: [String]) -> [UInt8] {
    let request = archived.request
    var values: [String: [ArchivedRequest.Cell]] = [:]
    for column in archived.features { values["feature." + column.name] = column.cells }
    for column in archived.outputs { values["output." + column.name] = column.cells }
    var printer = RowPrinter(capacity: 1_024)
    for row in 0..<max(1, request.record.rows) {
      let fixed: [ArchivedRequest.Cell?] = [
        .text("\(request.id)"), .number("\(row)"), .text(Self.time(request.record.arrivedAt)),
        .text(request.version.version), .text(request.variant.rawValue),
        .text(request.record.client),
        request.record.clientRequestID.map { .text($0) }, .text(request.outcome.rawValue),
        .number("\(Double(request.record.queueTime) / 1_000)"),
        .number("\(Double(request.record.computeTime) / 1_000)"),
        .number("\(Double(request.totalTime) / 1_000)"),
      ]
      let cells =
        fixed
        + columns.dropFirst(fixed.count).map { name in
          values[name].flatMap { $0.indices.contains(row) ? $0[row] : nil }
        }
      switch format {
      case .csv: print(csv: cells, to: &printer)
      case .jsonl: print(json: cells, columns, to: &printer)
      }
    }
    return printer.text
  }

  private func print(csv cells: [ArchivedRequest.Cell?], to printer: inout RowPrinter) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { printer.comma() }
      switch cell {
      case .number(let number): printer.raw(Array(number.utf8)[...])
      case .text(let text): printer.quoted(Array(text.utf8))
      case nil: break
      }
    }
    printer.endLine()
  }

  private func print(
    json cells: [ArchivedRequest.Cell?], _ columns: [String], to printer: inout RowPrinter
  ) {
    var line = "{"
    for (column, cell) in zip(columns, cells) {
      guard let cell else { continue }
      if line.count > 1 { line += "," }
      line += Self.quoted(column) + ":"
      switch cell {
      case .number(let number): line += number
      case .text(let text): line += Self.quoted(text)
      }
    }
    printer.raw(Array((line + "}\n").utf8)[...])
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  /// UTC, to the microsecond.
  private static func time(_ time: Timestamp) -> String {
    let whole = Date(timeIntervalSince1970: Double(time.seconds)).formatted(.iso8601).dropLast()
    let part = "\(1_000_000 + time.microseconds - time.seconds * 1_000_000)".dropFirst()
    return "\(whole).\(part)Z"
  }
}
