import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// `/openapi.json` and `/docs`. They tell what the source tells, so they need no token.
extension APIResponder {
  func openAPI() -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: openAPIDocument.json.text + "\n")))
  }

  /// A page that loads nothing: its one sheet of style is named by its hash, and no script may run.
  func documentation(_ request: Request) -> Response {
    let page = DocumentationPage(
      version: services.identity.version, authority: request.head.authority ?? "localhost:8080",
      isReadingOpen: services.checks.authenticator.isReadingOpen)
    var fields: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-cache"]
    fields[.contentSecurityPolicy] = Self.policy
    fields[.xContentTypeOptions] = "nosniff"
    fields[.referrerPolicy] = "no-referrer"
    return Response(
      status: .ok, headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(string: page.html)))
  }

  private var openAPIDocument: OpenAPIDocument {
    OpenAPIDocument(
      version: services.identity.version,
      isReadingOpen: services.checks.authenticator.isReadingOpen)
  }

  private static let policy: String = {
    let hash = SHA256.hash(data: Array(DocumentationPage.style.utf8))
    return "default-src 'none'; style-src 'sha256-\(base64(Array(hash)))'; base-uri 'none'; "
      + "form-action 'none'; frame-ancestors 'none'"
  }()

  private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

extension HTTPField.Name {
  static let referrerPolicy = Self("Referrer-Policy")!
}
