import Foundation

/// Where a webhook is. Paths and queries of such URLs are often secrets, so that only the host is ever shown.
package struct WebhookAddress: Sendable, Hashable, CustomStringConvertible {
  /// The whole of it: for the request alone.
  let url: String
  /// `https://hooks.example`.
  package let description: String

  /// Reads `https://HOST[:PORT][/PATH][?QUERY]`, or the same with `http`.
  package static func parse(_ text: String) throws(UpstreamAddressError) -> WebhookAddress {
    guard var parts = URLComponents(string: text), parts.fragment == nil else { throw .noURL }
    parts.percentEncodedPath = ""
    parts.query = nil
    let origin = try UpstreamAddress.parse(parts.string ?? "")
    return WebhookAddress(url: text, description: origin.description)
  }
}
