import Domain
import Foundation

/// What an answer of Prometheus' HTTP API means.
///
/// Source: Prometheus' documentation, "HTTP API", "Format overview".
enum PrometheusReply {
  private struct Success: Decodable { var data: MetricAnswer }

  private struct Failure: Decodable {
    var status: String
    var errorType: String
    var error: String
  }

  static func answer(in reply: UpstreamReply) throws(SeriesSourceFailure) -> MetricAnswer {
    switch reply.status {
    case 200: return try decoded(reply.body)
    case 400, 422: throw refusal(reply)
    case 401, 403:
      throw .silent(reason: "status \(reply.status): it does not take these credentials")
    case 300..<400:
      throw .silent(reason: "status \(reply.status): redirects are not followed")
    default:
      throw .silent(reason: "status \(reply.status): \(UpstreamText.problem(in: reply.body))")
    }
  }

  private static func decoded(_ body: [UInt8]) throws(SeriesSourceFailure) -> MetricAnswer {
    let answer: MetricAnswer
    do {
      answer = try JSONDecoder().decode(Success.self, from: Data(body)).data
    } catch {
      throw .silent(reason: "its answer cannot be read: \(words(of: error))")
    }
    for result in answer.results {
      for point in result.points where answer.kind != .string && !isNumber(point.value) {
        throw .silent(
          reason: "its answer cannot be read: \"\(UpstreamText.line(point.value))\" is no number")
      }
    }
    return answer
  }

  /// Only what Prometheus itself says so: a proxy's page with the same status is no answer.
  private static func refusal(_ reply: UpstreamReply) -> SeriesSourceFailure {
    guard let failure = try? JSONDecoder().decode(Failure.self, from: Data(reply.body)),
      failure.status == "error"
    else {
      return .silent(reason: "status \(reply.status): \(UpstreamText.problem(in: reply.body))")
    }
    return .refused(
      MetricQueryFailure(
        isBadQuery: failure.errorType == "bad_data", reason: UpstreamText.line(failure.error)))
  }

  private static func isNumber(_ text: String) -> Bool {
    if ["NaN", "+Inf", "-Inf", "Inf"].contains(text) { return true }
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return false }
    return Double(text) != nil
  }

  private static func words(of error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it is no JSON" }
    switch error {
    case .keyNotFound(let key, _): return "\"\(UpstreamText.line(key.stringValue))\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
      return "\"\(UpstreamText.line(path.joined(separator: ".")))\" is of another kind"
    case .dataCorrupted(let context) where context.codingPath.isEmpty: return "it is no JSON"
    case .dataCorrupted(let context): return UpstreamText.line(context.debugDescription)
    @unknown default: return "it is of another kind"
    }
  }
}
