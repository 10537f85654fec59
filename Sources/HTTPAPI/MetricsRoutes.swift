package import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// What is measured, for whoever scrapes it.
extension APIResponder {
  func metrics(_ request: Request) async -> Response {
    let format = ExpositionFormat.negotiated(request.headers[values: .accept])
    var response = Self.page(await services.metrics(format), format)
    response.headers[.vary] = HTTPField.Name.accept.rawName
    return response
  }

  /// As text for everybody: Triton's counters have no `_total`, which OpenMetrics does not know.
  func tritonMetrics() async -> Response {
    Self.page(await services.tritonMetrics(), .text)
  }

  private static func page(_ text: String, _ format: ExpositionFormat) -> Response {
    Response(
      status: .ok, headers: [.contentType: format.contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

extension ExpositionFormat {
  package var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// What a scraper wants most of what there is; text where it says nothing, or nothing that is known.
  ///
  /// - Parameter accept: the values of its `Accept` fields. Source: RFC 9110, section 12.5.1; as Prometheus' own client
  ///   libraries do, a version that is not known is passed over.
  package static func negotiated(_ accept: [String]) -> ExpositionFormat {
    let ranges = accept.flatMap { $0.split(separator: ",") }.map { MediaRange($0) }
    let wanted = ranges.filter { $0.quality > 0 }.enumerated().sorted {
      ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
    }
    return wanted.lazy.compactMap(\.element.format).first ?? .text
  }

  /// `type/subtype;version=1.0.0;q=0.5`.
  private struct MediaRange {
    var type: String
    var version: String?
    var quality = 1.0

    init(_ text: Substring) {
      let words = text.split(separator: ";", omittingEmptySubsequences: false).map {
        $0.filter { $0 != " " && $0 != "\t" }
      }
      type = words[0].lowercased()
      for word in words.dropFirst() {
        let parts = word.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { continue }
        switch parts[0].lowercased() {
        case "version": version = parts[1].filter { $0 != "\"" }
        case "q": quality = Double(parts[1]) ?? 0
        default: break
        }
      }
    }

    var format: ExpositionFormat? {
      switch type {
      case "application/openmetrics-text" where version ?? "1.0.0" == "1.0.0": .openMetrics
      case "text/plain" where version ?? "0.0.4" == "0.0.4": .text
      case "*/*", "text/*": .text
      default: nil
      }
    }
  }
}
