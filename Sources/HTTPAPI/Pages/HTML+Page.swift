import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Pages that load nothing: the one sheet of style is named by its hash, and no script may run.
extension HTML {
  /// - Parameters:
  ///   - title: text.
  ///   - body: markup already.
  static func page(title: String, style: String, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(shown(title))</title>
    <style>\(style)</style>
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
  }

  static func response(
    _ page: String, style: String, status: HTTPResponse.Status = .ok, caching: String
  ) -> Response {
    var fields: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: caching]
    let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
    fields[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'; "
      + "frame-ancestors 'none'"
    fields[.xContentTypeOptions] = "nosniff"
    fields[.referrerPolicy] = "no-referrer"
    return Response(
      status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
  }
}

extension HTTPField.Name {
  static let referrerPolicy = Self("Referrer-Policy")!
}
