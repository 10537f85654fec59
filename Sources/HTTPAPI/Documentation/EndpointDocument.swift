import HTTPTypes

/// What the documents say of one endpoint, beyond its place in the table of routes.
struct EndpointDocument: Sendable {
  var subject: Subject
  /// A sentence without its full stop.
  var summary: String
  var note = ""
  var parameters: [Parameter] = []
  var body: Body?
  var answer: Answer
  /// Refusals and failures that only some routes have, each with its reason.
  var errors: [Failure] = []

  enum Subject: String, Sendable, CaseIterable {
    case predictions = "Predictions"
    case health = "Health and models"
    case repository = "Model repository"
    case present = "Present and past"
    case changes = "Changes"
    case alerts = "Alerts and queries"
    case documents = "Metrics and documents"
  }

  /// What a request may say beside its path and its body.
  struct Parameter: Sendable {
    var name: String
    var place = Place.header
    var schema: Schema
    var note: String
    var isRequired = false

    enum Place: String, Sendable { case header, query }
  }

  struct Content: Sendable {
    var type: String
    /// Nil for bytes that are not JSON.
    var schema: Schema?
    var example: String?
  }

  struct Body: Sendable {
    var contents: [Content]
    var isRequired = true
  }

  struct Answer: Sendable {
    var note: String
    var contents: [Content]
    var fields: [Field] = []

    struct Field: Sendable {
      var name: HTTPField.Name
      var schema: Schema
      var note: String
      var isRequired = true
    }
  }

  struct Failure: Sendable {
    var status: Int
    var note: String
    var schema = Schema.named(.error)
    /// That is told by a page, not as JSON.
    var isPage = false

    static let noModel = Self(
      status: 404, note: "No model of that name serves, and of none anything is kept.")
  }
}

extension EndpointDocument.Content {
  static func json(_ schema: NamedSchema, example: String? = nil) -> Self {
    json(.named(schema), example: example)
  }

  static func json(_ schema: Schema, example: String? = nil) -> Self {
    Self(type: "application/json", schema: schema, example: example)
  }
}

extension EndpointDocument.Answer {
  static func json(_ schema: Schema, _ note: String) -> Self {
    Self(note: note, contents: [.init(type: "application/json", schema: schema)])
  }
}

extension EndpointDocument {
  /// All that it may answer beside its success: those that every route has, those that its kind of route has, and its
  /// own, in the order of their numbers.
  ///
  /// - Parameter isReadingOpen: without a token, as far as this server goes.
  func failures(of route: Route, isReadingOpen: Bool) -> [Failure] {
    var all = errors
    func add(_ status: Int, _ note: String) {
      if !all.contains(where: { $0.status == status }) {
        all.append(Failure(status: status, note: note))
      }
    }
    add(
      400,
      body == nil ? "The request names no host, or two." : "The body is not what this route takes.")
    if !(isReadingOpen && route.access <= .read), route.access.role != nil {
      add(401, "No valid token.")
    }
    add(403, "A foreign host or page, or a role that does not reach this far.")
    if route.paths.contains(where: { $0.contains("{model}") }) {
      add(404, "No such model, or no such version of it.")
    }
    if body != nil {
      add(413, "The body, or what it unpacks to, is larger than this route takes.")
      add(
        415,
        route.requiresJSONContentType
          ? "Not sent as application/json, or packed in another way than gzip or deflate."
          : "Packed in another way than gzip or deflate.")
      add(503, "Too many bodies are being received or unpacked at once.")
    }
    return all.sorted { $0.status < $1.status }
  }
}
