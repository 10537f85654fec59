import Statistics
import Testing

/// Against scikit-learn.
struct QualityTests {
  private struct Expected: Decodable {
    struct Binary: Decodable {
      var n: Int
      var accuracy, rocAuc, logLoss, brier, ece: Double
      /// Bin, rows, mean score, mean truth.
      var table: [[Double]]

      enum CodingKeys: String, CodingKey {
        case n, accuracy, brier
        case rocAuc = "roc_auc"
        case logLoss = "log_loss_clip_eps=2.220446049250313e-16"
        case ece = "ece_15_equal_width"
        case table = "ece_15_table_[bin,n,mean_p,mean_y]"
      }
    }

    struct Multiclass: Decodable {
      var n: Int
      var accuracy, logLoss, brier, rocAuc: Double

      enum CodingKeys: String, CodingKey {
        case n, accuracy
        case rocAuc = "roc_auc_ovr_macro"
        case logLoss = "log_loss_rows_renormalised"
        case brier = "brier_multiclass_sum"
      }
    }

    struct Regression: Decodable {
      var mae, rmse: Double
    }

    var binary: Binary
    var multiclass: Multiclass
    var regression: Regression
  }

  private let golden = Golden("model_metrics")

  private func binaryRows() throws -> [(score: Double, isPositive: Bool)] {
    try golden.rows("binary.csv").map { ($0[1], $0[0] == 1) }
  }

  @Test func `a binary model's figures are scikit-learn's`() throws {
    let expected = try golden.expected(Expected.self).binary
    var quality = BinaryQuality()
    for row in try binaryRows() { quality.add(probability: row.score, isPositive: row.isPositive) }
    #expect(Int(quality.rows) == expected.n)
    #expect(abs((quality.accuracy ?? .nan) - expected.accuracy) < 1e-9)
    #expect(abs((quality.logLoss ?? .nan) - expected.logLoss) < 1e-9)
    #expect(abs((quality.brierScore ?? .nan) - expected.brier) < 1e-9)
    #expect(abs((quality.calibrationError ?? .nan) - expected.ece) < 1e-9)
    for line in expected.table {
      let bins = ScoreBins.edges.indices.filter {
        ScoreBins.calibrationBin(ofBin: $0) == Int(line[0])
      }
      let positives = bins.reduce(0) { $0 + quality.positives[$1] }
      let rows = bins.reduce(positives) { $0 + quality.negatives[$1] }
      #expect(Double(rows) == line[1])
      #expect(abs(Double(positives) / Double(rows) - line[3]) < 1e-9)
    }
  }

  @Test func `the area under the curve is exact of scores, and within its error of bins`() throws {
    let expected = try golden.expected(Expected.self).binary.rocAuc
    let rows = try binaryRows()
    let exact = try #require(AreaUnderCurve(scores: rows))
    #expect(abs(exact.value - expected) < 1e-12)
    #expect(exact.error == 0)
    var quality = BinaryQuality()
    for row in rows { quality.add(probability: row.score, isPositive: row.isPositive) }
    let binned = try #require(quality.areaUnderCurve)
    #expect(abs(binned.value - expected) <= binned.error)
    #expect(binned.error < 0.005)
  }

  @Test func `rare classes with tiny scores keep an area that is nearly exact`() throws {
    var generator = SplitMix(state: 7)
    let rows = (0..<20_000).map { _ in
      let isPositive = Double.random(in: 0..<1, using: &generator) < 0.01
      let score = Double.random(in: 0..<1, using: &generator) * (isPositive ? 0.02 : 0.01)
      return (score: score * score, isPositive: isPositive)
    }
    let exact = try #require(AreaUnderCurve(scores: rows)).value
    var quality = BinaryQuality()
    for row in rows { quality.add(probability: row.score, isPositive: row.isPositive) }
    let binned = try #require(quality.areaUnderCurve)
    #expect(abs(binned.value - exact) <= binned.error)
    #expect(binned.error < 0.1)
    #expect(abs(binned.value - exact) < 0.01)
  }

