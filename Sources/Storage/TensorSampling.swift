import Domain

/// Which requests have their tensors looked at: all, until a version has more than anybody needs to know it by.
///
/// Features, scores and recent requests are read from tensors, long after the answer: holding and reading those of every
/// request would cost a busy server more than all other measurement. Past `rows` rows and `requests` requests a second a
/// version's are drawn by the random part of their ids, at the rate that the last stretch asks for. Counters and latency
/// know every request, whatever is drawn.
struct TensorSampling: Sendable {
  /// Of one version, a second: a minute has fifteen times what a window of drift needs.
  static let rows = 500
  static let requests = 250
  /// Of all versions, a stretch.
  static let rush = 4_000

  /// Versions that are drawn from, each with the random numbers below which a request is taken.
  private var busy: [(version: ModelVersion, threshold: UInt64)] = []

  /// Of requests that failed all are: why they did may stand in their inputs.
  ///
  /// - Parameter taken: since the last stretch: a rush that nothing announced is sampled once there are `rush` of them.
  /// - Complexity: O(busy versions).
  func takes(_ record: PredictionRecord, after taken: Int = 0) -> Bool {
    guard record.outcome == .ok else { return true }
    if taken >= Self.rush, record.id.draw > .max / 16 { return false }
    for one in busy where one.version.isSame(as: record.version) {
      return record.id.draw <= one.threshold
    }
    return true
  }

  /// What versions had in a stretch of time.
  struct Loads: Sendable {
    struct Load: Sendable {
      var requests = 0
      var rows = 0
    }

    private(set) var versions: [ModelVersion: Load] = [:]
    private(set) var requests = 0
    /// The version of the last record, apart from the others: the next one mostly counts there, too.
    private var open: (version: ModelVersion, load: Load)?

    mutating func add(_ record: PredictionRecord) {
      requests += 1
      if open?.version.isSame(as: record.version) != true {
        close()
        open = (record.version, versions[record.version] ?? Load())
      }
      open?.load.requests += 1
      open?.load.rows += record.rows
    }

    mutating func close() {
      if let (version, load) = open { versions[version] = load }
      open = nil
    }
  }

  /// - Parameter seconds: that the stretch took.
  init(_ loads: Loads = Loads(), seconds: Double = 1) {
    var loads = loads
    loads.close()
    for (version, load) in loads.versions where seconds > 0 {
      let share = max(
        Double(Self.requests) * seconds / Double(load.requests),
        Double(Self.rows) * seconds / Double(max(load.rows, 1)))
      if share < 1 { busy.append((version, UInt64(share * 0x1p64))) }
    }
  }
}

extension RequestID {
  /// The random part that decides whether a request is in a sample. A sample by a lower bound is within one by a higher.
  var draw: UInt64 { low << 2 }
}
