package import Domain
package import HTTPTypes
import Hummingbird

/// `/vigia/v1`, the part that changes something, and what came of it.
extension APIResponder {
  /// Hands the command to Control. The answer is the outcome, and for whoever only knows V2 also an `error`.
  func command(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    let command = try await decoded(Command.self, request)
    guard let principal = admission.principal else {
      throw .unauthorized("a command needs somebody who gives it")
    }
    if let refusal = services.limits.refusal(of: command) { return response(.refused(refusal)) }
    return response(await services.perform(command, principal))
  }

  /// What became of an earlier one; 404 when it never arrived.
  func commandOutcome(_ parameters: PathParameters) async throws(APIError) -> Response {
    guard let id = CommandID(parameters.id) else {
      throw APIError(.badRequest, "a command id is 8 to 64 characters of A-Z a-z 0-9 - _")
    }
    let source = services.source
    let outcome = try await ask { () async throws(SourceError) in
      try await source.outcome(of: id)
    }
    guard let outcome else { throw APIError(.notFound, "no command \(id) ever arrived here") }
    return JSONBody.response(outcome)
  }

  /// Somebody is about to act, or is no more.
  func intention(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    let notice = try await decoded(Intention.Notice.self, request)
    guard let principal = admission.principal else {
      throw .unauthorized("whoever is about to act needs a name")
    }
    let announce = services.announce
    return JSONBody.response(
      try await ask { () async throws(SourceError) in try await announce(notice, principal) })
  }

  /// Has the configuration read again; the body is JSON, as everywhere under `/vigia/v1`, and says nothing.
  func reload(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    _ = try await decoded(AnyJSON.self, request)
    guard let principal = admission.principal else {
      throw .unauthorized("a reload needs somebody who asks for it")
    }
    guard let reload = services.reload else {
      throw .forbidden(
        "this server was started with --read-only: nothing can be changed through it")
    }
    return JSONBody.response(await reload(principal))
  }

  func labels(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    let batch = try await withBody(of: request, upTo: services.limits.labelsBody) {
      body throws(APIError) in
      try JSONBody.decode(LabelBatch.self, from: body)
    }
    try services.limits.check(batch)
    let model = admission.parameters.model
    let labels = services.labels
    var receipt = try await ask { () async throws(SourceError) in try await labels(model, batch) }
    let refusals = receipt.refusals.prefix(Self.refusalsTold)
    receipt.refusals = Array(refusals)
    let first = refusals.first.map {
      "; labels[\($0.index)]: expected \($0.expected), found \($0.found)"
    }
    guard receipt.refused < batch.count else {
      throw APIError(
        .badRequest, "none of the \(batch.count) labels can be used\(first ?? "")")
    }
    guard receipt.unknown + receipt.refused < batch.count else {
      let others =
        receipt.refused > 0 ? ", and \(receipt.refused) cannot be used\(first ?? "")" : ""
      throw APIError(
        .notFound,
        "none of the \(batch.count) labels belongs to a request of \"\(model)\" that is still known: send the Vigia-Request-Id of its reply, or the id of its body\(others)"
      )
    }
    return JSONBody.response(receipt)
  }

  /// Labels of a batch whose fault is told one by one.
  private static let refusalsTold = 100

  private func response(_ outcome: CommandOutcome) -> Response {
    JSONBody.response(OutcomeBody(outcome: outcome), status: outcome.status)
  }
}

/// JSON, whatever it says.
private struct AnyJSON: Decodable {
  init(from decoder: any Decoder) {}
}

/// The outcome as Domain writes it, and beside it the sentence under V2's key.
private struct OutcomeBody: Encodable {
  let outcome: CommandOutcome

  private enum CodingKeys: String, CodingKey { case error }

  func encode(to encoder: any Encoder) throws {
    try outcome.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch outcome {
    case .done: break
    case .refused(let refusal): try container.encode(refusal.message, forKey: .error)
    case .unknown(let reason): try container.encode(reason, forKey: .error)
    }
  }
}

extension CommandOutcome {
  /// 200 done; else whose move it is: 403 somebody else's, 404 and 422 correct the command, 409 look at the state
  /// again, 503 later.
  package var status: HTTPResponse.Status {
    switch self {
    case .done: .ok
    case .unknown: .gatewayTimeout
    case .refused(let refusal): refusal.code.status
    }
  }
}

extension Refusal.Code {
  package var status: HTTPResponse.Status {
    switch self {
    case .notAllowed, .readOnly: .forbidden
    case .unknownModel, .unknownVersion: .notFound
    case .invalid: .unprocessableContent
    case .stateMoved, .someoneActs, .frozen, .quarantined, .pinned, .noRollbackTarget, .nothingToDo,
      .notLoaded,
      .preflightFailed:
      .conflict
    case .auditUnavailable, .stopping: .serviceUnavailable
    }
  }
}
