import Domain
import HTTPTypes

/// The routes of this server as OpenAPI 3.1: made of `Endpoint`, its routes and its documents, so that it cannot know
/// other ones.
struct OpenAPIDocument {
  var version: String
  /// Whether reading needs no token here.
  var isReadingOpen: Bool

  var json: JSONValue {
    .object([
      "openapi": "3.1.0", "info": info, "servers": .array([.object(["url": "/"])]),
      "tags": .array(
        EndpointDocument.Subject.allCases.map { .object(["name": .string($0.rawValue)]) }),
      "paths": paths, "components": components,
    ])
  }

  private var info: JSONValue {
    .object([
      "title": "Vigia", "version": .string(version),
      "license": .object([
        "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0",
      ]),
      "description": .string(
        DocumentTexts.all(isReadingOpen: isReadingOpen).joined(separator: "\n\n")),
    ])
  }

  private var paths: JSONValue {
    var order: [String] = []
    var items: [String: [JSONValue.Member]] = [:]
    for endpoint in Endpoint.allCases {
      let route = endpoint.route
      for (index, path) in route.paths.enumerated() {
        let operation = operation(endpoint, route, path, isFirst: index == 0)
        if items[path] == nil { order.append(path) }
        items[path, default: []].append(.init(route.method.rawValue.lowercased(), operation))
      }
    }
    return .object(order.map { .init($0, .object(items[$0] ?? [])) })
  }

  private func operation(
    _ endpoint: Endpoint, _ route: Route, _ path: String, isFirst: Bool
  ) -> JSONValue {
    let document = endpoint.document
    let parameters = pathParameters(endpoint, path) + document.parameters.map(parameter)
    return .object([
      "operationId": .string(endpoint.rawValue + (isFirst ? "" : Self.suffix(of: path))),
      "tags": .array([.string(document.subject.rawValue)]),
      "summary": .string(document.summary),
      "description": document.note.isEmpty ? nil : .string(document.note),
      "security": security(route.access),
      "parameters": parameters.isEmpty ? nil : .array(parameters),
      "requestBody": document.body.map(requestBody),
      "responses": responses(document, route),
    ])
  }

  /// By the last name that the path adds to the endpoint's first one.
  private static func suffix(of path: String) -> String {
    if path.contains("{version}") { return "OfVersion" }
    return path.contains("{id}") ? "InRepository" : "OfModel"
  }

  /// Empty: nobody needs anything. An empty requirement beside another: it may be left out.
  private func security(_ access: Access) -> JSONValue {
    let bearer = JSONValue.object(["token": .array([])])
    switch access {
    case .open: return .array([])
    case .read where isReadingOpen: return .array([])
    case .read, .operate, .admin: return .array([bearer])
    }
  }

  private func pathParameters(_ endpoint: Endpoint, _ path: String) -> [JSONValue] {
    ["model", "version", "id"].filter { path.contains("{\($0)}") }.map { name in
      let (schema, note): (Schema, String) =
        switch (name, endpoint) {
        case ("model", _): (.string(1...Int.max), "Name of a folder of the repository.")
        case ("version", _): (.string(1...Int.max), "As the repository has it.")
        case (_, .commandOutcome): (.named(.commandID), "The command's.")
        case (_, .incident): (NamedSchema.incidentID, "The incident's.")
        case (_, .request), (_, .requestRun):
          (
            .string(pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
            "Vigia-Request-Id of its reply."
          )
        default: (.string(1...Int.max), "Any name: there is one repository.")
        }
      return .object([
        "name": .string(name), "in": "path", "required": .bool(true),
        "description": .string(note), "schema": schema.json,
      ])
    }
  }

  private func parameter(_ parameter: EndpointDocument.Parameter) -> JSONValue {
    .object([
      "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
      "required": .bool(parameter.isRequired),
      "description": .string(parameter.note), "schema": parameter.schema.json,
    ])
  }

  private func requestBody(_ body: EndpointDocument.Body) -> JSONValue {
    .object(["required": .bool(body.isRequired), "content": content(body.contents)])
  }

  private func content(_ contents: [EndpointDocument.Content]) -> JSONValue {
    .object(
      contents.map { content in
        .init(content.type, .object(["schema": content.schema?.json ?? .object([])]))
      })
  }

  private func responses(_ document: EndpointDocument, _ route: Route) -> JSONValue {
    var responses = [JSONValue.Member("200", response(document.answer))]
    for failure in document.failures(of: route, isReadingOpen: isReadingOpen) {
      let answer =
        failure.isPage
        ? EndpointDocument.Answer(note: failure.note, contents: [.init(type: "text/html")])
        : .json(failure.schema, failure.note)
      responses.append(.init("\(failure.status)", response(answer)))
    }
    return .object(responses)
  }

  private func response(_ answer: EndpointDocument.Answer) -> JSONValue {
    let id = JSONValue.Member(
      HTTPField.Name.vigiaRequestID.rawName,
      .object(["$ref": .string("#/components/headers/\(Self.id.name.rawName)")]))
    return .object([
      "description": .string(answer.note),
      "headers": .object([id] + answer.fields.map { .init($0.name.rawName, Self.header($0)) }),
      "content": answer.contents.isEmpty ? nil : content(answer.contents),
    ])
  }

  private static func header(_ field: EndpointDocument.Answer.Field) -> JSONValue {
    .object([
      "description": .string(field.note), "required": .bool(field.isRequired),
      "schema": field.schema.json,
    ])
  }

  /// Of each answer.
  private static let id = EndpointDocument.Answer.Field(
    name: .vigiaRequestID, schema: .string(format: "uuid"),
    note: "Stands in the log line, too; of a prediction it is what a label names.")

  private var components: JSONValue {
    .object([
      "schemas": .object(NamedSchema.allCases.map { .init($0.rawValue, $0.schema.json) }),
      "headers": .object([.init(Self.id.name.rawName, Self.header(Self.id))]),
      "securitySchemes": .object([
        "token": .object([
          "type": "http", "scheme": "bearer",
          "description": .string(DocumentTexts.access(isReadingOpen: isReadingOpen)),
        ])
      ]),
    ])
  }
}

extension JSONValue: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self = .string(value) }
}
