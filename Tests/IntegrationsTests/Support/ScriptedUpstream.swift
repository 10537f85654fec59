import Foundation
import InferenceProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A V2 server on loopback that does what a test says: it answers well until it is told otherwise.
final class ScriptedUpstream: Sendable {
  struct Request: Sendable {
    var method: HTTPMethod
    var path: String
    var headers: HTTPHeaders
    var body: [UInt8]
  }

  enum Action: Sendable {
    case reply(status: Int, headers: [String: String] = [:], body: [UInt8])
    /// The connection stays open and nothing is said.
    case silence
    /// Bytes as they stand; then the connection is closed.
    case rawThenClose(String)
    /// A head that promises more, and then a byte every few milliseconds.
    case trickle
    /// A body without end.
    case flood
  }

  typealias Script = @Sendable (Request) -> Action?

  private let state = Mutex(State())
  private let channel = Mutex<(any Channel)?>(nil)
  private let children = Mutex<[ObjectIdentifier: any Channel]>([:])

  private struct State {
    var script: Script = { _ in nil }
    var requests: [Request] = []
  }

  /// - Parameter script: nil stands for the answer of a healthy server.
  static func start(port: Int = 0, _ script: @escaping Script = { _ in nil }) async throws
    -> ScriptedUpstream
  {
    let server = ScriptedUpstream()
    server.script(script)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        server.children.withLock { $0[ObjectIdentifier(child)] = child }
        return child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false)
          try child.pipeline.syncOperations.addHandler(Handler(server: server))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    server.channel.withLock { $0 = channel }
    return server
  }

  var port: Int { channel.withLock { $0?.localAddress?.port } ?? 0 }
  var url: String { "http://127.0.0.1:\(port)" }

  func script(_ script: @escaping Script) { state.withLock { $0.script = script } }

  var requests: [Request] { state.withLock { $0.requests } }

  /// Those to `/infer`, the warm-ups of a load among them.
  var inferences: [Request] {
    state.withLock { $0.requests.filter { $0.path.hasSuffix("/infer") } }
  }

  /// Connections that are open at present.
  var connections: Int { children.withLock { $0.values.count { $0.isActive } } }

  /// As a process that is killed: nobody listens any more, and connections end without a word.
  func die() async throws {
    let channel = channel.withLock { $0 }
    try await channel?.close().get()
    for child in children.withLock({ Array($0.values) }) { try? await child.close().get() }
  }

  fileprivate func action(for request: Request) -> Action {
    let script = state.withLock { state -> Script in
      state.requests.append(request)
      return state.script
    }
    return script(request) ?? Self.healthy(request)
  }

  /// Metadata of a classifier of six features, and a class that is the first feature.
  static func healthy(_ request: Request) -> Action {
    if request.path.hasSuffix("/infer") { return answer(request) }
    if request.path.hasSuffix("/ready") || request.path.hasSuffix("/live") {
      return .reply(status: 200, body: [])
    }
    if request.path == "/v2" { return json(#"{"name":"scripted","version":"1","extensions":[]}"#) }
    return json(metadata)
  }

  static let metadata = #"""
    {"name":"m","versions":["1"],"platform":"scripted","inputs":[{"name":"X","datatype":"FP32",
    "shape":[-1,6]}],"outputs":[{"name":"label","datatype":"INT64","shape":[-1]},
    {"name":"probabilities","datatype":"FP32","shape":[-1,2]}]}
    """#

  static func json(_ text: String, status: Int = 200) -> Action {
    .reply(
      status: status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
  }

  private static func answer(_ request: Request) -> Action {
    let length = request.headers.first(name: "Inference-Header-Content-Length").flatMap { Int($0) }
    guard let call = try? InferRequest.parse(request.body, headerLength: length),
      let input = call.inputs.first, let rows = input.shape.first
    else { return json(#"{"error":"not a request"}"#, status: 400) }
    let labels = (0..<rows).map { Int64(input.number(at: $0 * 6) ?? 0) }
    let all = [
      Tensor(name: "label", shape: [rows], int64: labels),
      Tensor(
        name: "probabilities", shape: [rows, 2],
        fp32: labels.flatMap { $0 == 0 ? [0.9, 0.1] : [0.1, 0.9] }),
    ]
    let names = call.outputs.map(\.name)
    let response = InferResponse(
      modelName: "m", modelVersion: "1", id: call.id,
      outputs: names.isEmpty ? all : all.filter { names.contains($0.name) })
    let message = response.body(binary: call.wantsBinary)
    var headers = ["Content-Type": message.contentType]
    if let length = message.headerLength {
      headers["Inference-Header-Content-Length"] = "\(length)"
    }
    return .reply(status: 200, headers: headers, body: message.bytes)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: ScriptedUpstream
    private var request: Request?

    init(server: ScriptedUpstream) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        request = Request(method: head.method, path: head.uri, headers: head.headers, body: [])
      case .body(let bytes): request?.body.append(contentsOf: bytes.readableBytesView)
      case .end:
        guard let request else { return }
        self.request = nil
        perform(server.action(for: request), context)
      }
    }

    private func perform(_ action: Action, _ context: ChannelHandlerContext) {
      switch action {
      case .silence: return
      case .reply(let status, let fields, let body):
        var headers = HTTPHeaders(fields.map { ($0.key, $0.value) })
        headers.add(name: "Content-Length", value: "\(body.count)")
        head(status, headers, context)
        write(.body(.byteBuffer(ByteBuffer(bytes: body))), context)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      case .rawThenClose(let text):
        let encoder = try? context.pipeline.syncOperations.context(
          handlerType: HTTPResponseEncoder.self)
        encoder?.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        context.close(promise: nil)
      case .trickle:
        head(200, ["Content-Length": "100000"], context)
        context.flush()
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let channel = context.channel
        context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) {
          guard channel.isActive else { return $0.cancel() }
          handler.value.write(.body(.byteBuffer(ByteBuffer(string: " "))), bound.value)
          bound.value.flush()
        }
      case .flood:
        head(200, ["Transfer-Encoding": "chunked"], context)
        context.flush()
        pour(context)
      }
    }

    private func pour(_ context: ChannelHandlerContext) {
      let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      let piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 18)
      context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece)))).whenSuccess {
        guard bound.value.channel.isActive else { return }
        handler.value.pour(bound.value)
      }
    }

    private func head(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
      let head = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: status), headers: headers)
      write(.head(head), context)
    }

    private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) {
      context.write(wrapOutboundOut(part), promise: nil)
    }
  }
}
