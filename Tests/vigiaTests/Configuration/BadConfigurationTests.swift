import Testing
import vigia

/// A faulty file, and the lines that it must give.
struct BadConfiguration: Sendable, CustomTestStringConvertible {
  var yaml: String
  var lines: [String]

  init(_ yaml: String, _ lines: String...) {
    self.yaml = yaml
    self.lines = lines
  }

  var testDescription: String { yaml }
}

private let model = "models:\n  e:\n    champion: \"1\"\n"

@Suite struct BadConfigurationTests {
  @Test(arguments: keys + types + values + models + blocks + texts)
  func `each fault is one line with its place, what was expected and what was found`(
    _ bad: BadConfiguration
  ) {
    let loader = ConfigurationLoader(environment: [:], workingDirectory: "/srv")
    let result = loader.load(text: bad.yaml)
    #expect(result.diagnostics.map(\.description) == bad.lines)
    #expect(result.configuration == nil)
    #expect(result.diagnostics.allSatisfy { !$0.description.contains("\n") })
  }
}

private let keys = [
  BadConfiguration(
    "listn: 127.0.0.1:80", #"vigia.yaml:1:1: unknown key "listn"; did you mean "listen"?"#),
  BadConfiguration("# note\n\nfrobnicate: 1", #"vigia.yaml:3:1: unknown key "frobnicate""#),
  BadConfiguration(
    model + "    chalenger: { version: 2, weight: 0.1 }",
    #"vigia.yaml:4:5: unknown key "chalenger"; did you mean "challenger"?"#),
  BadConfiguration(
    model + "    challenger: { version: 2, wieght: 0.1 }",
    #"vigia.yaml:4:5: models.e.challenger needs "weight", which is missing"#,
    #"vigia.yaml:4:31: unknown key "wieght"; did you mean "weight"?"#),
  BadConfiguration(
    "tls: { cert: a.pem, key: b.pem, ca: c.pem }", #"vigia.yaml:1:33: unknown key "ca""#),
  BadConfiguration(
    "theme: a\nlisten: 127.0.0.1:1\ntheme: b",
    #"vigia.yaml:3:1: key "theme" is given twice; the first is in line 1"#),
  BadConfiguration(
    "theme: a\ntheme: b\n\"theme\": c\nrunbook: x",
    #"vigia.yaml:2:1: key "theme" is given twice; the first is in line 1"#,
    #"vigia.yaml:3:1: key "theme" is given twice; the first is in line 1"#,
    #"vigia.yaml:4:1: unknown key "runbook"; did you mean "runbooks"?"#),
  BadConfiguration(
    model + "  \"e\":\n    champion: \"2\"",
    #"vigia.yaml:4:3: key "e" is given twice; the first is in line 2"#),
  BadConfiguration(
    "theme: a\r\ntheme: b\r\n",
    #"vigia.yaml:2:1: key "theme" is given twice; the first is in line 1"#),
  BadConfiguration(
    "insecure: true",
    "vigia.yaml:1:1: insecure cannot be set in a file; use --insecure or VIGIA_INSECURE=true"),
  BadConfiguration("\"a\\tb\": 1", #"vigia.yaml:1:1: unknown key "a\tb""#),
]

private let types = [
  BadConfiguration("theme: 5", "vigia.yaml:1:8: theme: expected text, found number 5"),
  BadConfiguration("theme:", "vigia.yaml:1:7: theme: expected text, found nothing"),
  BadConfiguration("theme: true", "vigia.yaml:1:8: theme: expected text, found true"),
  BadConfiguration(
    "data_dir: [a, b]", "vigia.yaml:1:11: data_dir: expected a path, found a list of 2"),
  BadConfiguration(
    "rules: { a: 1 }", "vigia.yaml:1:8: rules: expected a list of paths, found a block of keys"),
  BadConfiguration(
    "rules: [a.yaml, 7]", "vigia.yaml:1:17: rules[2]: expected a path, found number 7"),
  BadConfiguration(
    "models: [a]", "vigia.yaml:1:9: models: expected a block of keys, found a list of 1"),
  BadConfiguration(
    "models: { e: \"1\" }",
    #"vigia.yaml:1:14: models.e: expected a block of keys, found text "1""#),
  BadConfiguration(
    model + "    challenger: \"2\"",
    "vigia.yaml:4:17: models.e.challenger: expected { version: ..., weight: ... }, "
      + #"found text "2""#),
  BadConfiguration(
    "read_only: maybe",
    #"vigia.yaml:1:12: read_only: expected true or false, found text "maybe""#),
  BadConfiguration(
    "lanes: two",
    #"vigia.yaml:1:8: lanes: expected a whole number from 1 to 256, found text "two""#),
]

private let values = [
  BadConfiguration(
    "listen: 127.0.0.1:99999",
    #"vigia.yaml:1:9: listen: expected a port from 0 to 65535, found "99999""#),
  BadConfiguration(
    "listen: localhost",
    "vigia.yaml:1:9: listen: expected an address and port such as 127.0.0.1:8080, "
      + #"found text "localhost""#),
  BadConfiguration(
    "listen: 8080",
    "vigia.yaml:1:9: listen: expected an address and port such as 127.0.0.1:8080, "
      + "found number 8080"),
  BadConfiguration(
    "listen: 0.0.0.0:8080",
    "vigia.yaml:1:9: listen: 0.0.0.0:8080 can be reached from other machines; give tls, "
      + "or --insecure to accept that"),
  BadConfiguration(
    "socket: ../other.sock",
    "vigia.yaml:1:9: socket: expected a path inside data_dir or an absolute one, "
      + #"found "../other.sock""#),
  BadConfiguration(
    "data_dir: /\(String(repeating: "d", count: 100))",
    "vigia.yaml:1:11: socket: /\(String(repeating: "d", count: 100))/vigia.sock has 112 bytes, "
      + "and a Unix socket's path at most 107; shorten data_dir or give an absolute socket"),
  BadConfiguration(
    "cors: { origins: [\"*\"] }",
    #"vigia.yaml:1:19: cors.origins[1]: "*" is not taken: "*" would let every page on the web "#
      + "read this server: name each site"),
  BadConfiguration(
    "cors: { origins: [https://a.example, null] }",
    #"vigia.yaml:1:38: cors.origins[2]: "null" is not taken: "null" is sent by files, sandboxes "#
      + "and redirects of anybody, so it names nobody: serve the page from a site"),
  BadConfiguration(
    "cors: { origins: https://a.example/ }",
    #"vigia.yaml:1:18: cors.origins: "https://a.example/" is not taken: an origin is scheme, host "#
      + "and port as the browser has them, such as https://ops.example or http://localhost:3000"),
  BadConfiguration(
    "cors: { origin: https://a.example }",
    #"vigia.yaml:1:1: cors needs "origins", which is missing"#,
    #"vigia.yaml:1:9: unknown key "origin"; did you mean "origins"?"#),
  BadConfiguration(
    "lanes: 0", "vigia.yaml:1:8: lanes: expected a whole number from 1 to 256, found 0"),
  BadConfiguration(
    "environment: \"\"",
    "vigia.yaml:1:14: environment: expected a name of at most 32 characters, such as production, "
      + "found empty text"),
]

private let models = [
  BadConfiguration(
    model + "    challenger: { version: 2, weight: 1.5 }",
    "vigia.yaml:4:39: models.e.challenger.weight: expected a number from 0 to 1, found 1.5"),
  BadConfiguration(
    model + "    challenger: { version: 2, weight: .nan }",
    "vigia.yaml:4:39: models.e.challenger.weight: expected a number from 0 to 1, "
      + "found number .nan"),
  BadConfiguration(
    model + "    challenger: { version: 1, weight: 0.1 }",
    #"vigia.yaml:4:28: models.e.challenger.version: version "1" is the champion already; "#
      + "name another"),
  BadConfiguration(
    model + "    shadow: 1",
    #"vigia.yaml:4:13: models.e.shadow: version "1" is the champion already; name another"#),
  BadConfiguration(
    "models:\n  e:\n    shadow: 2",
    #"vigia.yaml:2:3: models.e needs "champion", which is missing"#),
  BadConfiguration(
    "models:\n  e: { champion: ../1 }",
    #"vigia.yaml:2:18: models.e.champion: expected a version such as "2", found text "../1""#),
  BadConfiguration(
    "models:\n  a/b: { champion: 1 }",
    #"vigia.yaml:2:3: models: expected a model's name of letters, digits, . - and _, found "a/b""#),
  BadConfiguration(
    model + "    slo: { availability: 99.9 }",
    "vigia.yaml:4:26: models.e.slo.availability: expected a share above 0 and below 1, as 0.999, "
      + "found number 99.9"),
  BadConfiguration(
    model + "    slo: { latency_ms: fast }",
    "vigia.yaml:4:24: models.e.slo.latency_ms: expected a number from 0.001 to 3600000, "
      + #"found text "fast""#),
  BadConfiguration(
    model + "    routing_key: cookie:id",
    "vigia.yaml:4:18: models.e.routing_key: expected request_id or header:NAME, "
      + #"found text "cookie:id""#),
]

private let blocks = [
  BadConfiguration(
    "tls: { cert: a.pem }", #"vigia.yaml:1:14: tls needs "key", which is missing"#),
  BadConfiguration("auth: {}", #"vigia.yaml:1:1: auth needs "tokens_file", which is missing"#),
  BadConfiguration(
    "auth: tokens", #"vigia.yaml:1:7: auth: expected a block of keys, found text "tokens""#),
]

private let texts = [
  BadConfiguration(
    "", "vigia.yaml: the file is empty; write at least `model_repository: models`"),
  BadConfiguration(
    "# only a comment\n",
    "vigia.yaml: the file is empty; write at least `model_repository: models`"),
  BadConfiguration(
    "- a\n- b", "vigia.yaml:1:1: expected settings as `key: value`, found a list of 2"),
  BadConfiguration(
    "hello", #"vigia.yaml:1:1: expected settings as `key: value`, found text "hello""#),
  BadConfiguration(
    "theme: [a",
    "vigia.yaml:2:1: not YAML: did not find expected ',' or ']' while parsing a flow sequence"),
  BadConfiguration(
    "theme: a\n\tlisten: b",
    "vigia.yaml:2:1: not YAML: found a tab character that violates indentation while scanning "
      + "a plain scalar"),
  BadConfiguration(
    "theme: *nobody", "vigia.yaml:1:8: not YAML: found undefined alias"),
  BadConfiguration(
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\n"
      + "d: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d]",
    "vigia.yaml:1:8: more than 20000 values, aliases written out"),
]
