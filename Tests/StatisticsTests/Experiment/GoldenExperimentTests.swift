import Foundation
import Statistics
import Testing

/// What confseq, gbstats and savvi say of two streams of 20,000 requests.
struct GoldenExperimentTests {
  private struct Expected: Decodable { var expected: Content }

  private struct Content: Decodable {
    var aaNull: [Checkpoint]
    var srmSkew: [Checkpoint]
    var fixedCounts: [FixedCounts]

    enum CodingKeys: String, CodingKey {
      case aaNull = "aa_null"
      case srmSkew = "srm_skew"
      case fixedCounts = "fixed_count_cases"
    }
  }

  private struct Interval: Decodable {
    var diff, lo, hi, p: Double
    var logE: Double
    enum CodingKeys: String, CodingKey {
      case diff, lo, hi, p
      case logE = "log_e"
    }
  }

  private struct FixedCounts: Decodable { var nA, sA, nB, sB: Int }

  private struct Checkpoint: Decodable {
    struct Latency: Decodable {
      var meanA, meanB, varA, varB: Double
      enum CodingKeys: String, CodingKey {
        case meanA, meanB
        case varA = "varA_n-1"
        case varB = "varB_n-1"
      }
    }
    var n, nA, nB, errA, errB: Int
    var errors, latency: Interval
    var moments: Latency
    var errorArm, skew50, skew5000, skewP: Double
    var bernoulliA, bernoulliB, exactDifference: [Double]

    enum CodingKeys: String, CodingKey {
      case n, nA, nB, errA, errB
      case errors = "asympcs_error_diff_alpha.05_tstar5000"
      case latency = "asympcs_latency_mean_diff"
      case moments = "latency"
      case errorArm = "error_arm_log_bf_dirichlet(50,50)"
      case skew50 = "srm_log_bf_dirichlet(50,50)"
      case skew5000 = "srm_log_bf_dirichlet(5000,5000)_growthbook_default"
      case skewP = "srm_p_running_min_over_checkpoints"
      case bernoulliA = "bernoulli_cs_A_alpha.025_topt1000"
      case bernoulliB = "bernoulli_cs_B_alpha.025_topt1000"
      case exactDifference = "exact_diff_cs_union_bound_alpha.05"
    }
  }

  private let golden = Golden("sequential_ab")

  private func checkpoints() throws -> [Checkpoint] {
    let content = try golden.expected(Expected.self).expected
    return content.aaNull + content.srmSkew
  }

  private func near(_ found: Double, _ expected: Double, relative: Double = 1e-9) -> Bool {
    abs(found - expected) <= relative * max(abs(expected), 1e-300)
  }

  @Test func `the asymptotic interval of proportions is that of GrowthBook`() throws {
    for point in try checkpoints() {
      let sequence = AsymptoticConfidenceSequence(
        champion: .init(events: point.errA, trials: point.nA),
        challenger: .init(events: point.errB, trials: point.nB))
      #expect(near(sequence.difference, point.errors.diff))
      #expect(near(sequence.low, point.errors.lo))
      #expect(near(sequence.high, point.errors.hi))
      #expect(near(sequence.logE, point.errors.logE, relative: 1e-8))
      #expect(near(sequence.p, point.errors.p))
    }
  }

  @Test func `the asymptotic interval of means is that of GrowthBook`() throws {
    for point in try checkpoints() {
      let moments = point.moments
      let sequence = AsymptoticConfidenceSequence(
        champion: .init(count: Double(point.nA), mean: moments.meanA, variance: moments.varA),
        challenger: .init(count: Double(point.nB), mean: moments.meanB, variance: moments.varB))
      #expect(near(sequence.difference, point.latency.diff))
      #expect(near(sequence.low, point.latency.lo))
      #expect(near(sequence.high, point.latency.hi))
      #expect(near(sequence.logE, point.latency.logE, relative: 1e-8))
      #expect(near(sequence.p, point.latency.p))
    }
  }

