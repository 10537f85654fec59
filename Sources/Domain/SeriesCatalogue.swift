/// One family of series that Vigia measures: the row that rules, panels and `/metrics` share.
package struct SeriesDefinition: Sendable, Equatable {
  package var name: String
  package var kind: Kind
  /// In Prometheus' base units; empty for plain counts.
  package var unit: String
  package var labels: [String]
  package var help: String

  package enum Kind: String, Sendable { case counter, gauge, histogram }

  package init(name: String, kind: Kind, unit: String, labels: [String], help: String) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.labels = labels
    self.help = help
  }
}

/// All families. A name is spelled here and nowhere else.
package enum SeriesCatalogue {
  package static let requests = SeriesDefinition(
    name: "vigia_requests_total", kind: .counter, unit: "",
    labels: ["model", "version", "variant", "outcome"],
    help: "Requests answered or refused, by what serving did with them.")
  package static let clientRequests = SeriesDefinition(
    name: "vigia_client_requests_total", kind: .counter, unit: "",
    labels: ["model", "version", "client", "outcome"],
    help: "Requests by client; clients past the bound are counted as __overflow__.")
  package static let clientDuration = SeriesDefinition(
    name: "vigia_client_request_duration_seconds_total", kind: .counter, unit: "seconds",
    labels: ["model", "version", "client"],
    help: "Total time of a client's requests, of those that were timed.")
  package static let clientTimed = SeriesDefinition(
    name: "vigia_client_timed_requests_total", kind: .counter, unit: "",
    labels: ["model", "version", "client"], help: "Requests of a client that were timed.")
  package static let clientSlow = SeriesDefinition(
    name: "vigia_client_slow_requests_total", kind: .counter, unit: "",
    labels: ["model", "version", "client"],
    help: "Requests of a client that were answered above the model's latency objective.")
  package static let refusals = SeriesDefinition(
    name: "vigia_refused_requests_total", kind: .counter, unit: "", labels: ["model", "reason"],
    help: "Requests answered without a run, by the reason.")
  package static let rows = SeriesDefinition(
    name: "vigia_rows_total", kind: .counter, unit: "", labels: ["model", "version", "variant"],
    help: "Rows predicted.")
  package static let requestDuration = SeriesDefinition(
    name: "vigia_request_duration_seconds", kind: .histogram, unit: "seconds",
    labels: ["model", "version", "variant"],
    help: "From the last byte of the request to the first of the answer.")
  package static let queueDuration = SeriesDefinition(
    name: "vigia_queue_duration_seconds_total", kind: .counter, unit: "seconds",
    labels: ["model", "version", "variant"], help: "Time that requests waited for the engine.")
  package static let computeDuration = SeriesDefinition(
    name: "vigia_compute_duration_seconds_total", kind: .counter, unit: "seconds",
    labels: ["model", "version", "variant"], help: "Time that the engine computed.")
  package static let labels = SeriesDefinition(
    name: "vigia_labels_total", kind: .counter, unit: "",
    labels: ["model", "version", "variant", "result"],
    help: "Rows whose label came, by whether the prediction was right, at the prediction's time.")
  package static let labelsReceived = SeriesDefinition(
    name: "vigia_labels_received_total", kind: .counter, unit: "", labels: ["model", "result"],
    help: "Labels sent, by what became of them: joined, unknown, duplicate, late, refused.")
  package static let absoluteError = SeriesDefinition(
    name: "vigia_label_absolute_error_total", kind: .counter, unit: "",
    labels: ["model", "version", "variant"],
    help: "Sum of a regression's absolute errors, in the unit of its target.")
  package static let weight = SeriesDefinition(
    name: "vigia_traffic_weight_ratio", kind: .gauge, unit: "ratio", labels: ["model", "version"],
    help: "Share of the model's traffic that the version answers, 0 through 1.")
  package static let loaded = SeriesDefinition(
    name: "vigia_model_loaded", kind: .gauge, unit: "", labels: ["model", "version"],
    help: "1 while the version is in memory.")
  package static let modelMemory = SeriesDefinition(
    name: "vigia_model_memory_bytes", kind: .gauge, unit: "bytes", labels: ["model", "version"],
    help: "Memory that a loaded version takes, as measured or estimated at its load.")
  package static let modelMemoryBudget = SeriesDefinition(
    name: "vigia_model_memory_budget_bytes", kind: .gauge, unit: "bytes", labels: [],
    help: "Memory that loaded versions may take together; absent without a limit.")
  package static let modelEvictions = SeriesDefinition(
    name: "vigia_model_evictions_total", kind: .counter, unit: "", labels: [],
    help: "Versions unloaded to make room for others.")
  package static let modelReturns = SeriesDefinition(
    name: "vigia_model_returns_total", kind: .counter, unit: "", labels: [],
    help: "Versions loaded because a request named them.")
  package static let queueDepth = SeriesDefinition(
    name: "vigia_queue_depth", kind: .gauge, unit: "", labels: ["model", "version"],
    help: "Requests that wait for the engine.")
  package static let shadowDropped = SeriesDefinition(
    name: "vigia_shadow_dropped_total", kind: .counter, unit: "", labels: ["model", "version"],
    help: "Copies for the shadow that were dropped because it was busy.")
  package static let cacheRequests = SeriesDefinition(
    name: "vigia_cache_requests_total", kind: .counter, unit: "",
    labels: ["model", "version", "result"],
    help:
      "Requests for whose answer the response cache was asked, since the version was loaded: hit or miss."
  )
  package static let telemetryDropped = SeriesDefinition(
    name: "vigia_telemetry_dropped_total", kind: .counter, unit: "", labels: [],
    help: "Measurements dropped: the recorder's ring was full, or the store could not be written.")
  package static let auditEntries = SeriesDefinition(
    name: "vigia_audit_entries_total", kind: .counter, unit: "", labels: [],
    help: "Rows of the audit chain.")

  /// Whether a name's values only rise, those of a histogram's parts among them.
  package static func isCounter(_ name: String) -> Bool {
    name.hasSuffix("_total") || histogramParts.contains(name)
  }

  private static let histogramParts = Set(
    all.filter { $0.kind == .histogram }.flatMap { series in
      ["_bucket", "_sum", "_count"].map { series.name + $0 }
    })

  /// What samples are called: of a histogram its parts.
  package static var names: [String] {
    all.filter { $0.kind != .histogram }.map(\.name) + histogramParts
  }

  package static let all: [SeriesDefinition] =
    [
      requests, clientRequests, clientDuration, clientTimed, clientSlow, refusals, rows,
      requestDuration, queueDuration, computeDuration, labels, labelsReceived,
      absoluteError, weight, loaded, modelMemory, modelMemoryBudget, modelEvictions, modelReturns,
      queueDepth, shadowDropped, cacheRequests, telemetryDropped, auditEntries,
    ] + http + saturation + judgement + operations
}
