import Domain
import Foundation

/// What came back for a call: a status and a whole body.
struct ConsoleAnswer: Sendable {
  var status: UInt
  var body: Data

  func decoded<Value: Decodable>() throws(SourceError) -> Value {
    do {
      return try Self.decoder.decode(Value.self, from: body)
    } catch {
      throw .failed(
        reason: "the server's answer is not what this version of vigia expects: \(error)")
    }
  }

  /// The outcome, whatever the status; without one, what the status says of the command.
  var outcome: CommandOutcome {
    if let outcome = try? Self.decoder.decode(CommandOutcome.self, from: body) { return outcome }
    switch status {
    case 401, 403: return .refused(Refusal(.notAllowed, message))
    case 400..<500: return .refused(Refusal(.invalid, message))
    default: return .unknown(reason: "the server answered \(status): \(message)")
    }
  }

  /// A status other than 200, as the reason why there is no answer.
  var error: SourceError {
    switch status {
    case 401, 403: .notAllowed(reason: message)
    case 400, 405, 413, 415, 422: .invalid(reason: message)
    case 404: .notFound(reason: message)
    case 409: .conflict(reason: message)
    case 502, 503, 504: .unreachable(reason: message)
    default: .failed(reason: "the server answered \(status): \(message)")
    }
  }

  /// V2's error text, bounded and without what a terminal would obey.
  private var message: String {
    struct ErrorBody: Decodable { var error: String }
    guard let text = try? JSONDecoder().decode(ErrorBody.self, from: body).error else {
      return "status \(status), and no reason that this version of vigia reads"
    }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(1_000).map { scalar in
          scalar.properties.generalCategory == .control
            || scalar.properties.generalCategory == .format
            ? " " : scalar
        }))
  }

  /// As the server writes them: JSON has no word for numbers that are not finite.
  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    return decoder
  }
}
