import Foundation

/// The Electricity stream's truths, and how often a tree model trained on its first 28 days is wrong on each day.
struct Electricity {
  struct Adwin: Decodable {
    var delta: Double
    var clock: Int
    var drift: [Int]
    var widthAndMean: [[Double]]
    var lastMean: Double

    enum CodingKeys: String, CodingKey {
      case delta, clock, drift
      case widthAndMean = "width_and_mean"
      case lastMean = "last_mean"
    }
  }

  private struct Expected: Decodable {
    var adwin: [Adwin]
    var noChange: Double
    var majority: Double

    enum CodingKeys: String, CodingKey {
      case adwin = "adwin_on_day_means"
      case noChange = "no_change_accuracy"
      case majority = "majority_accuracy"
    }
  }

  /// One a half-hour.
  var truths: [String]
  /// Of 48 rows.
  var wrongByDay: [Double]
  var adwin: [Adwin]
  var noChangeAccuracy: Double
  var majorityAccuracy: Double

  static func load() throws -> Electricity { try loaded.get() }

  private static let loaded = Result {
    let golden = Golden("electricity")
    let expected = try golden.expected(Expected.self)
    return Electricity(
      truths: try golden.text("truths.txt.gz").map(String.init),
      wrongByDay: try golden.rows("wrong_by_day.csv").compactMap(\.first), adwin: expected.adwin,
      noChangeAccuracy: expected.noChange, majorityAccuracy: expected.majority)
  }
}
