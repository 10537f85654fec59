import PromQL
import Synchronization
import Testing

struct EvaluatorTests {
  private let source = SeriesSource.fixed([
    series("x", ["a": "1"], [(0, 1), (60_000, 3), (120_000, 2)]),
    series("x", ["a": "2"], [(0, 10), (60_000, Sample.staleMarker)]),
    series("y", ["a": "1"], [(120_000, 7)]),
  ])

  @Test func `an instant selector looks back five minutes, both ends included`() throws {
    let evaluator = Evaluator(source: source)
    #expect(try evaluator.vector(#"y"#, at: 119_999) == [])
    #expect(try evaluator.vector(#"y"#, at: 120_000) == [sample("y", ["a": "1"], 7)])
    #expect(try evaluator.vector(#"y"#, at: 420_000) == [sample("y", ["a": "1"], 7)])
    #expect(try evaluator.vector(#"y"#, at: 420_001) == [])
    var short = evaluator
    short.lookback = 1_000
    #expect(try short.vector(#"y"#, at: 121_000).count == 1)
    #expect(try short.vector(#"y"#, at: 121_001) == [])
  }

  @Test func `a stale marker ends a series at once, and is no sample of a range`() throws {
    let evaluator = Evaluator(source: source)
    #expect(try evaluator.vector(#"x{a="2"}"#, at: 59_999).count == 1)
    #expect(try evaluator.vector(#"x{a="2"}"#, at: 60_000) == [])
    let counts = try evaluator.vector(#"count_over_time(x[1m])"#, at: 60_000)
    #expect(counts == [sample("", ["a": "1"], 2), sample("", ["a": "2"], 1)])
  }

  @Test func `an answer says how many series were there, whatever became of them`() throws {
    let evaluator = Evaluator(source: source)
    let compared = try evaluator.instant(try Query("x > 100 or y > 100"), at: 120_000)
    #expect(compared.value == .vector([]))
    #expect(compared.seriesMatched == 3)
    let missing = try evaluator.instant(try Query("z > 100 or sum(x offset 1h)"), at: 120_000)
    #expect(missing.value == .vector([]))
    #expect(missing.seriesMatched == 0)
  }

  @Test func `scalars, strings and ranges are values too`() throws {
    let evaluator = Evaluator(source: source)
    #expect(try evaluator.instant(try Query("1 + time()"), at: 5_000).value == .scalar(6))
    #expect(try evaluator.instant(try Query(#""a\n""#), at: 0).value == .string("a\n"))
    let range = try evaluator.instant(try Query("x[1m]"), at: 60_000).value
    #expect(
      range
        == .matrix([
          series("x", ["a": "1"], [(0, 1), (60_000, 3)]), series("x", ["a": "2"], [(0, 10)]),
        ]))
  }

  @Test(arguments: [
    // What 200 bits of precision round to, and what Prometheus 2.42 says.
    ("3.1023202492147144 atan2 0.058292801059938136", 1.5520084720869234, 1.5520084720869232),
    ("785.2759093912068 atan2 -8.180865962970016e-05", 1.5707964309731335, 1.5707964309731333),
    ("0.11318324751669205 atan2 7.73166134967161", 0.014637884207087637, 0.014637884207087639),
    ("-35188.43272882174 atan2 -2.6955014956892746e-06", -1.5707963268714986, -1.5707963268714984),
    ("2 atan2 1", 1.1071487177940904, 1.1071487177940904),
  ])
  func `atan2 is the nearest number, whose neighbour Prometheus may name`(
    text: String, nearest: Double, prometheus: Double
  ) throws {
    let value = try Evaluator(source: source).instant(try Query(text), at: 0).value
    #expect(value == .scalar(nearest))
    #expect([nearest.nextDown, nearest, nearest.nextUp].contains(prometheus))
  }

