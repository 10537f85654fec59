import Foundation

/// The pairs of samples of the golden folder, with what scipy and numpy say of them.
struct GoldenDrift: Decodable {
  var numerical: [String: Numerical]
  var categorical: [String: Categorical]

  struct Numerical: Decodable {
    var meanRef: Double
    var stdRefPop: Double
    var ksD: Double
    var ksPAuto: Double
    var wasserstein1: Double
    var w1OverStd: Double
    var psi: Double
    var edges: [Double]
    var refCounts: [Int64]
    var curCounts: [Int64]

    enum CodingKeys: String, CodingKey {
      case meanRef = "mean_ref"
      case stdRefPop = "std_ref_pop"
      case ksD = "ks_D"
      case ksPAuto = "ks_p_auto"
      case wasserstein1
      case w1OverStd = "wasserstein1_over_refstd_floor0.001"
      case psi = "psi_q10_eps1e-4"
      case edges = "psi_q10_edges"
      case refCounts = "psi_q10_ref_counts"
      case curCounts = "psi_q10_cur_counts"
    }
  }

  struct Categorical: Decodable {
    var statistic: Double
    var degreesOfFreedom: Int
    var p: Double
    var js: Double
    var psi: Double

    enum CodingKeys: String, CodingKey {
      case statistic = "chi2_two_sample_stat"
      case degreesOfFreedom = "chi2_two_sample_dof"
      case p = "chi2_two_sample_p"
      case js = "js_distance_base_2"
      case psi = "psi_eps1e-4"
    }
  }

  static let numericalNames = [
    "null_small", "shift_small", "shift_large", "few_values", "const_ref", "identical", "disjoint",
    "tiny_n",
  ]
  static let categoricalNames = ["cat5_null", "cat_binary_small", "cat3_small"]

  static func load() throws -> GoldenDrift { try loaded.get() }

  private static let loaded = Result {
    try JSONDecoder().decode(
      GoldenDrift.self, from: Data(contentsOf: file("univariate_drift/expected.json")))
  }

  /// In the order of the file.
  static func samples(_ name: String) throws -> (reference: [Double], current: [Double]) {
    let rows = try rows("univariate_drift/num_\(name).csv")
    func values(_ sample: String) -> [Double] {
      rows.filter { $0[0] == sample }.compactMap { Double($0[1]) }
    }
    return (values("ref"), values("cur"))
  }

  static func levels(_ name: String) throws -> [(level: String, reference: Int64, current: Int64)] {
    try rows("univariate_drift/\(name).csv").map {
      (String($0[0]), Int64($0[1]) ?? -1, Int64($0[2]) ?? -1)
    }
  }

  static func file(_ path: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(path)")
  }

  private static func rows(_ path: String) throws -> [[Substring]] {
    try String(contentsOf: file(path), encoding: .utf8).split(whereSeparator: \.isNewline)
      .dropFirst()
      .map { $0.split(separator: ",") }
  }
}

/// Equal within the golden folder's tolerance, 1e-9 absolute and relative unless told.
func isNear(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= tolerance * max(1, abs(b))
}

/// The relative error alone: for tails.
func isRelativelyNear(_ a: Double?, _ b: Double, _ tolerance: Double) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= tolerance * abs(b)
}

extension SplitMix {
  /// Box–Muller.
  mutating func normal() -> Double {
    let u = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &self)
    let v = Double.random(in: 0..<1, using: &self)
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }
}
