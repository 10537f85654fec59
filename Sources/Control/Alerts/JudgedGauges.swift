import Domain
import Statistics

/// Judged series of which no judgement is kept: they are read off every few minutes, and kept as gauges are.
struct JudgedGauge: Sendable {
  /// Seconds between two readings: they change slowly, and the rules' language sees a reading for five minutes.
  static let every: Int64 = 240

  let series: SeriesDefinition
  /// What stands for it in stored tallies: never another, and never used again.
  let code: UInt64
  /// What stands for several readings.
  let value: @Sendable (GaugeTally.Reading) -> Double

  static let all: [Self] = [
    Self(series: SeriesCatalogue.budgetLeft, code: 64) { $0.least },
    Self(series: SeriesCatalogue.labelCompleteness, code: 65) { $0.mean },
    Self(series: SeriesCatalogue.satisfaction, code: 66) { $0.mean },
    Self(series: SeriesCatalogue.costPerThousand, code: 67) { $0.mean },
    Self(series: SeriesCatalogue.conceptOpen, code: 68) { $0.most },
    Self(series: SeriesCatalogue.championAccuracy, code: 69) { $0.mean },
    Self(series: SeriesCatalogue.championMajority, code: 70) { $0.mean },
    Self(series: SeriesCatalogue.rivalAccuracy, code: 71) { $0.mean },
    Self(series: SeriesCatalogue.championBelow, code: 72) { $0.most },
  ]

  /// A name has no space.
  fileprivate func part(_ labels: [(String, String)]) -> String {
    labels.map(\.1).joined(separator: " ")
  }
}

extension GaugeTally {
  /// How the models stand by what is judged all the time.
  mutating func note(judged snapshot: SystemSnapshot) {
    var page = MetricsText()
    page.addJudgement(of: snapshot, features: [:])
    for family in page.families {
      guard let gauge = JudgedGauge.all.first(where: { $0.series.name == family.series.name })
      else { continue }
      for sample in family.samples {
        add(sample.value, to: Key(gauge.code, part: gauge.part(sample.labels)))
      }
    }
  }
}
