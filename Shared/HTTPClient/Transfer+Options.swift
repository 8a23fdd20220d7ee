import CCurl

extension Transfer {
    /// Tells libcurl everything about the request. The first refusal ends it: an option silently missing could cost a
    /// guarantee.
    func applyOptions(_ configuration: HTTPClientConfiguration) -> CURLcode {
        var options = unsafe EasyOptions(easy: easy)
        applyConduct(&options)
        applyTrust(configuration, &options)
        applyRequest(configuration, &options)
        applyCallbacks(&options)
        if job.request.repeatability == .once {
            // An idle connection that died is where libcurl sends a request twice.
            options.set(CURLOPT_FRESH_CONNECT, 1)
            options.set(CURLOPT_FORBID_REUSE, 1)
        }
        return options.result
    }

    private func applyConduct(_ options: inout EasyOptions) {
        options.set(CURLOPT_NOSIGNAL, 1)
        // Without it one slow name look-up holds up every transfer while its thread is joined.
        options.set(CURLOPT_QUICK_EXIT, 1)
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_ACCEPT_ENCODING, "gzip")
        options.set(CURLOPT_TCP_NODELAY, 1)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, job.request.limits.connect.clampedToLimit.wholeMilliseconds)
    }

    private func applyTrust(_ configuration: HTTPClientConfiguration, _ options: inout EasyOptions) {
        // An empty proxy also keeps libcurl from reading `http_proxy` and its kin, an empty list of
        // exceptions from reading `no_proxy`.
        options.set(CURLOPT_PROXY, configuration.proxy ?? "")
        options.set(CURLOPT_NOPROXY, "")
        options.set(CURLOPT_HTTPPROXYTUNNEL, configuration.proxy == nil ? 0 : 1)
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        options.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = configuration.caFile {
            options.set(CURLOPT_CAINFO, file)
            unsafe options.set(CURLOPT_CAPATH, pointer: nil)
        }
        if let certificate = configuration.clientCertificateFile, let key = configuration.clientKeyFile {
            options.set(CURLOPT_SSLCERT, certificate)
            options.set(CURLOPT_SSLKEY, key)
        }
    }

    private func applyRequest(_ configuration: HTTPClientConfiguration, _ options: inout EasyOptions) {
        let request = job.request
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_USERAGENT, configuration.userAgent)
        if request.method == .post || request.method == .put || request.body != nil {
            applyBody(request.body ?? [], &options)
        }
        if request.method != .get, request.method != .post {
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        // libcurl adds these two by itself: a name without a value takes them away.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { HTTPHeaders.equal($0.name, "content-type") }) {
            lines.append("Content-Type:")
        }
        // And a name with a semicolon is libcurl's spelling of a field whose value is empty.
        lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for line in lines {
            guard let longer = unsafe curl_slist_append(headerLines, line) else {
                options.result = CURLE_OUT_OF_MEMORY
                return
            }
            unsafe headerLines = unsafe longer
        }
        unsafe options.set(CURLOPT_HTTPHEADER, list: headerLines)
    }

    private func applyBody(_ body: [UInt8], _ options: inout EasyOptions) {
        options.set(CURLOPT_POST, 1)
        options.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
        // An empty array has no address, and without one libcurl would read the body from standard input.
        guard !body.isEmpty else { return options.set(CURLOPT_COPYPOSTFIELDS, "") }
        unsafe body.withUnsafeBytes { unsafe options.set(CURLOPT_COPYPOSTFIELDS, pointer: $0.baseAddress) }
    }

    private func applyCallbacks(_ options: inout EasyOptions) {
        let context = unsafe UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        for option in [CURLOPT_PRIVATE, CURLOPT_PREREQDATA, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA] {
            unsafe options.set(option, pointer: context)
        }
        unsafe options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        unsafe options.setGate { context, _, _, _, _ in
            unsafe Transfer.from(context)?.openGate() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        unsafe options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe Transfer.from(context)?.receive(headerLine: line) == true ? line.count : 0
        }
        unsafe options.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe Transfer.from(context)?.receive(bodyBytes: part) == true ? part.count : 0
        }
    }
}