  @Test func `ties count half, and one class alone has no area`() {
    func area(_ scores: (score: Double, isPositive: Bool)...) -> Double? {
      AreaUnderCurve(scores: scores)?.value
    }
    #expect(area((0.5, true), (0.5, false)) == 0.5)
    #expect(area((0.4, false), (0.5, true)) == 1)
    #expect(area((0.5, true)) == nil)
    #expect(area((.nan, true), (0.5, false)) == nil)
    #expect(AreaUnderCurve(bins: []) == nil)
  }

  @Test func `a several-class model's figures are scikit-learn's`() throws {
    let expected = try golden.expected(Expected.self).multiclass
    var quality = MulticlassQuality()
    for row in try golden.rows("multiclass.csv") {
      quality.add(probabilities: Array(row.dropFirst()), truth: Int(row[0]))
    }
    #expect(Int(quality.rows) == expected.n)
    #expect(abs((quality.accuracy ?? .nan) - expected.accuracy) < 1e-9)
    #expect(abs((quality.logLoss ?? .nan) - expected.logLoss) < 1e-9)
    #expect(abs((quality.brierScore ?? .nan) - expected.brier) < 1e-9)
  }

  @Test func `a several-class model's area is the mean of each class against the rest`() throws {
    let expected = try golden.expected(Expected.self).multiclass.rocAuc
    let rows = try golden.rows("multiclass.csv").map { row in
      let sum = row.dropFirst().reduce(0, +)
      return (probabilities: row.dropFirst().map { $0 / sum }, truth: Int(row[0]))
    }
    let exact = try #require(AreaUnderCurve(rows: rows))
    #expect(abs(exact.value - expected) < 1e-12)
    #expect(exact.error == 0)
    var quality = MulticlassQuality()
    #expect(quality.areaUnderCurve == nil)
    for row in rows { quality.add(probabilities: row.probabilities, truth: row.truth) }
    let binned = try #require(quality.areaUnderCurve)
    #expect(abs(binned.value - expected) <= binned.error)
    #expect(abs(binned.value - expected) < 0.002)
    #expect(binned.error < 0.02)
  }

  @Test func `a class that never came is no part of the mean, and of many classes there is none`() {
    var quality = MulticlassQuality()
    quality.add(probabilities: [0.5, 0.4, 0.1], truth: 0)
    #expect(quality.areaUnderCurve == nil)
    quality.add(probabilities: [0.3, 0.6, 0.1], truth: 1)
    #expect(quality.areaUnderCurve?.value == 1)
    quality.add(probabilities: [0.9, 0.05, 0.05], truth: 1)
    #expect(quality.areaUnderCurve?.value == 0.5)
    var many = MulticlassQuality()
    for truth in 0..<17 {
      many.add(probabilities: (0..<17).map { $0 == truth ? 1 : 0.1 }, truth: truth)
    }
    #expect(many.scored == 17)
    #expect(many.areaUnderCurve == nil)
  }

  @Test func `a several-class model's calibration is that of its likeliest class`() throws {
    var quality = MulticlassQuality()
    #expect(quality.calibrationError == nil)
    var bins: [Int: (rows: Double, confidence: Double, right: Double)] = [:]
    for row in try golden.rows("multiclass.csv") {
      let (truth, probabilities) = (Int(row[0]), Array(row.dropFirst()))
      quality.add(probabilities: probabilities, truth: truth)
      let sum = probabilities.reduce(0, +)
      let likeliest = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
      let confidence = probabilities[likeliest] / sum
      let position = max(0, Int((confidence * 15).rounded(.up)) - 1)
      var bin = bins[position] ?? (0, 0, 0)
      bin.rows += 1
      bin.confidence += confidence
      if likeliest == truth { bin.right += 1 }
      bins[position] = bin
    }
    let rows = bins.values.reduce(0) { $0 + $1.rows }
    let expected = bins.values.reduce(0) {
      $0 + $1.rows / rows * abs($1.confidence / $1.rows - $1.right / $1.rows)
    }
    #expect(expected > 0.01)
    #expect(abs((quality.calibrationError ?? .nan) - expected) < 1e-9)
    var sure = MulticlassQuality()
    sure.add(probabilities: [0, 1, 0], truth: 1)
    #expect(sure.calibrationError == 0)
    sure.add(probabilities: [0, 1, 0], truth: 2)
    #expect(sure.calibrationError == 0.5)
  }

