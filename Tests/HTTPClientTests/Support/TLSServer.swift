import Glibc

/// `openssl s_server` on a free port, with a self-signed certificate for 127.0.0.1 alone that it makes itself.
struct TLSServer: Sendable {
    let certificate: String
    let key: String
    let port: UInt16
    private let stopProgram: @Sendable () -> Void

    var url: String { "https://127.0.0.1:\(port)/" }

    /// - Parameter asksForCertificate: The server then talks only to those who show its own certificate.
    static func start(asksForCertificate: Bool = false) async -> TLSServer {
        await OwnThread.run { TLSServer(asksForCertificate: asksForCertificate) }
    }

    func stop() async { await OwnThread.run { stopProgram() } }

    private init(asksForCertificate: Bool) {
        var template = Array("/tmp/riposte-tls-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no directory for the test's certificate")
        let folder = template.withUnsafeBufferPointer { String(decoding: $0.dropLast().map(UInt8.init), as: UTF8.self) }
        (certificate, key) = ("\(folder)/certificate.pem", "\(folder)/key.pem")
        _ = Program.output(of: [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/CN=riposte-test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
            "-out", certificate,
        ])
        var arguments = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"]
        if asksForCertificate { arguments += ["-Verify", "1", "-verify_return_error", "-CAfile", certificate] }
        let program = Program(arguments)
        port = Self.port(of: program)
        program.drain()
        let files = [certificate, key]
        stopProgram = {
            program.end()
            for file in files { unlink(file) }
            rmdir(folder)
        }
    }

    /// The server says `ACCEPT 127.0.0.1:12345` when it listens.
    private static func port(of program: Program) -> UInt16 {
        var text = ""
        while let more = program.read() {
            text += String(decoding: more, as: UTF8.self)
            for line in text.split(separator: "\n").dropLast(text.hasSuffix("\n") ? 0 : 1)
            where line.hasPrefix("ACCEPT ") {
                return line.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
            }
        }
        preconditionFailure("openssl s_server does not start: \(text)")
    }
}
