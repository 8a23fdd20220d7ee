/// The console's HTML pages, of which clients know the titles and tags.
enum Pages {
    static let login = """
        <!doctype html>
        <html lang="en">
        <head>
            <meta charset="utf-8">
            <title>Cybereason | Login</title>
            <base href="/">
            <link href="public/login_simulated.css" rel="stylesheet"></head>
        <body class="cbr-theme-dark">
            <app-login></app-login>
        </body>
        </html>
        """

    static let application = """
        <!doctype html>
        <html lang="en">
        <head>
            <meta charset="utf-8">
            <title>Cybereason</title>
            <base href="/">
        </head>
        <body>
            <app></app>
        </body>
        </html>
        """

    static let secondFactor = """
        <!doctype html>
        <html lang="en">
        <head>
            <meta charset="utf-8">
            <title>Cybereason | Login</title>
            <base href="/">
        </head>
        <body class="cbr-theme-dark">
            <h1>Two factor authentication</h1>
            <form method="post" action="/"><input name="totpCode"><input type="submit" name="submit" value="Login"></form>
        </body>
        </html>
        """

    static let passwordReset = """
        <!doctype html>
        <html lang="en">
        <head>
            <meta charset="utf-8">
            <title>Cybereason | Reset password</title>
            <base href="/">
        </head>
        <body class="cbr-theme-dark">
            <app-reset-password></app-reset-password>
        </body>
        </html>
        """
}
