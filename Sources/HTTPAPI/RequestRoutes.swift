import Domain
import Hummingbird

/// What was asked lately, one request whole, and what came of it that failed.
extension APIResponder {
  func requests(_ request: Request) async throws(APIError) -> Response {
    let query = try await decoded(RequestQuery.self, request)
    try services.limits.check(rows: query.limit)
    try services.limits.check(query.from)
    try services.limits.check(query.to)
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.requests(query) })
  }

  /// All answers to one request, with its inputs.
  func keptRequest(_ parameters: PathParameters) async throws(APIError) -> Response {
    let id = try requestID(parameters)
    let source = services.source
    let kept = try await ask { () async throws(SourceError) in try await source.request(id) }
    guard !kept.isEmpty else {
      throw APIError(.notFound, "nothing is kept of request \(id), or not any more")
    }
    return JSONBody.response(kept)
  }

  func runAgain(
    _ request: Request, _ parameters: PathParameters
  ) async throws(APIError) -> Response {
    let query = try await decoded(RerunQuery.self, request)
    let id = try requestID(parameters)
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.runAgain(id, query) })
  }

  func failures(_ request: Request) async throws(APIError) -> Response {
    let query = try services.limits.fitted(try await decoded(FailureQuery.self, request))
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.failures(query) })
  }

  private func requestID(_ parameters: PathParameters) throws(APIError) -> Domain.RequestID {
    guard let id = Domain.RequestID(parameters.id) else {
      throw APIError(
        .badRequest, "a request is named by the UUID that its reply has as Vigia-Request-Id")
    }
    return id
  }
}
