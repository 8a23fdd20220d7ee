import CCurl

/// Sets options of one easy handle and keeps the first refusal.
@safe struct EasyOptions {
    let easy: UnsafeMutableRawPointer
    var result = CURLE_OK

    init(easy: UnsafeMutableRawPointer) { unsafe self.easy = unsafe easy }

    mutating func set(_ option: CURLoption, _ value: Int) { note(unsafe ccurl_set_long(easy, option, value)) }

    mutating func set(_ option: CURLoption, offset: Int) { note(unsafe ccurl_set_offset(easy, option, offset)) }

    mutating func set(_ option: CURLoption, _ value: String) { note(unsafe ccurl_set_string(easy, option, value)) }

    mutating func set(_ option: CURLoption, pointer: UnsafeRawPointer?) {
        note(unsafe ccurl_set_pointer(easy, option, pointer))
    }

    mutating func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
        note(unsafe ccurl_set_list(easy, option, list))
    }

    mutating func set(_ option: CURLoption, _ function: @escaping ccurl_data_function) {
        note(unsafe ccurl_set_data_function(easy, option, function))
    }

    mutating func setGate(_ function: @escaping ccurl_prerequest_function) {
        note(unsafe ccurl_set_prerequest_function(easy, function))
    }

    private mutating func note(_ code: CURLcode) {
        if result == CURLE_OK { result = code }
    }
}
