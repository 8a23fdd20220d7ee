internal import CMicrohttpd

extension ConnectionHandle {
    /// The id that the supervisor gave the connection when it was opened.
    var id: UInt64 {
        unsafe UInt64(UInt(bitPattern: cmhd_socket_context(pointer)))
    }

    /// Request line and headers as libmicrohttpd has parsed them.
    func head(method: String, target: String, version: String) -> RequestHead {
        let headers = values(.HEADER_KIND)
        let query = values(.GET_ARGUMENT_KIND)
        var head = RequestHead(method: method, target: target, version: version, headers: [:], rawQuery: query.items)
        for item in headers.items { head.headers.add(item.name, item.value) }
        head.hasForeignBytes = headers.hasForeignBytes || query.hasForeignBytes || target.contains("\u{FFFD}")
        return head
    }

    private struct Values {
        var items: [(name: String, value: String)] = []
        var hasForeignBytes = false
    }

    /// With their lengths, so that a NUL cannot hide the rest of a value.
    private func values(_ kind: MHD_ValueKind) -> Values {
        var values = Values()
        _ = unsafe withUnsafeMutablePointer(to: &values) { pointer in
            unsafe MHD_get_connection_values_n(
                self.pointer, kind,
                { context, _, name, nameLength, value, valueLength in
                    guard let values = unsafe context?.assumingMemoryBound(to: Values.self) else { return .NO }
                    let name = unsafe text(name, nameLength)
                    let value = unsafe text(value, valueLength)
                    if name == nil || value == nil { unsafe values.pointee.hasForeignBytes = true }
                    unsafe values.pointee.items.append((name ?? "", value ?? ""))
                    return .YES
                }, pointer)
        }
        return values
    }
}

private func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String? {
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: unsafe start == nil ? 0 : length)
    return unsafe String(validating: bytes, as: UTF8.self)
}
