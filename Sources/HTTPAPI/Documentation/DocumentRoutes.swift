import Hummingbird
import NIOCore

/// `/openapi.json` and `/docs`. They tell what the source tells, so they need no token.
extension APIResponder {
  func openAPI() -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: openAPIDocument.json.text + "\n")))
  }

  func documentation(_ request: Request) -> Response {
    let page = DocumentationPage(
      version: services.identity.version, authority: request.head.authority ?? "localhost:8080",
      isReadingOpen: services.checks.authenticator.isReadingOpen)
    return HTML.response(page.html, style: DocumentationPage.style, caching: "no-cache")
  }

  private var openAPIDocument: OpenAPIDocument {
    OpenAPIDocument(
      version: services.identity.version,
      isReadingOpen: services.checks.authenticator.isReadingOpen)
  }
}
