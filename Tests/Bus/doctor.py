"""What `riposte doctor` says of each way in which a new deployment can fail to reach Kafka, or be refused there."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import bus


def doctor(options, settings):
    return subprocess.run(
        [f"{options.executables}/riposte", "doctor"], env=bus.environment(settings), capture_output=True, text=True,
        timeout=150)


def cases(options):
    """By name: the settings, the exit code, and what must be said."""
    good = bus.certificate(options, "operator")
    foreign = f"{options.work}/foreign"
    subprocess.run(["deploy/make-certificates", "--out", foreign], check=True, capture_output=True)
    without = {key: value for key, value in good.items() if "certificate" not in key and "key" not in key}
    login = without | {
        "bootstrap.servers": options.passwords, "security.protocol": "sasl_ssl", "sasl.mechanism": "PLAIN",
        "sasl.username": "operator", "sasl.password.file": f"{options.work}/wrong",
    }
    with open(f"{options.work}/wrong", "w") as file:
        file.write("not-the-password\n")
    stranger = f"{foreign}/operator.pem"
    locked = f"{options.work}/locked.pem"
    subprocess.run(
        ["openssl", "pkey", "-in", good["ssl.key.location"], "-aes256", "-passout", f"file:{options.work}/password",
         "-out", locked], check=True)
    return {
        "all is well": (good, 0, "answers by ssl"),
        "a key with a passphrase": (
            good | {"ssl.key.location": locked, "ssl.key.password.file": f"{options.work}/password"}, 0,
            "answers by ssl"),
        "no TLS to a listener with it": ({"bootstrap.servers": options.broker}, 75, "KAFKA_SECURITY_PROTOCOL"),
        "TLS to a listener without it": (good | {"bootstrap.servers": options.plain}, 75, "does not speak TLS"),
        "no certificate": (without, 75, "KAFKA_SSL_CERTIFICATE_LOCATION"),
        "a certificate of another authority": (
            good | {"ssl.certificate.location": stranger, "ssl.key.location": stranger}, 75,
            "KAFKA_SSL_CERTIFICATE_LOCATION"),
        "a broker of another authority": (good | {"ssl.ca.location": f"{foreign}/ca.pem"}, 75, "KAFKA_SSL_CA_LOCATION"),
        "a wrong password": (login, 75, "KAFKA_SASL_PASSWORD_FILE"),
        "a name that nobody knows": (good | {"bootstrap.servers": "kafka.invalid:9093"}, 75, "The name is not known"),
        "nobody there": (good | {"bootstrap.servers": "127.0.0.1:1"}, 75, "Nothing listens there"),
        "a principal that may not see the topics' settings": (bus.certificate(options, "dashboard"), 1, "riposte topics acls"),
        "a principal that may not read the switch": (bus.certificate(options, "tracker"), 1, "While it cannot be read"),
        "an administrator, all is allowed": (bus.certificate(options, "admin"), 0, "nothing else"),
    }


def main():
    options = bus.options()
    bus.prepare(options)
    with open(f"{options.work}/password") as file:
        secrets = [file.read().strip(), "not-the-password", "PRIVATE KEY"]
    trials = cases(options)
    problems = []
    with ThreadPoolExecutor(6) as pool:
        runs = {name: pool.submit(doctor, options, settings) for name, (settings, _, _) in trials.items()}
        for name, (_, code, words) in trials.items():
            done = runs[name].result()
            said = done.stdout + done.stderr
            if done.returncode != code or words not in said:
                problems.append(f"{name}: {done.returncode}, and must be {code} with '{words}':\n{said}")
            problems += [f"{name}: shows a secret" for secret in secrets if secret in said]
    bus.check("doctor", problems)
    print(f"doctor: {len(trials)} deployments, and each way to fail is told with what to do; no secret is shown")


main()
