import Domain
import Foundation

/// What the demo reads of a V2 response: the first value of one output.
struct InferAnswer {
  var version: String?
  var prediction: PredictedValue?

  /// Nil when the body is no V2 response.
  ///
  /// - Parameter output: the other outputs' data are not decoded.
  static func read(_ body: [UInt8], output: String, task: DemoManifest.Task) -> InferAnswer? {
    let decoder = JSONDecoder()
    decoder.userInfo[Wire.outputKey] = output
    guard let wire = try? decoder.decode(Wire.self, from: Data(body)) else { return nil }
    var prediction = wire.outputs.lazy.compactMap(\.first).first
    if task == .regression, case .integer(let value) = prediction {
      prediction = .number(Double(value))
    }
    return InferAnswer(version: wire.modelVersion, prediction: prediction)
  }

  private struct Wire: Decodable {
    // A literal is always a valid key name.
    static let outputKey = CodingUserInfoKey(rawValue: "output")!

    var modelVersion: String?
    var outputs: [Output]

    private enum CodingKeys: String, CodingKey {
      case outputs
      case modelVersion = "model_version"
    }

    struct Output: Decodable {
      var first: PredictedValue?

      private enum CodingKeys: String, CodingKey { case name, data }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .name)
        guard name == decoder.userInfo[Wire.outputKey] as? String else { return }
        var data = try container.nestedUnkeyedContainer(forKey: .data)
        if !data.isAtEnd { first = try? data.decode(PredictedValue.self) }
      }
    }
  }
}
