import HTTPTypes
import InferenceProtocol
import NIOPosix

/// What is too long a work for a thread that answers others, too: a body of many numbers takes milliseconds to read and
/// to print. It goes to NIO's pool of threads that may block, and its connection waits for it alone.
enum LargeBody {
  /// Bytes of JSON that are read where they came: less than a millisecond.
  static let mostJSON = 131_072
  /// Bytes of binary tensors, which are copied as a whole.
  static let mostBinary = 524_288
  /// Elements that are printed as JSON.
  static let mostElements = 8_192

  /// Whether to read an infer body of so many bytes elsewhere.
  static func isLarge(_ bytes: Int, _ fields: HTTPFields) -> Bool {
    guard bytes > mostJSON else { return false }
    // A length that is none will be refused, after a look at the head alone.
    let json = fields[.inferenceHeaderContentLength].flatMap { Int($0) } ?? bytes
    return json > mostJSON || bytes > mostBinary
  }

  /// Whether to print an answer elsewhere.
  static func isLarge(_ response: InferResponse, for request: InferRequest) -> Bool {
    var all = Size()
    for output in response.outputs { all.add(output) }
    guard all.isLargeAsJSON else { return false }
    var json = Size()
    for output in response.outputs where !request.wantsBinary(output.name) { json.add(output) }
    return json.isLargeAsJSON || all.bytes > mostBinary
  }

  private struct Size {
    var elements = 0
    var bytes = 0

    mutating func add(_ tensor: Tensor) {
      elements += tensor.elementCount
      bytes += tensor.byteCount
    }

    var isLargeAsJSON: Bool { elements > mostElements || bytes > mostJSON }
  }

  /// Runs `work` on a thread of the pool.
  static func run<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
      NIOThreadPool.singleton.submit { _ in
        continuation.resume(returning: Result { () throws(Failure) in try work() })
      }
    }
    return try result.get()
  }
}
