import Domain
import Hummingbird

/// Incidents and their timelines. They are changed by commands.
extension APIResponder {
  /// `?model=M&open=true&before=inc-9&limit=20`
  func incidents(_ request: Request) async throws(APIError) -> Response {
    let form = QueryForm(request.uri.query)
    var query = IncidentQuery(model: form["model"])
    if let text = form["open"] {
      guard let isOpen = Bool(text) else {
        throw APIError(.badRequest, "\"open\" is true or false")
      }
      query.isOpen = isOpen
    }
    if let text = form["before"] { query.before = try incident(text) }
    if let text = form["limit"] {
      guard let limit = Int(text) else { throw APIError(.badRequest, "\"limit\" is a number") }
      query.limit = limit
    }
    try services.limits.check(rows: query.limit)
    let (source, asked) = (services.source, query)
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await source.incidents(asked) })
  }

  func incident(_ parameters: PathParameters) async throws(APIError) -> Response {
    let id = try incident(parameters.id)
    let source = services.source
    let report = try await ask { () async throws(SourceError) in try await source.incident(id) }
    guard let report else { throw APIError(.notFound, "there is no incident \(id)") }
    return JSONBody.response(report)
  }

  private func incident(_ text: String) throws(APIError) -> IncidentID {
    guard let id = IncidentID(text) else {
      throw APIError(.badRequest, "an incident is named as inc-12")
    }
    return id
  }
}
