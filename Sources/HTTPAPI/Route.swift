package import Domain
package import HTTPTypes

/// What a caller must be to use a route.
package enum Access: String, Sendable, Comparable, CaseIterable {
  /// Anybody, always: health, and the documents of what there is.
  case open
  /// Reading, and what a model's clients do: infer, labels, the index.
  case read
  /// A change of what serves.
  case operate
  case admin

  /// The least role that has this access; nil needs none.
  package var role: Principal.Role? {
    switch self {
    case .open: nil
    case .read: .read
    case .operate: .operate
    case .admin: .admin
    }
  }

  package static func < (left: Access, right: Access) -> Bool { left.rank < right.rank }

  private var rank: Int { role.map { Principal.Role.allCases.firstIndex(of: $0)! + 1 } ?? 0 }
}

/// How one endpoint is reached, and by whom.
package struct Route: Sendable, Equatable {
  package var method: HTTPRequest.Method
  package var access: Access
  /// All paths that lead to it. `{model}`, `{version}` and `{id}` stand for one segment.
  package var paths: [String]

  package init(_ method: HTTPRequest.Method, _ access: Access, _ paths: String...) {
    self.method = method
    self.access = access
    self.paths = paths
  }

  /// Under `/vigia/v1` a body must say that it is JSON, which keeps a foreign page's form out. V2's clients
  /// send JSON under any name.
  package var requiresJSONContentType: Bool {
    method == .post && paths.allSatisfy { $0.hasPrefix("/vigia/") }
  }
}

/// All that the server answers to: the one table behind matching, authorisation and the tests of both.
package enum Endpoint: String, Sendable, CaseIterable {
  case infer, labels
  case server, live, ready, model, modelReady, modelConfig, modelStatistics
  case repositoryIndex, repositoryLoad, repositoryUnload
  case status, stream, series, heatmap, requests, request, requestRun, failures, judgements,
    business, audit, runbooks, past, preflight
  case command, commandOutcome, intention, reload
  case incidents, incident
  case alerts, prometheusAlerts, prometheusRules, prometheusQuery, prometheusQueryRange
  case prometheusQueryForm, prometheusQueryRangeForm
  case metrics, tritonMetrics, openAPI, documentation
  case alertPage

  package var route: Route {
    switch self {
    case .infer:
      Route(
        .post, .read, "/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer")
    case .labels: Route(.post, .read, "/vigia/v1/models/{model}/labels")
    case .server: Route(.get, .read, "/v2")
    case .live: Route(.get, .open, "/v2/health/live")
    case .ready: Route(.get, .open, "/v2/health/ready")
    case .model: Route(.get, .read, "/v2/models/{model}", "/v2/models/{model}/versions/{version}")
    case .modelReady:
      Route(.get, .read, "/v2/models/{model}/ready", "/v2/models/{model}/versions/{version}/ready")
    case .modelConfig:
      Route(
        .get, .read, "/v2/models/{model}/config", "/v2/models/{model}/versions/{version}/config")
    case .modelStatistics:
      Route(
        .get, .read, "/v2/models/stats", "/v2/models/{model}/stats",
        "/v2/models/{model}/versions/{version}/stats")
    case .repositoryIndex:
      Route(.post, .read, "/v2/repository/index", "/v2/repository/{id}/index")
    case .repositoryLoad:
      Route(
        .post, .operate, "/v2/repository/models/{model}/load",
        "/v2/repository/{id}/models/{model}/load")
    case .repositoryUnload:
      Route(
        .post, .operate, "/v2/repository/models/{model}/unload",
        "/v2/repository/{id}/models/{model}/unload")
    case .status: Route(.get, .read, "/vigia/v1/status")
    case .stream: Route(.get, .read, "/vigia/v1/stream")
    case .series: Route(.post, .read, "/vigia/v1/series")
    case .heatmap: Route(.post, .read, "/vigia/v1/heatmap")
    case .requests: Route(.post, .read, "/vigia/v1/requests")
    // Raw inputs are personal data: whoever may only ask for predictions must not see those of others.
    case .request: Route(.get, .operate, "/vigia/v1/requests/{id}")
    case .requestRun: Route(.post, .operate, "/vigia/v1/requests/{id}/run")
    case .failures: Route(.post, .read, "/vigia/v1/failures")
    case .judgements: Route(.post, .read, "/vigia/v1/judgements")
    case .business: Route(.post, .read, "/vigia/v1/business")
    case .audit: Route(.post, .read, "/vigia/v1/audit")
    case .runbooks: Route(.post, .read, "/vigia/v1/runbooks")
    case .past: Route(.post, .read, "/vigia/v1/past")
    case .preflight: Route(.post, .operate, "/vigia/v1/preflight")
    case .command: Route(.post, .operate, "/vigia/v1/commands")
    case .commandOutcome: Route(.get, .read, "/vigia/v1/commands/{id}")
    case .intention: Route(.post, .operate, "/vigia/v1/intentions")
    case .reload: Route(.post, .operate, "/vigia/v1/reload")
    case .incidents: Route(.get, .read, "/vigia/v1/incidents")
    case .incident: Route(.get, .read, "/vigia/v1/incidents/{id}")
    case .alerts: Route(.get, .read, "/vigia/v1/alerts")
    case .prometheusAlerts: Route(.get, .read, "/api/v1/alerts")
    case .prometheusRules: Route(.get, .read, "/api/v1/rules")
    case .prometheusQuery: Route(.get, .read, "/api/v1/query")
    case .prometheusQueryRange: Route(.get, .read, "/api/v1/query_range")
    case .prometheusQueryForm: Route(.post, .read, "/api/v1/query")
    case .prometheusQueryRangeForm: Route(.post, .read, "/api/v1/query_range")
    case .metrics: Route(.get, .read, "/metrics")
    case .tritonMetrics: Route(.get, .read, "/metrics/triton")
    case .openAPI: Route(.get, .open, "/openapi.json")
    case .documentation: Route(.get, .open, "/docs")
    case .alertPage: Route(.get, .read, "/alert/{id}")
    }
  }
}
