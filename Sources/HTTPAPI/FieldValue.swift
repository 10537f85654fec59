import Domain

/// What a field of a reply says, before it is text: a reply that is printed byte by byte needs no string of it.
enum FieldValue {
  case text(String)
  case number(Int)
  case id(RequestID)

  var text: String {
    switch self {
    case .text(let text): text
    case .number(let number): String(number)
    case .id(let id): id.description
    }
  }
}
