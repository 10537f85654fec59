import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON in and out of `/vigia/v1`. Numbers that are not finite go as text, since JSON has none.
enum JSONBody {
  /// - Returns: `{}` for a value that cannot be encoded, which none of ours is.
  static func buffer(_ value: some Encodable) -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    guard let data = try? encoder.encode(value) else { return ByteBuffer(string: "{}") }
    return ByteBuffer(bytes: data)
  }

  static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: buffer(value)))
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, from body: ByteBuffer
  ) throws(APIError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    } catch let error as DecodingError {
      throw APIError(.badRequest, explain(error))
    } catch {
      throw APIError(.badRequest, "the body is no JSON that this route understands")
    }
  }

  /// One sentence that names the place in the body.
  private static func explain(_ error: DecodingError) -> String {
    let (context, found) =
      switch error {
      case .keyNotFound(let key, let context):
        (context, "the key \"\(key.stringValue)\" is missing")
      case .typeMismatch(let type, let context): (context, "expected \(kind(of: type))")
      case .valueNotFound(let type, let context):
        (context, "expected \(kind(of: type)), found null")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "")
      }
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }
      .joined()
    return path.isEmpty
      ? "the body is not what this route takes: \(found)"
      : "the body is not what this route takes: at \(path): \(found)"
  }

  /// What JSON calls it.
  private static func kind(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is Double.Type, is Float.Type: "a number"
    case is any FixedWidthInteger.Type: "a whole number"
    case is [Any].Type: "an array"
    case is [String: Any].Type: "an object"
    default: "\(type)"
    }
  }
}
