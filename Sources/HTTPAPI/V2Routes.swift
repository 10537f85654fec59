import Domain
import HTTPTypes
import Hummingbird
package import Inference
import InferenceProtocol
import NIOCore

/// The Open Inference Protocol apart from infer: who is here, and is it ready.
extension APIResponder {
  func server() -> Response {
    let identity = services.identity
    let metadata = ServerMetadata(
      name: identity.name, version: identity.version, extensions: identity.extensions)
    return .json(metadata.json())
  }

  /// 503 while a model that should serve could not be loaded, or runs elsewhere and no server is well there, and when the
  /// server is about to end, so that a balancer sends nothing. A model that was unloaded should not serve.
  func ready() -> Response {
    let isReady = services.dataPlane.isReady && !draining.isNotReady
    return .json(WireBody.ready(isReady), status: isReady ? .ok : .serviceUnavailable)
  }

  func model(_ parameters: PathParameters) throws(APIError) -> Response {
    .json(try metadata(parameters).json())
  }

  /// 503 with the reason for a version that is known but not loaded, or that has no upstream left, 404 for one that is not
  /// known. `Retry-After` only where it comes by itself.
  func modelReady(_ parameters: PathParameters) throws(APIError) -> Response {
    let model = parameters.model
    if services.dataPlane.isReady(model: model, version: parameters.version) {
      return .json(WireBody.modelReady(model, true))
    }
    var reason = services.dataPlane.outage(model: model, version: parameters.version)
    var fields = HTTPFields()
    do {
      _ = try metadata(parameters)
    } catch  where error.status == .notFound {
      throw error
    } catch {
      // Not loaded: its metadata are not there either.
      reason = reason ?? error.message
      fields = error.fields
    }
    var response = Response.json(
      WireBody.modelReady(model, false, reason: reason.map { LogText.escaped($0, limit: 4_000) }),
      status: .serviceUnavailable)
    for field in fields { response.headers[field.name] = field.value }
    return response
  }

  /// Triton's body is `{"ready":bool?}`, or nothing at all.
  func repositoryIndex(_ request: Request) async throws(APIError) -> Response {
    let filter = try await withBody(of: request, upTo: services.limits.controlBody) {
      body throws(APIError) in
      body.readableBytes == 0
        ? IndexFilter(ready: nil) : try JSONBody.decode(IndexFilter.self, from: body)
    }
    let entries = services.dataPlane.repositoryIndex().filter {
      filter.ready != true || $0.state == .ready
    }
    return .json(RepositoryIndexEntry.json(entries))
  }

  private func metadata(_ parameters: PathParameters) throws(APIError) -> ModelMetadata {
    do {
      return try services.dataPlane.metadata(model: parameters.model, version: parameters.version)
    } catch {
      throw APIError(error)
    }
  }

  private struct IndexFilter: Decodable { var ready: Bool? }
}

extension Response {
  static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension APIError {
  package init(_ error: InferenceError) {
    let error = error.withShortNames
    var fields = HTTPFields()
    if let seconds = error.retryAfterSeconds { fields[.retryAfter] = String(seconds) }
    self.init(HTTPResponse.Status(code: error.status), error.description, fields: fields)
    // All others are counted with their model.
    if case .unknownModel = error { refusal = .unknownModel }
  }
}

extension InferenceError {
  /// Names that a path made up are cut and escaped as in a log.
  fileprivate var withShortNames: InferenceError {
    switch self {
    case .unknownModel(let model): .unknownModel(LogText.escaped(model))
    case .unknownVersion(let version, let known):
      .unknownVersion(
        ModelVersion(
          model: LogText.escaped(version.model), version: LogText.escaped(version.version)),
        known: known)
    default: self
    }
  }
}
