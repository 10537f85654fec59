/// A question about the past: one measure of some versions over a window, on a grid of steps.
package struct SeriesQuery: Codable, Sendable, Hashable {
  package var measure: Measure
  /// Nil: all models together.
  package var model: String?
  /// Nil: each version of the model has its own line.
  package var version: String?
  package var window: Window

  package init(measure: Measure, model: String?, version: String? = nil, window: Window) {
    self.measure = measure
    self.model = model
    self.version = version
    self.window = window
  }

  /// What the panels draw. Each is a function of the catalogue's series over one step.
  package enum Measure: String, Codable, Sendable, CaseIterable {
    /// Requests a second that clients waited for (a shadow's copies are not among them).
    case requestRate = "request_rate"
    /// Server errors a second.
    case errorRate = "error_rate"
    /// Server errors by requests, 0 through 1.
    case errorShare = "error_share"
    /// Requests refused for a full queue, a second.
    case shedRate = "shed_rate"
    /// Microseconds.
    case latencyP50 = "latency_p50"
    case latencyP99 = "latency_p99"
    case latencyMax = "latency_max"
    /// Mean microseconds in the queue and in the engine.
    case queueMean = "queue_mean"
    case computeMean = "compute_mean"
    /// Rows predicted right by rows labelled, 0 through 1.
    case accuracy
    /// Mean absolute error of a regression, in its target's unit.
    case absoluteError = "absolute_error"
    // The machine and the server's process; a model is not looked at. In a step that several readings fall into the mean
    // stands for them, but for times, queues and used memory the largest, and for what is free or left the least.
    /// Share of the time in which a core was not idle, 0 through 1; a line a core.
    case coreBusy = "core_busy"
    /// Cores' worth of time that the server's process used.
    case processCores = "process_cores"
    /// Bytes: of the machine's memory in use, and of the server's process.
    case memoryUsed = "memory_used"
    case processMemory = "process_memory"
    /// Bytes that can still be written under the data folder.
    case diskFree = "disk_free"
    /// Microseconds until a second of telemetry, and the ledger's last row, were on the disk.
    case telemetryWrite = "telemetry_write"
    case ledgerWrite = "ledger_write"
    /// Microseconds by which an event loop's timers were late; a line a loop.
    case loopLag = "loop_lag"
    /// Threads that run dear versions, and requests that wait for one.
    case lanesBusy = "lanes_busy"
    case laneQueue = "lane_queue"
    /// Requests that wait in the queue of a version; a line a version.
    case versionQueue = "version_queue"

    /// Whether it is read off the server as a whole, a line a part, rather than counted of a model's traffic.
    package var isGauge: Bool {
      switch self {
      case .requestRate, .errorRate, .errorShare, .shedRate, .latencyP50, .latencyP99, .latencyMax,
        .queueMean, .computeMean, .accuracy, .absoluteError:
        false
      case .coreBusy, .processCores, .memoryUsed, .processMemory, .diskFree, .telemetryWrite,
        .ledgerWrite, .loopLag, .lanesBusy, .laneQueue, .versionQueue:
        true
      }
    }
  }
}

/// A half-open stretch of wall-clock time, cut into steps: [from, to), in whole seconds since 1970.
package struct Window: Codable, Sendable, Hashable {
  package var from: Int64
  package var to: Int64
  package var step: Int64

  /// - Precondition: `step` >= 1 and `to` >= `from`.
  package init(from: Int64, to: Int64, step: Int64) {
    precondition(step >= 1 && to >= from, "a window runs forward in steps of at least a second")
    self.from = from
    self.to = to
    self.step = step
  }

  package var stepCount: Int { Int((to - from + step - 1) / step) }
}

/// The answer: a line a version, a value a step.
package struct SeriesResult: Codable, Sendable, Equatable {
  package var window: Window
  package var lines: [Line]

  package init(window: Window, lines: [Line]) {
    self.window = window
    self.lines = lines
  }

  package struct Line: Codable, Sendable, Equatable {
    /// Nil where the line adds up several versions.
    package var version: ModelVersion?
    /// Of the machine, the part that it is about: a core's number, a loop's; nil where there is one line.
    package var part: String?
    /// One a step, oldest first; nil where nothing was measured: a gap, not a zero.
    package var values: [Double?]

    package init(version: ModelVersion?, part: String? = nil, values: [Double?]) {
      self.version = version
      self.part = part
      self.values = values
    }
  }
}

/// Latency by time and by size: the counts behind a heatmap.
package struct LatencyHeatmap: Codable, Sendable, Equatable {
  package var window: Window
  /// Upper edges of the buckets in microseconds, ascending, within 1 % of evenly spaced in the logarithm: the counts are exactly
  /// of the requests between them. The last bucket also holds whatever is above its edge.
  package var edges: [Double]
  /// `[step][bucket]`, oldest step first.
  package var counts: [[Int]]
  /// The true maximum of each step in microseconds; nil where nothing was measured.
  package var maxima: [Double?]

  package init(window: Window, edges: [Double], counts: [[Int]], maxima: [Double?]) {
    self.window = window
    self.edges = edges
    self.counts = counts
    self.maxima = maxima
  }
}

package struct HeatmapQuery: Codable, Sendable, Hashable {
  package var model: String
  /// Nil: all versions that clients waited for.
  package var version: String?
  package var window: Window
  package var bucketCount: Int
  /// Microseconds: the smallest upper edge and the largest.
  package var lowest: Double
  package var highest: Double

  package init(
    model: String, version: String? = nil, window: Window, bucketCount: Int, lowest: Double,
    highest: Double
  ) {
    self.model = model
    self.version = version
    self.window = window
    self.bucketCount = bucketCount
    self.lowest = lowest
    self.highest = highest
  }
}

/// A page of the audit ledger, newest first.
package struct AuditQuery: Codable, Sendable, Hashable {
  package var model: String?
  /// Only rows below this sequence number.
  package var before: Int64?
  package var limit: Int

  package init(model: String? = nil, before: Int64? = nil, limit: Int = 200) {
    self.model = model
    self.before = before
    self.limit = limit
  }
}
