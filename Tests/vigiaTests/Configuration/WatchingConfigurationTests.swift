import Storage
import Testing
import vigia

/// What of requests is watched and kept, as the configuration says it.
@Suite struct WatchingConfigurationTests {
  private func load(_ text: String) -> ConfigurationLoader.Result {
    ConfigurationLoader(environment: [:], workingDirectory: "/srv").load(text: text)
  }

  @Test func `features, capture, redact, retention and price are read`() throws {
    let result = load(
      """
      machine_price: 0.40 EUR
      models:
        shop:
          champion: "1"
          features: [age, income, region]
          redact: [income, region]
          retention_hours: 0.5
        clinic: { champion: "1", capture: off, redact: name }
        plain: { champion: "1" }
      """)
    #expect(result.diagnostics.isEmpty)
    let configuration = try #require(result.configuration)
    var shop = CapturePolicy()
    shop.featureNames = ["age", "income", "region"]
    shop.redacted = ["income", "region"]
    shop.retention = 1_800
    #expect(configuration.model("shop")?.capture == shop)
    var clinic = CapturePolicy()
    clinic.keepsRequests = false
    clinic.redacted = ["name"]
    #expect(configuration.model("clinic")?.capture == clinic)
    let plain = try #require(configuration.model("plain")?.capture)
    #expect(plain == CapturePolicy())
    #expect(plain.keepsRequests && plain.redacted.isEmpty && plain.retention == 86_400)
    let price = try #require(configuration.machinePrice)
    #expect("\(price)" == "0.4 EUR an hour")
  }

  @Test(
    arguments: [
      ("features: 7", #"15: models.e.features: expected a feature's name, found number 7"#),
      (
        "features: [a, b, a]", #"22: models.e.features: expected each name once, found "a""#
      ),
      ("capture: maybe", #"14: models.e.capture: expected true or false, found text "maybe""#),
      ("capture: 0", "14: models.e.capture: expected true or false, found number 0"),
      (
        "redact: { a: b }",
        "13: models.e.redact: expected a feature's name, found a block of keys"
      ),
      (
        "retention_hours: 0",
        "22: models.e.retention_hours: expected a number from 0.01 to 8760, found 0"
      ),
      (
        "retention_hours: 2d",
        #"22: models.e.retention_hours: expected a number from 0.01 to 8760, found text "2d""#
      ),
      ("redacted: [a]", #"5: unknown key "redacted"; did you mean "redact"?"#),
      ("retention_hour: 3", #"5: unknown key "retention_hour"; did you mean "retention_hours"?"#),
    ])
  func `a misspelt or wrong privacy setting stops the start, with its place`(
    line: String, message: String
  ) {
    let result = load("models:\n  e:\n    champion: \"1\"\n    \(line)")
    #expect(result.diagnostics.map(\.description) == ["vigia.yaml:4:\(message)"])
    #expect(result.configuration == nil)
  }

  @Test func `what is to be redacted and is nearly a feature's name stops the start`() {
    let text = """
      models:
        e:
          champion: "1"
          features: [nsw_price, vic_price]
          redact: [transfer, vicprice]
      """
    let result = load(text)
    #expect(
      result.diagnostics.map(\.description) == [
        "vigia.yaml:5:24: models.e.redact: expected one of the model's features, such as "
          + "vic_price, found \"vicprice\""
      ])
    // An input has a name, too, which only a request tells.
    #expect(load(text.replacing("vicprice", with: "X")).diagnostics.isEmpty)
  }

  @Test(arguments: ["0.40", "EUR 0.40", "-1 EUR", "0 EUR", "nan EUR", "0.4 EUR/h", "1 2 EUR"])
  func `a price is an amount and a currency`(text: String) {
    let result = load("machine_price: \"\(text)\"")
    #expect(
      result.diagnostics.map(\.description) == [
        "vigia.yaml:1:16: machine_price: expected an hour's price with its currency, such as "
          + "0.40 EUR, found text \"\(text)\""
      ])
  }
}
