import NIOSSL

/// A certificate of nobody, for localhost and 127.0.0.1, and its key, which is no secret: they prove who is there to
/// tests alone. Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 36500`.
enum TestCertificate {
  static func server() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
  }

  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBmjCCAUGgAwIBAgIUeQ4VIHcqO3NS83RAaM+APjdzj+MwCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjE4MDMzNFoYDzIxMjYxMTAy
    MTgwMzM0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAASE3CL6cTX8u30rg06OONXNYRE3eHfQeobEAQZt6RJgRCoXOHI5VUXA
    x9ljpnNrslakB45G5KmtOnPIVxQVfTEYo28wbTAdBgNVHQ4EFgQUPo6b+p0eZnhD
    Ah0nL8oQRplMo1swHwYDVR0jBBgwFoAUPo6b+p0eZnhDAh0nL8oQRplMo1swDwYD
    VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
    zj0EAwIDRwAwRAIgPTbThKDOH+qPVJ5QW5P8oSTw71clDsbihn+lSY+dUPcCICX7
    wP2ULhW8VMiMP228kJNZ5M5XGkNWCRTBKTjMPF51
    -----END CERTIFICATE-----
    """

  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3nsSRjJbEajXgZQp
    EVyMbtpvOiPsZlCBXZHKi87nYoShRANCAASE3CL6cTX8u30rg06OONXNYRE3eHfQ
    eobEAQZt6RJgRCoXOHI5VUXAx9ljpnNrslakB45G5KmtOnPIVxQVfTEY
    -----END PRIVATE KEY-----
    """
}
