public import HTTPClient
public import Runtime

/// How a server's certificate is checked, and which one is shown to it.
public struct ServerTrust: Sendable {
    /// PEM file of the only authorities to trust; the system's when absent.
    public var caFile: String?
    /// PEM file of the certificate to show to a server that asks for one.
    public var clientCertificateFile: String?
    /// PEM file of that certificate's private key.
    public var clientKeyFile: String?

    /// The system's authorities, and no certificate of our own.
    public init() {}

    /// Reads the keys `<prefix>CA_FILE`, `<prefix>CLIENT_CERTIFICATE_FILE` and `<prefix>CLIENT_KEY_FILE`.
    public init(reading reader: inout ConfigurationReader, prefix: String) {
        caFile = reader.optional(
            "\(prefix)CA_FILE", "PEM file of the only authorities that the server's certificate may come from", .path)
        clientCertificateFile = reader.optional(
            "\(prefix)CLIENT_CERTIFICATE_FILE", "PEM file of the certificate to show to the server", .path)
        clientKeyFile = reader.optional(
            "\(prefix)CLIENT_KEY_FILE", "PEM file of that certificate's private key, without a passphrase", .path)
        if (clientCertificateFile == nil) != (clientKeyFile == nil) {
            reader.problem("\(prefix)CLIENT_CERTIFICATE_FILE", "goes together with \(prefix)CLIENT_KEY_FILE. Set both")
        }
    }

    /// The HTTP client's settings.
    public func httpConfiguration(userAgent: String) -> HTTPClientConfiguration {
        HTTPClientConfiguration(
            caFile: caFile, clientCertificateFile: clientCertificateFile, clientKeyFile: clientKeyFile,
            userAgent: userAgent)
    }
}
