/// Login, logout and the pages around them.
extension World {
    mutating func answerPage(_ request: Request) -> Answer {
        switch (request.method, request.path) {
        case ("GET", "/login.html"): return withSession(.anonymous, .html(Pages.login), unlessKnown: request)
        case ("POST", "/login.html"): return logIn(request)
        case ("GET", "/logout"): return logOut(request)
        case ("GET", "/"): return frontPage(request)
        case ("POST", "/"): return continueLogin(request)
        case ("GET", "/reset.html"): return .html(Pages.passwordReset)
        default: return notFound
        }
    }

    private mutating func logIn(_ request: Request) -> Answer {
        let form = request.form
        if form["totpCode"] != nil { return continueLogin(request) }
        let known = users.first { $0.name == form["username"] && $0.password == form["password"] }
        guard let user = known else { return loginFailed() }
        if user.passwordExpired {
            return withSession(.awaitingPassword(user: user.name), .redirect(to: "/reset.html?originalurl=/current?"))
        }
        if user.secondFactor != nil {
            let answer: Answer =
                console.secondFactorAnswer == .page ? .html(Pages.secondFactor) : .redirect(to: "/")
            return withSession(.awaitingCode(user: user.name), answer)
        }
        return loggedIn(user.name)
    }

    private mutating func loggedIn(_ user: String) -> Answer {
        var answer = Answer.redirect(to: "/#/current?")
        let yesterday = HTTPDate.string(milliseconds: now - 86_400_000)
        answer.headers += [
            ("Set-Cookie", "rememberMe=deleteMe; Path=/; Max-Age=0; Expires=\(yesterday)"),
            ("strict-transport-security", "max-age=0"), ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"), ("x-xss-protection", "1; mode=block"),
        ]
        return withSession(.authenticated(user: user), answer)
    }

    /// A failed login never is an error status, and it hands out a session's cookie all the same.
    private mutating func loginFailed() -> Answer {
        let answer: Answer =
            console.loginFailure == .redirect ? .redirect(to: console.loginErrorLocation) : .html(Pages.login)
        return withSession(.anonymous, answer)
    }

    private mutating func logOut(_ request: Request) -> Answer {
        if let id = request.cookie("JSESSIONID") { sessions.end(id) }
        return withSession(.anonymous, .redirect(to: "/login.html"))
    }

    private mutating func frontPage(_ request: Request) -> Answer {
        switch sessions.standing(request.cookie("JSESSIONID"), now: now) {
        case .authenticated: .html(Pages.application)
        case .awaitingCode: .html(Pages.secondFactor)
        case .awaitingPassword: .redirect(to: "/reset.html?originalurl=/current?")
        case .anonymous: withSession(.anonymous, .redirect(to: "/login.html"))
        }
    }

    /// The second half of a login: the code of the second factor, or a new password for an expired one.
    private mutating func continueLogin(_ request: Request) -> Answer {
        let form = request.form
        switch sessions.standing(request.cookie("JSESSIONID"), now: now) {
        case .awaitingCode(let name):
            let user = users.first { $0.name == name }
            return user?.secondFactor == form["totpCode"] ? loggedIn(name) : loginFailed()
        case .awaitingPassword(let name):
            return changePassword(of: name, form)
        case .anonymous, .authenticated:
            return loginFailed()
        }
    }

    private mutating func changePassword(of name: String, _ form: [String: String]) -> Answer {
        guard let index = users.firstIndex(where: { $0.name == name && $0.password == form["oldPassword"] }),
            let password = form["newPassword"], !password.isEmpty, password == form["confirmNewPassword"]
        else {
            return loginFailed()
        }
        users[index].password = password
        users[index].passwordExpired = false
        return loggedIn(name)
    }

    /// Opens a session and sets its cookie.
    ///
    /// - Parameter request: if given, nothing is set when it already comes with a session that is good.
    mutating func withSession(_ standing: Standing, _ answer: Answer, unlessKnown request: Request? = nil) -> Answer {
        if let request, sessions.standing(request.cookie("JSESSIONID"), now: now) != .anonymous { return answer }
        let id = newSessionID()
        sessions.open(standing, id: id, now: now)
        let lifetime = console.sessionLifetimeMs
        let expires = HTTPDate.string(milliseconds: now + lifetime)
        let secure = console.secureCookie ? "; Secure" : ""
        var answer = answer
        answer.headers.append(
            (
                "Set-Cookie",
                "JSESSIONID=\(id); Path=/; Max-Age=\(lifetime / 1000); Expires=\(expires); HttpOnly\(secure)"
            ))
        return answer
    }
}
