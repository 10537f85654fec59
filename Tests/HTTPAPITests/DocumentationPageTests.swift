import Crypto
import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct DocumentationPageTests {
  @Test func `the page names every path of every endpoint, and every schema of the document`()
    async throws
  {
    try await TestServices.make().withClient { client in
      let page = try await client.get("/docs")
      #expect(page.status == .ok)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      for endpoint in Endpoint.allCases {
        #expect(page.text.contains("<article id=\"\(endpoint.rawValue)\">"))
        for path in endpoint.route.paths {
          let shown = path.replacing("{", with: "<i>{").replacing("}", with: "}</i>")
          #expect(page.text.contains("<code>\(shown)</code>"), "\(path)")
        }
      }
      let document = try SchemaCheck(
        Data(try await client.get("/openapi.json").body.readableBytesView))
      let schemas = try #require(document.resolved("#/components/schemas"))
      for name in schemas.members.keys {
        #expect(page.text.contains("id=\"schema-\(name)\""))
      }
      for link in page.text.matches(of: /href="#([^"]+)"/) {
        #expect(page.text.contains("id=\"\(link.output.1)\""), "\(link.output.1)")
      }
    }
  }

  @Test func `it loads nothing, runs nothing, and may use its own sheet of style only`()
    async throws
  {
    try await TestServices.make().withClient { client in
      let page = try await client.get("/docs")
      for word in ["<script", "<link", "<img", "@import", "url(", "javascript:", "onclick", "src="]
      {
        #expect(!page.text.contains(word), "\(word)")
      }
      let style = try #require(page.text.firstMatch(of: /<style>([^<]*)<\/style>/)).output.1
      let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
      let policy = page.headers[.contentSecurityPolicy] ?? ""
      #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-\(hash)';"))
      #expect(page.headers[.xContentTypeOptions] == "nosniff")
    }
  }

  @Test(arguments: [true, false])
  func `it says who may do what on this very server, and needs no token itself`(
    isReadingOpen: Bool
  ) async throws {
    let services = try await TestServices.make(
      authenticator: isReadingOpen
        ? Authenticator(localToken: secret) : Authenticator(tokens: RouteMatrixTests.tokens))
    try await services.withClient { client in
      let page = try await client.get("/docs")
      #expect(page.status == .ok)
      #expect(page.text.contains("Anybody who reaches the server") == isReadingOpen)
      #expect(page.text.contains("A token with the role read") == !isReadingOpen)
      let document = try await client.get("/openapi.json")
      #expect(document.status == .ok)
    }
  }
}
