import JSON

/// Who sends which request where.
extension World {
    /// Carries a request out. Faults are not applied here.
    mutating func answer(_ request: Request) -> Answer {
        switch request.server {
        case .threatIntelligence: classify(request)
        case .console: request.segments.first == "rest" ? answerRest(request) : answerPage(request)
        }
    }

    /// Everything under `/rest` needs a session; without one there is no 401 but a redirect to the login page.
    private mutating func answerRest(_ request: Request) -> Answer {
        guard let user = user(of: request) else {
            return withSession(.anonymous, .redirect(to: "/login.html"))
        }
        if let wait = consoleQuota.take(limit: console.requestsPerMinute, now: now) {
            return tooMany(wait)
        }
        return dispatch(request, user: user)
    }

    private func user(of request: Request) -> ConsoleUser? {
        if case .authenticated(let name) = sessions.standing(request.cookie("JSESSIONID"), now: now) {
            return users.first { $0.name == name }
        }
        guard let header = request.header("authorization"), header.hasPrefix("Bearer ") else { return nil }
        return users.first { $0.token == String(header.dropFirst(7)) }
    }

    func tooMany(_ wait: Int64) -> Answer {
        var answer = Answer.text("Too many requests", status: 429)
        answer.headers.append(("Retry-After", String(wait)))
        return answer
    }

    private mutating func dispatch(_ request: Request, user: ConsoleUser) -> Answer {
        let parts = Array(request.segments.dropFirst())
        switch (request.method, parts.first) {
        case ("GET", "ping"): return .text("application.version=\(console.version)\nuptime=\(now)\n")
        case (_, "remediate"): return remediationAnswer(request, Array(parts.dropFirst()), user)
        case ("GET", "monitor"), ("GET", "users"): return serverState(parts, user)
        case ("POST", _): return dispatchPost(request, parts, user)
        default: return notFound
        }
    }

    private mutating func dispatchPost(_ request: Request, _ parts: [String], _ user: ConsoleUser) -> Answer {
        guard user.maySearch else { return forbidden }
        guard let body = try? Document(json: request.body) else {
            return .text("Bad Request: the body is not JSON", status: 400)
        }
        switch parts {
        case ["visualsearch", "query", "simple"], ["crimes", "unified"]: return search(body, request)
        case ["detection", "details"]: return malopDetails(body)
        case ["detection", "inbox"]: return malopInbox(body)
        case ["detection", "custom-remediation"]: return customRemediation(body)
        case ["detection", "remediate-custom-actions"]: return remediateCustom(body, user)
        case ["sensors", "query"]: return sensors(body)
        case ["monitor", "global", "commands", "isolate"]: return isolation(body, true, user)
        case ["monitor", "global", "commands", "un-isolate"]: return isolation(body, false, user)
        default: return notFound
        }
    }

    var notFound: Answer { .text("Not Found", status: 404) }
    var forbidden: Answer { .text("Forbidden", status: 403) }
}
