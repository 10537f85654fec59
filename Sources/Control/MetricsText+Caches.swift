import Domain

extension MetricsText {
  /// How often response caches knew the answer, of versions that have one.
  mutating func addCaches(of snapshot: SystemSnapshot) {
    family(SeriesCatalogue.cacheRequests) { page in
      for model in snapshot.models {
        for version in model.versions {
          guard case .on(_, _, let hits, let misses)? = version.executionFigures?.cache else {
            continue
          }
          let names = [("model", model.name), ("version", version.version)]
          page.sample(names + [("result", "hit")], Double(hits))
          page.sample(names + [("result", "miss")], Double(misses))
        }
      }
    }
  }
}
