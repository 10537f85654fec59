import Domain
import HTTPTypes
import Inference

/// What a request is given as it comes in: the identity that stands in its reply and its log line, and the start of its
/// time.
struct Arrival: Sendable {
  let id: RequestID
  private(set) var time: Timestamp
  private(set) var startedAt = MonotonicTime.now

  init(_ services: APIServices) {
    time = services.now()
    id = services.dataPlane.newRequestID(at: time)
  }

  /// The same request once its body is whole: a prediction's time starts here.
  func complete(_ services: APIServices) -> Arrival {
    var arrival = self
    (arrival.time, arrival.startedAt) = (services.now(), .now)
    return arrival
  }

  /// What a log line tells of the request once it is answered.
  ///
  /// - Parameters:
  ///   - admission: nil for one that was not admitted.
  ///   - version: the one that answered, or failed to.
  func facts(
    _ head: HTTPRequest, _ admission: RequestChecks.Admission? = nil, version: String? = nil
  ) -> RequestLog.Facts {
    RequestLog.Facts(
      id: id,
      client: admission?.client ?? ClientName.of(head.headerFields, principal: nil, from: .network),
      model: admission?.parameters.model ?? "", version: version ?? admission?.parameters.version,
      totalTime: MonotonicTime.now - startedAt)
  }
}
