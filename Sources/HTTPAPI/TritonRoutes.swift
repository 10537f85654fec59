import Domain
import HTTPTypes
import Hummingbird
import Inference
import InferenceProtocol

/// Triton's extensions of V2: configuration, statistics, and its model repository.
extension APIResponder {
  func modelConfig(_ parameters: PathParameters) throws(APIError) -> Response {
    try triton { () throws(InferenceError) in
      try services.dataPlane.configuration(
        model: parameters.model, version: parameters.version
      ).json()
    }
  }

  /// Of all models where the path names none.
  func modelStatistics(_ parameters: PathParameters) throws(APIError) -> Response {
    let model = parameters.model.isEmpty ? nil : parameters.model
    return try triton { () throws(InferenceError) in
      ModelStatistics.json(
        try services.dataPlane.statistics(model: model, version: parameters.version))
    }
  }

  /// Loads every version that the repository has. What a client would send along (another configuration, a file)
  /// has no place in a repository that others deploy to.
  func repositoryLoad(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    let given = try await repositoryParameters(request)
    guard given.isEmpty else {
      throw APIError(
        .badRequest,
        "\"\(LogText.escaped(given[0]))\" is not taken: put the file into the model repository, and load it then"
      )
    }
    let model = admission.parameters.model
    let response = try await perform(.load(model: model, version: nil), admission)
    let absent = services.dataPlane.versions(of: model).filter {
      services.dataPlane.status(of: ModelVersion(model: model, version: $0)).state == .unloaded
    }
    guard absent.isEmpty else {
      let why =
        services.dataPlane.versionsFitTogether(model)
        ? "others were asked for meanwhile, and took its room; try again, or raise model_memory"
        : "its versions do not fit together; raise model_memory, or load those that you need: "
          + "vigia model load \(model) VERSION --reason \"...\""
      throw APIError(
        .conflict,
        "\(model): loaded but for \(absent.joined(separator: ", ")), which left memory again: \(why)"
      )
    }
    return response
  }

  /// Triton's word for "this model serves no more": what is pinned goes, too.
  func repositoryUnload(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    _ = try await repositoryParameters(request)
    let model = admission.parameters.model
    return try await perform(.unload(model: model, version: nil, pinned: true), admission)
  }

  private func triton(
    _ body: () throws(InferenceError) -> [UInt8]
  ) throws(APIError) -> Response {
    do {
      return .json(try body())
    } catch {
      throw APIError(error)
    }
  }

  /// The names of the parameters that change what is loaded; the body may be empty.
  private func repositoryParameters(_ request: Request) async throws(APIError) -> [String] {
    let order = try await withBody(of: request, upTo: services.limits.controlBody) {
      body throws(APIError) in
      body.readableBytes == 0
        ? RepositoryOrder() : try JSONBody.decode(RepositoryOrder.self, from: body)
    }
    return (order.parameters ?? [:]).keys.filter { $0 != "unload_dependents" }.sorted()
  }

  private func perform(
    _ action: Command.Action, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    guard let principal = admission.principal else {
      throw .unauthorized("a command needs somebody who gives it")
    }
    let command = Command(
      id: CommandID(random: (.random(in: .min ... .max), .random(in: .min ... .max))),
      action: action, reason: "V2 repository API", origin: .api)
    let outcome = await services.perform(command, principal)
    switch outcome {
    case .done: return Response(status: .ok)
    case .refused(let refusal) where refusal.code == .nothingToDo: return Response(status: .ok)
    case .refused(let refusal): throw APIError(outcome.status, refusal.message)
    case .unknown(let reason): throw APIError(outcome.status, reason)
    }
  }

  private struct RepositoryOrder: Decodable {
    var parameters: [String: Value]?

    /// Of any kind: only the names matter.
    struct Value: Decodable { init(from decoder: any Decoder) {} }
  }
}
