package import Control
package import Integrations

/// A Prometheus-compatible server whose series are asked for: an entry of `sources`.
package struct SourceConfiguration: Sendable, Equatable {
  package var name: String
  package var address: UpstreamAddress
  package var credentials = PrometheusSource.Credentials.none
  package var headers: [RemoteSpec.Header] = []
  package var limits = PrometheusSource.Limits()
  /// Milliseconds from one question to the next.
  package var interval: Int64 = 15_000
  /// Of its alerts.
  package var labels: [String: String] = [:]
  /// Paths of rule files in which `*` and `?` may stand.
  package var rules: [String] = []
  package var panels: [SourcePanelRule] = []

  package init(name: String, address: UpstreamAddress) {
    self.name = name
    self.address = address
  }
}
