import Testing

@testable import Simulator

@Suite("platform behaviour 1: sessions")
struct SessionTests {
    @Test("a login redirects to the application, removes rememberMe and sets a session of eight hours")
    func login() async throws {
        try await Bench.run { bench async throws in
            let answer = await bench.form("/login.html", "username=admin%40myserver.com&password=mypassword")
            #expect(answer.status == 302)
            #expect(answer.header("Location") == "/#/current?")
            #expect(answer.body.isEmpty)
            let cookies = answer.all("Set-Cookie")
            #expect(cookies.contains { $0.hasPrefix("rememberMe=") && $0.contains("Max-Age=0") })
            let cookie = try #require(cookies.first { $0.hasPrefix("JSESSIONID=") })
            #expect(cookie.contains("; Path=/; Max-Age=28800; Expires="))
            #expect(cookie.hasSuffix("; HttpOnly; Secure"))
            let id = try #require(answer.sessionID)
            #expect(id.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isLowercase })
            #expect(await bench.get("/rest/ping", id).text.contains("application.version="))
            #expect(await bench.get("/", id).text.contains("<title>Cybereason</title>"))
        }
    }

    @Test("form fields are decoded: plus signs, blanks, ampersands")
    func encoding() async throws {
        try await Bench.run { bench async throws in
            _ = try await bench.login("username=reader%40myserver.com&password=p%2Bw+%26d")
        }
    }

    @Test("a wrong password redirects to an error location, and sets a session all the same")
    func wrongPassword() async throws {
        try await Bench.run { bench async throws in
            let answer = await bench.form("/login.html", "username=admin%40myserver.com&password=wrong")
            #expect(answer.status == 302)
            #expect(answer.header("Location") == "/login.html?error=true")
            let id = try #require(answer.sessionID)
            let page = await bench.get("/login.html?error=true", id)
            #expect(page.status == 200)
            #expect(page.header("Content-Type")?.contains("text/html") == true)
            #expect(page.text.contains("<app-login>") && page.text.contains("<title>Cybereason | Login</title>"))
            #expect(await bench.get("/rest/ping", id).status == 302)
        }
    }

    @Test("how a failed login looks is a switch: the location, or the login page at once")
    func failureSwitches() async throws {
        try await Bench.run(#"{"console": {"loginErrorLocation": "/login.html?error"}}"#) { bench async throws in
            #expect(await bench.form("/login.html", "username=a&password=b").header("Location") == "/login.html?error")
        }
        try await Bench.run(#"{"console": {"loginFailure": "page", "secureCookie": false}}"#) { bench async throws in
            let answer = await bench.form("/login.html", "username=a&password=b")
            #expect(answer.status == 200 && answer.text.contains("<app-login>"))
            #expect(answer.all("Set-Cookie").first?.contains("Secure") == false)
        }
    }

    @Test("without a session everything under /rest redirects to the login page and hands out an anonymous session")
    func anonymous() async throws {
        try await Bench.run { bench async throws in
            for (method, path) in [("GET", "/rest/ping"), ("POST", "/rest/remediate"), ("GET", "/rest/nothing")] {
                let answer = await bench.console.send(method, path, body: method == "POST" ? "{}" : nil)
                #expect(answer.status == 302)
                #expect(answer.header("Location") == "/login.html")
                let id = try #require(answer.sessionID)
                #expect(await bench.get("/rest/ping", id).status == 302, "a cookie proves nothing")
            }
        }
    }

    @Test("a session ends eight hours after the login, by the simulated clock")
    func expiry() async throws {
        try await Bench.run { bench async throws in
            let id = try await bench.login()
            bench.wait(ms: 28_799_000)
            #expect(await bench.get("/rest/ping", id).status == 200)
            bench.wait(ms: 1000)
            #expect(await bench.get("/rest/ping", id).header("Location") == "/login.html")
        }
    }

    @Test("logging out ends the session, and so does the administrator for everyone")
    func logout() async throws {
        try await Bench.run { bench async throws in
            let first = try await bench.login()
            #expect(await bench.get("/logout", first).header("Location") == "/login.html")
            #expect(await bench.get("/rest/ping", first).status == 302)
            let second = try await bench.login()
            #expect(await bench.admin("DELETE", "sessions").status == 200)
            #expect(await bench.get("/rest/ping", second).status == 302)
        }
    }

    @Test("a second factor is asked for on a page; the right code logs in, a wrong one is an error")
    func secondFactor() async throws {
        try await Bench.run { bench async throws in
            let answer = await bench.form("/login.html", "username=careful%40myserver.com&password=x")
            #expect(answer.status == 200 && answer.text.contains("Two factor authentication"))
            let id = try #require(answer.sessionID)
            #expect(await bench.get("/rest/ping", id).status == 302)
            let wrong = await bench.form("/", "totpCode=000000&submit=Login", cookie: id)
            #expect(wrong.header("Location")?.contains("error") == true)
            let right = await bench.form("/", "totpCode=123456&submit=Login", cookie: id)
            #expect(right.header("Location") == "/#/current?")
            #expect(await bench.get("/rest/ping", try #require(right.sessionID)).status == 200)
        }
    }

    @Test("an expired password redirects to a reset location, where a new one can be set")
    func passwordReset() async throws {
        try await Bench.run { bench async throws in
            let answer = await bench.form("/login.html", "username=late%40myserver.com&password=old")
            #expect(answer.header("Location")?.contains("reset") == true)
            let id = try #require(answer.sessionID)
            let fields = "oldPassword=old&newPassword=new&confirmNewPassword=new&submit=Login"
            let changed = await bench.form("/?originalurl=/current?", fields, cookie: id)
            #expect(changed.header("Location") == "/#/current?")
            _ = try await bench.login("username=late%40myserver.com&password=new")
        }
    }

    @Test("a missing role is 403, in spite of a valid session")
    func roles() async throws {
        try await Bench.run { bench async throws in
            let reader = try await bench.login("username=reader%40myserver.com&password=p%2Bw+%26d")
            #expect(await bench.post("/rest/visualsearch/query/simple", query("File"), reader).status == 200)
            #expect(await bench.post("/rest/remediate", "{}", reader).status == 403)
            #expect(await bench.get("/rest/remediate/status/x", reader).status == 403)
            let isolate = "/rest/monitor/global/commands/isolate"
            #expect(await bench.post(isolate, #"{"pylumIds": ["x"]}"#, reader).status == 403)
            let manager = try await bench.login("username=manager%40myserver.com&password=x")
            #expect(await bench.post("/rest/visualsearch/query/simple", query("File"), manager).status == 403)
        }
    }

    @Test("a token stands for a session only where a scenario gives its users one")
    func bearerToken() async throws {
        let scenario = #"{"users": [{"name": "api", "password": "x", "token": "abc"}, {"name": "b", "password": "x"}]}"#
        try await Bench.run(scenario) { bench async throws in
            for (value, status) in [("Bearer abc", 200), ("Bearer abd", 302), ("Bearer ", 302), ("abc", 302)] {
                let answer = await bench.console.send("GET", "/rest/ping", headers: ["Authorization": value])
                #expect(answer.status == status, "\(value)")
            }
        }
    }
}
