import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// `/vigia/v1`, the part that only reads.
extension APIResponder {
  /// The present in one answer.
  func status() async throws(APIError) -> Response {
    let source = services.source
    let snapshot = await withTaskGroup(of: Result<SystemSnapshot?, any Error>.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        do {
          for try await delta in source.snapshots() { return .success(delta.applied(to: nil)) }
          return .success(nil)
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(3))
        return .success(nil)
      }
      return await group.next() ?? .success(nil)
    }
    switch snapshot {
    case .success(let snapshot?): return JSONBody.response(snapshot)
    case .success(nil): throw .unavailable("there is no snapshot yet")
    case .failure(let error as SourceError): throw APIError(error)
    case .failure: throw .unavailable("there is no snapshot")
    }
  }

  func series(_ request: Request) async throws(APIError) -> Response {
    var query = try await decoded(SeriesQuery.self, request)
    query.window = try services.limits.fitted(query.window)
    let asked = query
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.series(asked) })
  }

  func heatmap(_ request: Request) async throws(APIError) -> Response {
    let query = try services.limits.fitted(try await decoded(HeatmapQuery.self, request))
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.heatmap(query) })
  }

  func judgements(_ request: Request) async throws(APIError) -> Response {
    let query = try services.limits.fitted(try await decoded(JudgementQuery.self, request))
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.judgements(query) })
  }

  func business(_ request: Request) async throws(APIError) -> Response {
    let query = try services.limits.fitted(try await decoded(BusinessQuery.self, request))
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.business(query) })
  }

  func audit(_ request: Request) async throws(APIError) -> Response {
    let query = try await decoded(AuditQuery.self, request)
    try services.limits.check(rows: query.limit)
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.audit(query) })
  }

  func runbooks(_ request: Request) async throws(APIError) -> Response {
    let query = try await decoded(RunbookQuery.self, request)
    try services.limits.check(rows: query.limit)
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.runbooks(query) })
  }

  func past(_ request: Request) async throws(APIError) -> Response {
    let query = try await decoded(PastQuery.self, request)
    try services.limits.check(query.at)
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.past(query) })
  }

  /// `?model=M&version=V`
  func preflight(_ request: Request) async throws(APIError) -> Response {
    let candidate = try await decoded(ModelVersion.self, request)
    let source = services.source
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.preflight(candidate) })
  }

  func decoded<Value: Decodable>(
    _ type: Value.Type, _ request: Request
  ) async throws(APIError) -> Value {
    try await withBody(of: request, upTo: services.limits.controlBody) { body throws(APIError) in
      try JSONBody.decode(type, from: body)
    }
  }

  func ask<Value>(
    _ question: () async throws(SourceError) -> Value
  ) async throws(APIError) -> Value {
    do {
      return try await question()
    } catch {
      throw APIError(error)
    }
  }
}
