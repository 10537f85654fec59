import Domain
import Inference
import InferenceProtocol
import NIOHTTP1

/// What a reply, or its absence, means: for the request, and for the upstream that gave it.
struct UpstreamAnswer {
  var result: Result<[Tensor], InferenceError.UpstreamProblem>
  var judgement: UpstreamPool.Judgement
  /// Whether nothing was done with the request, so that another upstream may be asked.
  var mayBeRetried: Bool

  /// Whether not a byte of the request went out.
  var isUnsent: Bool { if case .failure(.unreachable) = result { true } else { false } }

  /// - Parameters:
  ///   - wanted: names of outputs, in the order of the answer.
  ///   - limit: how long the request could take.
  ///   - isRequestsLimit: it is the request's own `timeout`, of which a well upstream may fall short.
  ///   - rows: the first dimension that these outputs must have; nil where nobody knows.
  init(
    _ outcome: Result<UpstreamReply, UpstreamFailure>, signature: ModelSignature, wanted: [String],
    limit: Duration, isRequestsLimit: Bool = false,
    rows: (count: Int, outputs: Set<String>)? = nil
  ) {
    switch outcome {
    case .failure(.notSent(let reason)):
      self.init(.unreachable(reason: reason), .failure(.unreachable), mayBeRetried: true)
    case .failure(.lost(let reason)):
      self.init(.lost(reason: reason), .failure(.lost))
    case .failure(.timedOut):
      self.init(
        .noAnswer(within: limit, isRequestsLimit: isRequestsLimit),
        isRequestsLimit ? .none : .failure(.timedOut))
    case .failure(.tooLarge(let bytes)):
      self.init(.badAnswer(reason: "more than \(bytes >> 20) MB"), .failure(.badAnswer))
    case .failure(.noRoom(let bytes)):
      self.init(.noRoom(bytes: bytes), .none)
    case .success(let reply) where reply.status == 200:
      do throws(BadAnswer) {
        let outputs = try Self.outputs(of: reply, signature, wanted: wanted)
        try Self.check(outputs, rows)
        self.init(result: .success(outputs), judgement: .success)
      } catch {
        self.init(.badAnswer(reason: error.reason), .failure(.badAnswer))
      }
    case .success(let reply):
      let retryAfter = Self.retryAfter(of: reply)
      let problem = InferenceError.UpstreamProblem.answered(
        status: reply.status, text: UpstreamText.problem(in: reply.body), retryAfter: retryAfter)
      switch reply.status {
      // It was told of the request's own time, too, and may say no more than that it is over.
      case 503 where isRequestsLimit:
        self.init(problem, .none, mayBeRetried: retryAfter != nil)
      case 504 where isRequestsLimit: self.init(problem, .none)
      case 503 where retryAfter != nil:
        self.init(problem, .failure(.overloaded), mayBeRetried: true)
      case 504: self.init(problem, .failure(.timedOut))
      case 503: self.init(problem, .failure(.overloaded))
      case 500...: self.init(problem, .failure(.serverError))
      default: self.init(problem, .none)
      }
    }
  }

  private init(
    _ problem: InferenceError.UpstreamProblem, _ judgement: UpstreamPool.Judgement,
    mayBeRetried: Bool = false
  ) {
    self.init(result: .failure(problem), judgement: judgement, mayBeRetried: mayBeRetried)
  }

  private init(
    result: Result<[Tensor], InferenceError.UpstreamProblem>,
    judgement: UpstreamPool.Judgement, mayBeRetried: Bool = false
  ) {
    self.result = result
    self.judgement = judgement
    self.mayBeRetried = mayBeRetried
  }

  /// Seconds, from one to an hour; one for a date, and for what is no number.
  private static func retryAfter(of reply: UpstreamReply) -> Int? {
    reply.headers.first(name: "Retry-After").map { min(3_600, max(1, Int($0) ?? 1)) }
  }

  private struct BadAnswer: Error { var reason: String }

  private static func outputs(
    of reply: UpstreamReply, _ signature: ModelSignature, wanted: [String]
  ) throws(BadAnswer) -> [Tensor] {
    let response: InferResponse
    do throws(WireError) {
      let length = reply.headers.first(name: "Inference-Header-Content-Length").flatMap { Int($0) }
      response = try InferResponse.parse(reply.body, headerLength: length)
    } catch {
      throw BadAnswer(reason: UpstreamText.line("it is no V2 response: \(error)"))
    }
    var outputs: [Tensor] = []
    for name in wanted {
      guard let expected = signature.outputs.first(where: { $0.name == name }) else { continue }
      guard let found = response.outputs.first(where: { $0.name == name }) else {
        throw BadAnswer(reason: "output \"\(UpstreamText.line(name))\" is missing")
      }
      outputs.append(try fitted(found, to: expected))
    }
    return outputs
  }

  private static func check(
    _ outputs: [Tensor], _ rows: (count: Int, outputs: Set<String>)?
  ) throws(BadAnswer) {
    guard let (expected, names) = rows else { return }
    for output in outputs where names.contains(output.name) {
      guard let found = output.shape.first, found != expected else { continue }
      let what = "output \"\(UpstreamText.line(output.name))\""
      throw BadAnswer(
        reason: "\(what): expected \(expected) row\(expected == 1 ? "" : "s"), found \(found)")
    }
  }

  /// The tensor in the shape that the signature has: servers add or leave out dimensions of 1, as in `[n,1]` for `[n]`.
  private static func fitted(
    _ tensor: Tensor, to expected: TensorMetadata
  ) throws(BadAnswer) -> Tensor {
    let what = "output \"\(UpstreamText.line(tensor.name))\""
    guard tensor.datatype == expected.datatype else {
      throw BadAnswer(
        reason: "\(what): expected \(expected.datatype.rawValue), found \(tensor.datatype.rawValue)"
      )
    }
    if expected.takesAnyShape || matches(tensor.shape, expected.shape) { return tensor }
    var rest = tensor.shape.filter { $0 != 1 }[...]
    var shape: [Int] = []
    for length in expected.shape {
      if length >= 0 {
        shape.append(length)
        if length != 1, rest.first == length { rest = rest.dropFirst() }
      } else {
        shape.append(rest.popFirst() ?? 1)
      }
    }
    guard rest.isEmpty, matches(shape, expected.shape),
      Tensor.elementCount(of: shape) == tensor.elementCount
    else {
      throw BadAnswer(
        reason: "\(what): expected shape \(WireError.text(expected.shape)), found "
          + WireError.text(tensor.shape))
    }
    var fitted = tensor
    fitted.shape = shape
    return fitted
  }

  /// -1 is any length, and not the number of rows: an output may be about the whole request, or have several values a
  /// row, as one of a model that runs here may. Which have a row for each row the load finds out.
  private static func matches(_ found: [Int], _ expected: [Int]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { $1 == -1 || $0 == $1 }
  }
}
