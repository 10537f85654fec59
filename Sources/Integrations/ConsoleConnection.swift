import AsyncHTTPClient
import Domain
import Foundation
import Glibc
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

/// The HTTP under `ConsoleClient`: one event loop, no redirects, no retries, and a bound on everything.
struct ConsoleConnection: Sendable {
  /// Bytes of one answer, and of one line of the stream.
  static let bodyLimit = 16 << 20

  private let endpoint: ConsoleEndpoint
  private let token: String?
  private let client: HTTPClient

  init(endpoint: ConsoleEndpoint, token: String?, connectTimeout: Duration) {
    self.endpoint = endpoint
    self.token = token
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = TimeAmount(connectTimeout)
    // A server that is not there is said at once; whoever asked decides when to try again.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4
    client = HTTPClient(
      eventLoopGroupProvider: .shared(EventLoopExecutor.shared.loop), configuration: configuration)
  }

  func shutdown() async { try? await client.shutdown() }

  enum Call: Sendable {
    case get(String)
    case post(String, Data)
  }

  /// Why a call has no answer.
  enum Failure: Error, Equatable {
    /// No connection was made: the server knows nothing of it.
    case notSent(reason: String)
    /// The request may have arrived.
    case lost(reason: String)

    var reason: String {
      switch self {
      case .notSent(let reason), .lost(let reason): reason
      }
    }
  }

  /// - Parameter limit: on head and body together.
  func call(_ call: Call, within limit: Duration) async throws(Failure) -> ConsoleAnswer {
    do {
      let request = try request(call)
      let answer = try await run(
        request, ResponseAccumulator(request: request, maxBodySize: Self.bodyLimit),
        deadline: .now() + TimeAmount(limit))
      return ConsoleAnswer(
        status: answer.status.code, body: answer.body.map { Data(buffer: $0) } ?? Data())
    } catch {
      throw failure(error)
    }
  }

  /// Has `reader` read what comes for `call`, on the connection's event loop, until that ends or this task is cancelled.
  func follow<Reader: HTTPClientResponseDelegate>(
    _ call: Call, _ reader: Reader
  ) async throws -> Reader.Response {
    try await run(try request(call), reader, deadline: nil)
  }

  /// By the client's futures: its `async` calls begin tasks of their own, in another pool of threads than the caller's.
  private func run<Reader: HTTPClientResponseDelegate>(
    _ request: HTTPClient.Request, _ reader: Reader, deadline: NIODeadline?
  ) async throws -> Reader.Response {
    try Task.checkCancellation()
    let task = client.execute(request: request, delegate: reader, deadline: deadline)
    return try await withTaskCancellationHandler {
      try await task.get()
    } onCancel: {
      task.cancel()
    }
  }

  private func request(_ call: Call) throws -> HTTPClient.Request {
    var request =
      switch call {
      case .get: try HTTPClient.Request(url: url(call))
      case .post(_, let body):
        try HTTPClient.Request(
          url: url(call), method: .POST, headers: ["Content-Type": "application/json"],
          body: .data(body))
      }
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    return request
  }

  private func url(_ call: Call) -> String {
    let path =
      switch call {
      case .get(let path), .post(let path, _): path
      }
    switch endpoint {
    case .server: return "\(endpoint)\(path)"
    case .socket(let socket):
      return URL(httpURLWithSocketPath: socket, uri: path)?.absoluteString ?? ""
    }
  }

  /// In words, and whether the request may have arrived.
  func failure(_ error: any Error) -> Failure {
    switch error {
    case let failure as Failure: return failure
    case let error as HTTPClientError where error == .deadlineExceeded:
      return .lost(reason: "\(endpoint) did not answer in time")
    case is ResponseAccumulator.ResponseTooBigError:
      return .lost(reason: "\(endpoint) answered with more than \(Self.bodyLimit >> 20) MB")
    case is CancellationError: return .lost(reason: "the question was given up")
    case let error as HTTPClientError where error == .cancelled:
      return .lost(reason: "the question was given up")
    case let error as HTTPClientError where error == .connectTimeout:
      return .notSent(reason: "\(endpoint) does not answer")
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      return .lost(reason: "\(endpoint) closed the connection")
    case let error as IOError where Self.refusals.contains(error.errnoCode):
      return .notSent(reason: Self.explain(error.errnoCode, endpoint))
    case let error as NIOConnectionError:
      let code = error.connectionErrors.lazy.compactMap { ($0.error as? IOError)?.errnoCode }.first
      return .notSent(
        reason: code.map { Self.explain($0, endpoint) } ?? "\(endpoint) cannot be reached: \(error)"
      )
    default: return .lost(reason: "the connection to \(endpoint) was lost: \(error)")
    }
  }

  /// What only the making of a connection can end in.
  private static let refusals: Set<CInt> = [
    ECONNREFUSED, ENOENT, EACCES, ENOTSOCK, EPROTOTYPE, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL,
  ]

  private static func explain(_ code: CInt, _ endpoint: ConsoleEndpoint) -> String {
    switch code {
    case ECONNREFUSED: "nobody listens on \(endpoint): is vigia running?"
    case ENOENT: "there is no such socket: is vigia running?"
    case EACCES: "no right to use \(endpoint): it belongs to the user that runs vigia"
    case ENOTSOCK: "\(endpoint) is not a socket"
    default: "\(endpoint) cannot be reached (errno \(code))"
    }
  }
}
