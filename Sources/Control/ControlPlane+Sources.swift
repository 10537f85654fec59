import Alerting
import Domain

/// Other servers whose series are asked for.
extension ControlPlane {
  func startSources(_ now: Timestamp) {
    sources = alerting?.sources.map { $0.status(since: now) } ?? []
  }

  /// Asks each source what is to be asked by now. Apart, so that one that is slow holds up nothing, another source included.
  func lookAtSources(_ now: Timestamp) {
    guard let alerting else { return }
    for source in alerting.sources where sourcesAsked.insert(ObjectIdentifier(source)).inserted {
      Task {
        let (status, evaluations) = await source.look(now: now)
        sourcesAsked.remove(ObjectIdentifier(source))
        // The configuration may name another by now.
        guard let place = place(of: source), sources.indices.contains(place) else { return }
        sources[place] = status
        for evaluation in evaluations {
          let change = await alerting.loop.take(evaluation, from: source.rules, now: now)
          if let change { await take(change) }
        }
      }
    }
  }

  /// The sources from now on; of those that stay it is known how they stand.
  func use(sources next: [SourceWatch], now: Timestamp) {
    sources = next.map { source in
      guard let place = place(of: source), sources.indices.contains(place) else {
        return source.status(since: now)
      }
      return sources[place]
    }
    alerting?.sources = next
  }

  private func place(of source: SourceWatch) -> Int? {
    alerting?.sources.firstIndex { $0 === source }
  }

  /// Answers a question over the series of a source.
  func answer(
    _ question: MetricQuery, of name: String
  ) async throws(MetricQueryFailure) -> MetricAnswer {
    let all = alerting?.sources ?? []
    guard let source = all.first(where: { $0.rules.name == name }) else {
      let known = all.map(\.rules.name).joined(separator: ", ")
      throw MetricQueryFailure(
        isBadQuery: true,
        reason: "no source \(name) here; there \(all.isEmpty ? "is none" : "are \(known)")")
    }
    do throws(SeriesSourceFailure) {
      return try await source.answer(question)
    } catch {
      switch error {
      case .refused(let failure): throw failure
      case .silent(let reason):
        throw MetricQueryFailure(isBadQuery: false, reason: "\(name): \(reason)")
      }
    }
  }
}

extension MetricsText {
  mutating func addSources(_ sources: [SourceStatus], now: Timestamp) {
    guard !sources.isEmpty else { return }
    let figures: [(SeriesDefinition, (SourceStatus) -> Double)] = [
      (SeriesCatalogue.sourceUp, { $0.state == .up ? 1 : 0 }),
      (SeriesCatalogue.sourceAge, { $0.age(at: now) }),
      (SeriesCatalogue.sourceInterval, { $0.interval }),
    ]
    for (series, figure) in figures {
      family(series) { page in
        for source in sources { page.sample([("source", source.name)], figure(source)) }
      }
    }
  }
}
