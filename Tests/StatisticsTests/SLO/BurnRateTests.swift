import Statistics
import Testing

struct BurnRateTests {
  private struct Expected: Decodable {
    struct Rule: Decodable {
      var longMinutes, shortMinutes: Int
      var threshold: Double
      var firing, longOnly: [[Int]]

      enum CodingKeys: String, CodingKey {
        case threshold
        case longMinutes = "long_min"
        case shortMinutes = "short_min"
        case firing = "firing_spans_[first,last]_minute"
        case longOnly = "long_only_spans"
      }
    }

    var slo: Double
    var budget: Double
    var rules: [String: Rule]
    /// By minute and rule: long, short.
    var samples: [String: [String: [Double]]]

    enum CodingKeys: String, CodingKey {
      case slo, budget, rules
      case samples = "burn_samples"
    }
  }

  /// Five days of minutes, as counts from the beginning.
  private struct Minutes {
    var sums = [RequestCount()]
    let objective: ServiceLevelObjective
    let expected: Expected

    init() throws {
      let golden = Golden("slo_burn")
      expected = try golden.expected(Expected.self)
      objective = ServiceLevelObjective(.availability, share: expected.slo)
      for row in try golden.rows("minutes.csv.gz") {
        let minute = RequestCount(bad: Int64(row[2]), total: Int64(row[1]), filledSeconds: 60)
        sums.append(sums[sums.count - 1] + minute)
      }
    }

    var minutes: Range<Int> { 0..<(sums.count - 1) }

    func burns(at minute: Int, floor: BurnRate.Floor) -> [BurnRate] {
      BurnRate.all(objective: objective, floor: floor) { seconds in
        sums[minute + 1] - sums[max(0, minute + 1 - Int(seconds / 60))]
      }
    }
  }

  /// First and last of each run of minutes.
  private func spans(_ minutes: [Int]) -> [[Int]] {
    minutes.reduce(into: []) { spans, minute in
      if let last = spans.last, last[1] == minute - 1 {
        spans[spans.count - 1][1] = minute
      } else {
        spans.append([minute, minute])
      }
    }
  }

  @Test func `the bare rules fire in numpy's minutes, and burn at its rates`() throws {
    let minutes = try Minutes()
    let expected = minutes.expected
    #expect(abs(minutes.objective.budget - expected.budget) < 1e-18)
    let names = ["page_fast", "page_slow", "ticket_1d", "ticket_3d"]
    for (rule, name) in zip(BurnRate.Rule.standard, names) {
      let golden = try #require(expected.rules[name])
      #expect(Int(rule.longSeconds) == golden.longMinutes * 60)
      #expect(Int(rule.shortSeconds) == golden.shortMinutes * 60)
      #expect(rule.factor == golden.threshold)
    }
    let burns = minutes.minutes.map { minutes.burns(at: $0, floor: .none) }
    for (index, name) in names.enumerated() {
      let golden = try #require(expected.rules[name])
      #expect(spans(burns.indices.filter { burns[$0][index].isFiring }) == golden.firing)
      #expect(
        spans(burns.indices.filter { burns[$0][index].long > burns[$0][index].factor })
          == golden.longOnly)
    }
    #expect(!expected.samples.isEmpty)
    for (minute, rules) in expected.samples {
      for (name, rates) in rules {
        let index = try #require(names.firstIndex(of: name))
        let burn = burns[try #require(Int(minute))][index]
        #expect(abs(burn.long / rates[0] - 1) < 1e-9)
        #expect(abs(burn.short / rates[1] - 1) < 1e-9)
      }
    }
  }

  /// At minute 1002 three bad minutes fill a window of three days to a quarter.
  @Test func `windows that are not filled by half open no ticket, and hide no page`() throws {
    let minutes = try Minutes()
    let burns = minutes.minutes.map { minutes.burns(at: $0, floor: BurnRate.Floor()) }
    #expect(
      burns[1_002][3].verdict == .unfilled(1_003.0 / 4_320))
    #expect(burns.indices.first { burns[$0][3].isFiring } == 2_159)
    #expect(spans(burns.indices.filter { burns[$0][0].isFiring }) == [[2_027, 2_041]])
    #expect(spans(burns.indices.filter { burns[$0][1].isFiring }) == [[3_408, 3_909]])
  }

  @Test func `at low traffic nine bad requests page nobody, ten do`() {
    let objective = ServiceLevelObjective(.availability, share: 0.999)
    func verdict(bad: Int64) -> BurnRate.Verdict {
      BurnRate(
        BurnRate.Rule.standard[0], objective: objective,
        long: RequestCount(bad: bad, total: 200, filledSeconds: 3_600),
        short: RequestCount(bad: bad, total: 20, filledSeconds: 300)
      ).verdict
    }
    #expect(verdict(bad: 0) == .quiet)
    #expect(verdict(bad: 9) == .tooFew(bad: 9, of: 10))
    #expect(verdict(bad: 10) == .firing)
  }

  @Test func `silence burns nothing`() {
    let burns = BurnRate.all(objective: ServiceLevelObjective(.availability, share: 0.999)) {
      RequestCount(filledSeconds: $0)
    }
    #expect(burns.allSatisfy { $0.verdict == .quiet && $0.long == 0 })
  }

  @Test(arguments: [(0.999, 14.4), (0.9375, 14.4), (0.93, 0.9 / 0.07), (0.5, 1.8)])
  func `a modest objective can be missed by enough to page`(share: Double, factor: Double) {
    let objective = ServiceLevelObjective(.availability, share: share)
    let rule = BurnRate.Rule.standard[0]
    #expect(abs(rule.factor(for: objective) - factor) < 1e-9)
    let down = BurnRate(
      rule, objective: objective, long: RequestCount(bad: 95, total: 100, filledSeconds: 3_600),
      short: RequestCount(bad: 95, total: 100, filledSeconds: 300))
    #expect(down.isFiring)
  }

  @Test func `latency counts the slow of those answered, availability the failed of all`() {
    let latency = ServiceLevelObjective(.latency(milliseconds: 50), share: 0.99)
    let availability = ServiceLevelObjective(.availability, share: 0.999)
    #expect(
      latency.count(answered: 90, failed: 10, slow: 3, filledSeconds: 60)
        == RequestCount(bad: 3, total: 90, filledSeconds: 60))
    #expect(
      availability.count(answered: 90, failed: 10, slow: 3, filledSeconds: 60)
        == RequestCount(bad: 10, total: 100, filledSeconds: 60))
  }
}
