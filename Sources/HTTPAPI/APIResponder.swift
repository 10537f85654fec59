import Domain
import HTTPTypes
package import Hummingbird
import Inference
import Logging
package import NIOCore

/// A request on its way through the server, with the connection it came over.
package struct APIRequestContext: InitializableFromSource, Sendable {
  package let channel: any Channel

  package init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Builds what answers all routes, for `Application(responder:)` and for tests without a socket.
package func makeRouter(_ services: APIServices) -> APIResponder {
  APIResponder(services: services)
}

/// Admits a request and answers it. Every failure leaves as V2's `{"error":"..."}`.
package struct APIResponder: HTTPResponder {
  package typealias Context = APIRequestContext

  let services: APIServices
  let hub: SnapshotHub
  let log: RequestLog
  let draining = Draining()
  /// Of bodies while they come in, at the front door and here.
  let receiving: ByteBudget
  /// Of bodies that came packed.
  let unpacking: ByteBudget

  package init(services: APIServices) {
    self.services = services
    hub = SnapshotHub(source: services.source, capacity: services.limits.streams)
    log = RequestLog(logger: services.logger, logsAll: services.logsRequests)
    receiving = ByteBudget(services.limits.receivingBytes)
    unpacking = ByteBudget(services.limits.unpackedBytes)
  }

  package func respond(to request: Request, context: APIRequestContext) async throws -> Response {
    let arrival = Arrival(services)
    let peer = await Peer.of(context.channel)
    var response: Response
    var admission: RequestChecks.Admission?
    do throws(APIError) {
      if let preflight = try services.checks.preflight(request.head, from: peer) {
        response = Response(status: .noContent)
        response.headers = preflight.fields(
          routingKey: services.routingKeyHeader(preflight.model))
        log.answered(request.head, response.status, at: services.now(), arrival.facts(request.head))
      } else {
        let admitted = try services.checks.admit(request.head, from: peer)
        admission = admitted
        // A prediction's own is counted with its model.
        if admitted.endpoint != .infer {
          try checkLength(of: request.head, services.limits.body(of: admitted.endpoint))
        }
        response = try await answer(request, admitted, arrival, context, from: peer)
        services.checks.sharing(request.head, from: peer).add(to: &response.headers)
        log.answered(
          request.head, response.status, at: services.now(),
          arrival.facts(request.head, admitted, version: response.headers[.vigiaModelVersion]))
      }
    } catch {
      services.tally.add(error)
      response = closedAlertPage(request.head, error) ?? error.response
      services.checks.sharing(request.head, from: peer).add(to: &response.headers)
      log.failed(
        request.head, error, at: services.now(),
        arrival.facts(request.head, admission, version: error.fields[.vigiaModelVersion]))
    }
    response.headers[.vigiaRequestID] = arrival.id.description
    response = await packed(response, for: request.head)
    if draining.isClosing || request.headers[.connection]?.lowercased() == "close" {
      response.headers[.connection] = "close"
    }
    if request.method == .head { response = response.createHeadResponse() }
    return response
  }

  /// From now on the server is not ready, and each reply asks its client to leave.
  package func startClosing() {
    draining.startNotReady()
    draining.startClosing()
  }

  private func answer(
    _ request: Request, _ admission: RequestChecks.Admission, _ arrival: Arrival,
    _ context: APIRequestContext, from peer: Peer
  ) async throws(APIError) -> Response {
    switch admission.endpoint {
    case .infer: try await infer(request, admission, arrival, from: peer)
    case .server: server()
    case .live: JSONBody.response(["live": true])
    case .ready: ready()
    case .model: try model(admission.parameters)
    case .modelReady: try modelReady(admission.parameters)
    case .modelConfig: try modelConfig(admission.parameters)
    case .modelStatistics: try modelStatistics(admission.parameters)
    case .repositoryIndex: try await repositoryIndex(request)
    case .repositoryLoad: try await repositoryLoad(request, admission)
    case .repositoryUnload: try await repositoryUnload(request, admission)
    case .labels: try await labels(request, admission)
    case .status: try await status()
    case .stream: try stream(request, on: context.channel)
    case .series: try await series(request)
    case .heatmap: try await heatmap(request)
    case .requests: try await requests(request)
    case .request: try await keptRequest(admission.parameters)
    case .requestRun: try await runAgain(request, admission.parameters)
    case .failures: try await failures(request)
    case .judgements: try await judgements(request)
    case .business: try await business(request)
    case .audit: try await audit(request)
    case .runbooks: try await runbooks(request)
    case .past: try await past(request)
    case .preflight: try await preflight(request)
    case .command: try await command(request, admission)
    case .commandOutcome: try await commandOutcome(admission.parameters)
    case .intention: try await intention(request, admission)
    case .reload: try await reload(request, admission)
    case .metrics: await metrics(request)
    case .tritonMetrics: await tritonMetrics()
    case .incidents: try await incidents(request)
    case .incident: try await incident(admission.parameters)
    case .alerts: try await alerts()
    case .prometheusAlerts: try await prometheusAlerts()
    case .prometheusRules:
      try await prometheusRules(type: QueryForm(request.uri.query)["type"])
    case .prometheusQuery, .prometheusQueryRange:
      await prometheusQuery(
        QueryForm(request.uri.query), isRange: admission.endpoint == .prometheusQueryRange)
    case .prometheusQueryForm, .prometheusQueryRangeForm:
      try await prometheusForm(
        request, isRange: admission.endpoint == .prometheusQueryRangeForm)
    case .openAPI: openAPI()
    case .documentation: documentation(request)
    case .alertPage: try await alertPage(admission.parameters)
    }
  }
}