  @Test func `a range query selects once and answers at each step`() throws {
    let asked = Mutex<[SeriesRequest]>([])
    let counting = SeriesSource { [source] request in
      asked.withLock { $0.append(request) }
      return try source.select(request)
    }
    let answer = try Evaluator(source: counting).range(
      try Query("x + on (a) y offset 1m"), from: 60_000, to: 240_000, step: 60_000)
    #expect(
      answer.value
        == .matrix([series("", ["a": "1"], [(180_000, 9), (240_000, 9)])]))
    #expect(asked.withLock { $0 }.map(\.from) == [-240_000, -300_000])
    #expect(asked.withLock { $0 }.map(\.to) == [240_000, 180_000])
  }

  @Test func `a query that would hold too many samples fails, and so does its reading`() throws {
    var evaluator = Evaluator(source: source)
    evaluator.sampleLimit = 3
    #expect(try evaluator.vector(#"x{a="1"}"#, at: 120_000).count == 1)
    #expect(throws: EvaluationError.self) { try evaluator.vector("x", at: 120_000) }
    evaluator.sampleLimit = 100
    let ranges = ["1", "sum_over_time(vector(1)[1d:1ms])", "x @ 60", "count_over_time(x[1m] @ 60)"]
    for text in ranges {
      do {
        _ = try evaluator.range(try Query(text), from: 0, to: 1_000_000, step: 1)
        Issue.record("\(text) has no end")
      } catch EvaluationError.tooManySamples(let limit) {
        #expect(limit == 100)
      }
    }
  }

  @Test func `the source learns how many samples may still come, and its errors come through`()
    throws
  {
    let asked = Mutex<[SeriesRequest]>([])
    let failing = SeriesSource { request in
      asked.withLock { $0.append(request) }
      throw Broken()
    }
    do {
      _ = try Evaluator(source: failing, sampleLimit: 17).instant(try Query("x"), at: 0)
      Issue.record("no error")
    } catch EvaluationError.source(let error) {
      #expect(error is Broken)
    }
    #expect(asked.withLock { $0 }.map(\.sampleLimit) == [17])
  }

  @Test func `labels that double with each call are stopped`() throws {
    var text = #"label_replace(x, "b", "0123456789abcdef", "", "")"#
    for _ in 0..<40 { text = "label_replace(\(text), \"b\", \"$1$1\", \"b\", \"(.*)\")" }
    let query = try Query(text)
    #expect(throws: EvaluationError.self) {
      try Evaluator(source: source).instant(query, at: 120_000)
    }
  }

  @Test func `times and steps that cannot be used are refused`() throws {
    let evaluator = Evaluator(source: source)
    let query = try Query("x")
    #expect(throws: EvaluationError.self) { try evaluator.instant(query, at: .max) }
    #expect(throws: EvaluationError.self) { try evaluator.instant(query, at: .min) }
    #expect(throws: EvaluationError.self) { try evaluator.range(query, from: 0, to: 1, step: 0) }
    #expect(throws: EvaluationError.self) { try evaluator.range(query, from: 1, to: 0, step: 1) }
    #expect(throws: EvaluationError.self) { try evaluator.range(query, from: 0, to: 1, step: .max) }
    #expect(throws: EvaluationError.self) {
      try evaluator.range(try Query("x[5m]"), from: 0, to: 1, step: 1)
    }
  }

  @Test func `the furthest times that can be written do no harm`() throws {
    let evaluator = Evaluator(source: source)
    let texts = [
      "x @ 8999999999999999 offset -292y", "x @ -8999999999999999 offset 292y",
      "rate(x[292y] @ -8999999999999999)", "max_over_time(x[292y:292y] @ 8999999999999999)",
      "max_over_time(x[292y:292y] @ -8999999999999999 offset 292y)",
    ]
    for text in texts {
      for time in [Int64(0), 1 << 61, -(1 << 61)] {
        #expect(try evaluator.vector(text, at: time) == [], "\(text)")
      }
    }
    let far: Int64 = 1 << 61
    let ends = try evaluator.range(try Query("1"), from: -far, to: far, step: far).value
    #expect(ends == .matrix([series("", [:], [(-far, 1), (0, 1), (far, 1)])]))
  }

  @Test func `a rate is extrapolated to the ends of its window, but not below zero`() throws {
    // 10 a minute; the first sample stands 30 s after the window's start, the last 30 s before its end.
    let counter = SeriesSource.fixed([
      series("c", [:], [(90_000, 5), (150_000, 15), (210_000, 25)])
    ])
    let evaluator = Evaluator(source: counter)
    // Zero was 30 s before the first sample, just at the window's start: 20 * 180/120.
    #expect(try evaluator.vector("increase(c[3m])", at: 240_000) == [sample("", [:], 30)])
    // A longer window: half an interval at either end would be 180 s; zero allows as much before.
    #expect(try evaluator.vector("increase(c[10m])", at: 600_000).map(\.value) == [30])
    #expect(try evaluator.vector("delta(c[3m])", at: 240_000).map(\.value) == [30])
    #expect(try evaluator.vector("increase(c[1m])", at: 210_000).map(\.value) == [10])
    #expect(try evaluator.vector("increase(c[59s])", at: 210_000) == [])
  }

  private struct Broken: Error {}
}

private func series(
  _ name: String, _ labels: [String: String], _ samples: [(Int64, Double)]
) -> Series {
  Series(
    labels: LabelSet(name: name, labels), samples: samples.map { Sample(time: $0.0, value: $0.1) })
}

private func sample(_ name: String, _ labels: [String: String], _ value: Double) -> VectorSample {
  VectorSample(labels: LabelSet(name: name, labels), value: value)
}

extension Evaluator {
  fileprivate func vector(_ text: String, at time: Int64) throws -> [VectorSample] {
    guard case .vector(let members) = try instant(try Query(text), at: time).value else {
      Issue.record("\(text) is no vector")
      return []
    }
    return members
  }
}
