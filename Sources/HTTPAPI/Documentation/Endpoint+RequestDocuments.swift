import Domain
import HTTPTypes

/// The text of the documents of what was asked lately.
extension Endpoint {
  var requestDocument: EndpointDocument {
    let unreadable = EndpointDocument.Failure(status: 500, note: "The store could not be read.")
    let unknown = EndpointDocument.Failure(
      status: 404, note: "Nothing is kept of that request, or not any more.")
    return switch self {
    case .request:
      EndpointDocument(
        subject: .present, summary: "One request: inputs, outputs and times",
        note: """
          Raw inputs are personal data, so that this takes the role operate. Features that the configuration redacts are not \
          told; of large requests the first rows are.
          """,
        answer: .json(
          .array(.named(.requestDetail)), "The client's answer, then a shadow's if there was one."),
        errors: [unknown, unreadable])
    case .requestRun:
      EndpointDocument(
        subject: .present, summary: "Run a kept request again on a loaded version",
        note: "It is no traffic: nothing counts it, and nothing is judged by it. 2 s at most.",
        body: .init(contents: [
          .json(.rerunQuery, example: #"{"variant":"champion","version":"2"}"#)
        ]), answer: .json(.named(.rerun), "What the version answers, or why it does not."),
        errors: [
          .init(
            status: 404, note: "Nothing is kept of that request, or there is no such version."),
          .init(
            status: 409,
            note:
              "Its inputs were not kept, no such variant answered, or the version is not loaded."),
          unreadable,
        ])
    case .failures:
      EndpointDocument(
        subject: .present, summary: "Which requests failed, by reason and by client",
        body: .init(contents: [
          .json(
            .failureQuery,
            example: #"{"model":"electricity","from":1767225600,"to":1767229200}"#)
        ]), answer: .json(.named(.failureReport), "Most first."),
        errors: [.noModel, unreadable])
    default:
      EndpointDocument(
        subject: .present, summary: "Recent requests, slowest first",
        body: .init(contents: [
          .json(.requestQuery, example: #"{"onlyErrors":true,"limit":20}"#)
        ]), answer: .json(.array(.named(.requestSummary)), "Those that were kept."),
        errors: [.noModel, unreadable])
    }
  }
}
