/// A look for anchors before a text is parsed: with aliases a few lines of YAML can stand for more values than there is
/// memory, and the composer already walks them to find keys given twice.
enum YAMLAnchors {
  /// Whether `&name` stands where a value may begin. Inside quotes it counts too: no front matter needs it there.
  static func occur(in yaml: String) -> Bool {
    var before: Unicode.Scalar = "\n"
    var isOpen = false
    for scalar in yaml.unicodeScalars {
      if isOpen {
        isOpen = false
        if scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic
          || scalar.properties.numericType != nil
        {
          return true
        }
      }
      if scalar == "&" { isOpen = [" ", "\t", "\n", "\r", "[", "{", ","].contains(before) }
      before = scalar
    }
    return false
  }
}