  @Test func `a confidence on an edge belongs to the bin below it, as a score does`() {
    var quality = MulticlassQuality()
    // 0.2 is 3/15: in one bin with 0.19, whose error takes from its own.
    quality.add(probabilities: [0.2, 0.2, 0.2, 0.2, 0.2], truth: 0)
    quality.add(probabilities: [0.19, 0.162, 0.162, 0.162, 0.162, 0.162], truth: 1)
    #expect(abs((quality.calibrationError ?? .nan) - (1 - 0.39) / 2) < 1e-12)
  }

  @Test func `a regression's figures are scikit-learn's`() throws {
    let expected = try golden.expected(Expected.self).regression
    var quality = RegressionQuality()
    for row in try golden.rows("regression.csv") { quality.add(predicted: row[1], truth: row[0]) }
    #expect(abs((quality.meanAbsoluteError ?? .nan) - expected.mae) < 1e-9)
    #expect(abs((quality.rootMeanSquaredError ?? .nan) - expected.rmse) < 1e-9)
  }

  @Test func `what is no probability counts for accuracy alone`() {
    var binary = BinaryQuality()
    binary.add(probability: .nan, isPositive: true, isCorrect: true)
    binary.add(probability: 7.3, isPositive: true)
    binary.add(probability: 1 + 1e-7, isPositive: true)
    #expect(binary.rows == 3)
    #expect(binary.unscored == 2)
    #expect(binary.accuracy == 1)
    #expect(binary.brierScore == 0)
    var several = MulticlassQuality()
    several.add(probabilities: [0.2, .nan], truth: 0, isCorrect: true)
    several.add(probabilities: [0.2, 0.8], truth: nil)
    several.add(probabilities: [-1, 0.8], truth: 1)
    several.add(probabilities: [], truth: 0)
    #expect(several.unscored == 4)
    #expect(several.accuracy == 0.5)
    #expect(several.logLoss == nil)
    var regression = RegressionQuality()
    regression.add(predicted: .infinity, truth: 1)
    #expect(regression.unscored == 1)
    #expect(regression.meanAbsoluteError == nil)
  }

  @Test func `a class that the model answers beats the half`() {
    var quality = BinaryQuality()
    quality.add(probability: 0.3, isPositive: true, isCorrect: true)
    #expect(quality.accuracy == 1)
  }

  @Test func `bins ascend, and each score has the bin whose edge is the next`() {
    let edges = ScoreBins.edges
    #expect(edges.count == 153)
    #expect(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 })
    #expect(edges.first == 0)
    #expect(edges.last == 1)
    for (bin, edge) in edges.enumerated() {
      #expect(ScoreBins.bin(of: edge) == bin)
      if bin < edges.count - 1 { #expect(ScoreBins.bin(of: edge.nextUp) == bin + 1) }
    }
    for bin in 0..<ScoreBins.calibrationBins {
      let edge = Double(bin + 1) / Double(ScoreBins.calibrationBins)
      #expect(ScoreBins.calibrationBin(ofBin: ScoreBins.bin(of: edge)) == bin)
      #expect(
        ScoreBins.calibrationBin(ofBin: ScoreBins.bin(of: min(edge.nextUp, 1)))
          == min(bin + 1, ScoreBins.calibrationBins - 1))
    }
  }
}
