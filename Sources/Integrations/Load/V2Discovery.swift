package import AsyncHTTPClient
import Foundation
package import InferenceProtocol
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Asks a V2 server what it serves.
package struct V2Discovery: Sendable {
  package let url: String
  private let headers: [(name: String, value: String)]
  private let client: HTTPClient
  private let timeout: Duration

  /// - Parameters:
  ///   - url: `http://host:port`, without a slash at its end.
  ///   - client: the caller shuts it down.
  ///   - timeout: of one question.
  package init(
    url: String, headers: [(name: String, value: String)], client: HTTPClient,
    timeout: Duration = .seconds(10)
  ) {
    self.url = url
    self.headers = headers
    self.client = client
    self.timeout = timeout
  }

  /// Why a server does not say what it serves.
  package enum Failure: Error, CustomStringConvertible {
    case unreachable(reason: String)
    case status(path: String, Int, body: String)
    case unreadable(path: String)
    case tooLong(path: String, limit: Int)
    case noModel
    case severalModels([String])

    package var description: String {
      switch self {
      case .unreachable(let reason): "no answer: \(reason)"
      case .status(let path, let code, let body): "\(path) answered \(code): \(body)"
      case .unreadable(let path): "\(path) did not answer as V2 has it"
      case .tooLong(let path, let limit): "\(path) answered more than \(limit) bytes"
      case .noModel: "the server has no model that is ready"
      case .severalModels(let names):
        "the server has several models, \(names.joined(separator: ", ")): name one with --model"
      }
    }
  }

  /// The one model that is ready, where there is but one.
  package func onlyModel() async throws(Failure) -> String {
    struct Entry: Decodable {
      var name: String
      var state: String?
    }
    let path = "/v2/repository/index"
    let body = try await answer(path, method: .POST)
    guard let entries = try? JSONDecoder().decode([Entry].self, from: body) else {
      throw .unreadable(path: path)
    }
    let names = Set(entries.filter { $0.state == nil || $0.state == "READY" }.map(\.name)).sorted()
    guard let first = names.first else { throw .noModel }
    guard names.count == 1 else { throw .severalModels(names) }
    return first
  }

  /// The inputs that each request to a model has, as its metadata say.
  package func inputs(
    of model: String, version: String?
  ) async throws(Failure) -> [TensorMetadata] {
    let path = Self.path(model, version)
    let body = try await answer(path, method: .GET)
    guard let description = try? JSONDecoder().decode(ModelDescription.self, from: body),
      let inputs = ModelDescription.tensors(description.inputs), !inputs.isEmpty
    else { throw .unreadable(path: path) }
    return inputs
  }

  package static func path(_ model: String, _ version: String?) -> String {
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    let escaped = { (text: String) in
      text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }
    return "/v2/models/\(escaped(model))" + (version.map { "/versions/\(escaped($0))" } ?? "")
  }

  private static let mostBytes = 1 << 22

  private func answer(
    _ path: String, method: HTTPMethod
  ) async throws(Failure) -> Data {
    var request = HTTPClientRequest(url: url + path)
    request.method = method
    if method == .POST {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: "{}"))
    }
    for header in headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
    let status: Int
    let body: Data
    do {
      let response = try await client.execute(request, timeout: TimeAmount(timeout))
      status = Int(response.status.code)
      body = Data(buffer: try await response.body.collect(upTo: Self.mostBytes))
    } catch is NIOTooManyBytesError {
      throw .tooLong(path: path, limit: Self.mostBytes)
    } catch {
      throw .unreachable(reason: UpstreamText.reason(of: error))
    }
    guard status == 200 else {
      throw .status(path: path, status, body: String(decoding: body.prefix(300), as: UTF8.self))
    }
    return body
  }
}
