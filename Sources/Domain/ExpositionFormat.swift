/// How series are printed for whoever scrapes them.
package enum ExpositionFormat: String, Sendable, CaseIterable {
  /// Prometheus' text format, 0.0.4.
  case text
  /// OpenMetrics 1.0.0.
  case openMetrics
}
