/// What `vigia drift` is asked for.
struct DriftOptions: Sendable {
  var reference: String
  var current: String
  /// Nil: all of the reference's.
  var columns: [String]?
  /// Compared level by level though their values are numbers.
  var categorical: [String] = []
  var score: String?
  var predictedClass: String?
  /// Whether NaN and infinite values are counted instead of refused.
  var takesNonFinite = false
}
