import Domain

extension MetricsText {
  /// The HTTP port's own: connections, and what it refuses before any model is asked.
  mutating func addHTTP(_ figures: HTTPFigures) {
    family(SeriesCatalogue.httpConnections) { $0.sample([], Double(figures.connections)) }
    family(SeriesCatalogue.httpConnectionLimit) { $0.sample([], Double(figures.connectionLimit)) }
    family(SeriesCatalogue.httpRefusals) { page in
      for reason in HTTPRefusal.allCases {
        page.sample([("reason", reason.rawValue)], Double(figures.refusals[reason] ?? 0))
      }
    }
  }
}
