/// The smallest model there is: `y = x`, one FP32. Loaded first, so that what comes after it is the next model's.
enum TinyModel {
  static let bytes = OneNodeModel.bytes("Identity", of: ["x"], to: "y") { _ in [.fixed(1)] }
}