  @Test func `fixed counts give the interval of GrowthBook`() throws {
    let file = golden.folder.appendingPathComponent("expected.json")
    struct Whole: Decodable {
      struct Inner: Decodable {
        var cases: [Interval]
        enum CodingKeys: String, CodingKey { case cases = "fixed_count_cases" }
      }
      var expected: Inner
    }
    let intervals = try JSONDecoder().decode(Whole.self, from: Data(contentsOf: file)).expected
      .cases
    let counts = try golden.expected(Expected.self).expected.fixedCounts
    #expect(counts.count == 7)
    for (counts, expected) in zip(counts, intervals) {
      let sequence = AsymptoticConfidenceSequence(
        champion: .init(events: counts.sA, trials: counts.nA),
        challenger: .init(events: counts.sB, trials: counts.nB))
      #expect(near(sequence.low, expected.lo))
      #expect(near(sequence.high, expected.hi))
      #expect(near(sequence.logE, expected.logE))
      #expect(near(sequence.p, expected.p))
    }
  }

  @Test func `the exact interval of a proportion is that of confseq`() throws {
    for point in try checkpoints() {
      let a = BernoulliConfidenceSequence(events: point.errA, trials: point.nA, alpha: 0.025)
      let b = BernoulliConfidenceSequence(events: point.errB, trials: point.nB, alpha: 0.025)
      #expect(abs(a.low - point.bernoulliA[0]) < 1e-9)
      #expect(abs(a.high - point.bernoulliA[1]) < 1e-9)
      #expect(abs(b.low - point.bernoulliB[0]) < 1e-9)
      #expect(abs(b.high - point.bernoulliB[1]) < 1e-9)
      #expect(abs(b.low - a.high - point.exactDifference[0]) < 1e-9)
      #expect(abs(b.high - a.low - point.exactDifference[1]) < 1e-9)
    }
  }

  /// The sums of logarithms of gamma functions behind the expected values are good to about 1e-11.
  @Test func `the mixture over coins is the Dirichlet test of savvi and GrowthBook`() throws {
    for point in try checkpoints() {
      func logE(_ concentration: Double, _ b: Int, _ a: Int) -> Double {
        BetaMixture(concentration: concentration).logE(
          successes: Double(b), failures: Double(a), probability: 0.5)
      }
      #expect(abs(logE(100, point.nB, point.nA) - point.skew50) < 1e-9)
      #expect(abs(logE(10_000, point.nB, point.nA) - point.skew5000) < 1e-9)
      #expect(abs(logE(100, point.errB, point.errA) - point.errorArm) < 1e-9)
    }
  }

  @Test func `the mixture over coins is savvi's exact evidence of errors by arm`() throws {
    struct Cases: Decodable {
      struct Case: Decodable {
        var errA, errB: Double
        var theta, k: Double
        var logE: Double
        enum CodingKeys: String, CodingKey {
          case errA, errB, theta, k
          case logE = "log_e_two_sided"
        }
      }
      var cases: [Case]
    }
    let text = try golden.text("error_arm_eprocess_cases.json")
    let cases = try JSONDecoder().decode(Cases.self, from: Data(text.utf8)).cases
    #expect(cases.count == 10)
    for golden in cases {
      let logE = BetaMixture(concentration: golden.k)
        .logE(successes: golden.errB, failures: golden.errA, probability: golden.theta)
      #expect(near(logE, golden.logE, relative: 1e-8))
    }
  }

  /// With the concentration that the file used; ours differs, and its own promises are tested beside it.
  @Test func `the sample ratio of the skewed stream is found, that of the even one is not`() throws
  {
    let content = try golden.expected(Expected.self).expected
    for (name, points) in [("aa_null", content.aaNull), ("srm_skew", content.srmSkew)] {
      var test = SampleRatioTest()
      var counted = (a: 0, b: 0)
      let arms = try golden.text("\(name).csv.gz").split(separator: "\n").dropFirst()
        .map { $0.first == "B" }
      var least = 1.0
      for (index, isB) in arms.enumerated() {
        if isB { counted.b += 1 } else { counted.a += 1 }
        test.observe(challenger: isB ? 1 : 0, champion: isB ? 0 : 1, share: 0.5)
        guard let point = points.first(where: { $0.n == index + 1 }) else { continue }
        #expect(counted.a == point.nA && counted.b == point.nB)
        least = min(
          least,
          exp(
            -BetaMixture(concentration: 100)
              .logE(successes: Double(counted.b), failures: Double(counted.a), probability: 0.5)))
        #expect(near(least, point.skewP, relative: 1e-8))
      }
      #expect(arms.count == 20_000)
      #expect(test.isMismatch == (name == "srm_skew"))
    }
  }
}
