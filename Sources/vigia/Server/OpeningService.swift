import Inference
import ServiceLifecycle

/// Opens a listener once the models are in memory, or when that takes long: what knocks within the first tenths of a second
/// would be refused for a version that is all right, and rules would take that for its failure.
struct OpeningService: Service {
  let listener: any Service
  let dataPlane: DataPlane

  /// For so long at most nobody is let in.
  static let patience: Duration = .seconds(2)

  func run() async throws {
    let end = ContinuousClock.now + Self.patience
    while !dataPlane.hasBeenBroughtUp, ContinuousClock.now < end,
      (try? await Task.sleep(for: .milliseconds(5))) != nil
    {}
    try await listener.run()
  }
}
