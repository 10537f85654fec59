/// What both documents say before the first route.
enum DocumentTexts {
  static func all(isReadingOpen: Bool) -> [String] {
    [
      """
      Vigia serves ONNX models by the Open Inference Protocol V2 with Triton's extensions, measures every prediction, and \
      moves traffic between versions. The routes under /vigia/v1 are its own.
      """,
      access(isReadingOpen: isReadingOpen),
      """
      Every answer has a Vigia-Request-Id, which stands in the server's log line of the request. Errors are \
      {"error": "..."} with what was expected, what was found, and what to do next.
      """,
      """
      HEAD is answered wherever GET is; another verb is 405 with Allow. Bodies may come packed as gzip or deflate \
      (Content-Encoding), and answers of 4 KiB or more go as gzip to whoever takes it (Accept-Encoding). \
      Inference-Header-Content-Length counts unpacked bytes.
      """,
      """
      Any route may answer 408 where its request does not come in time, 413 where its body is larger than is taken, 431 \
      where its head is, and 400 or 501 for what is not HTTP as it is taken here; the connection ends with that answer.
      """,
      """
      Pages of other sites are answered where the configuration lists their origin under cors.origins, with what a \
      caller without a token may do; else they get 403. So do requests under a foreign Host.
      """,
    ]
  }

  static func access(isReadingOpen: Bool) -> String {
    isReadingOpen
      ? """
      No tokens are configured here, so predictions, labels and reading need none (a server that is set up so listens on \
      loopback unless told otherwise). A change needs the token in the data folder as `Authorization: Bearer`, or the \
      control socket, over which the user of the calling process stands for it.
      """
      : """
      Everything but health and these documents needs a token, as `Authorization: Bearer`, or the control socket, over \
      which the user of the calling process stands for it. A token has the role read, operate or admin.
      """
  }
}
