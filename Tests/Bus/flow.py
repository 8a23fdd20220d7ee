"""The services under their own principals, from a detection to its proven end: by certificate, and by password over TLS."""

import glob
import json
import os
import signal
import subprocess
import sys
import time

import confluent_kafka
from confluent_kafka import Consumer, KafkaError
from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

import bus

SCENARIO = "Services/Simulator/Scenarios/demo.json"
# Target and end of what the demonstration's policy asks for by itself.
ENDS = {
    "-1632138521.5093316271180427766": "SUCCEEDED",
    "892745511.6120093847712205561": "FAILED",
    "1407718350.-2290174416630915587": "SUCCEEDED",
    "-207718834.7081264495530172836": "SUCCEEDED",
    "566102937.7081264495530172836": "FAILED",
}
WANTED = {
    "initiatorUserName": "soar@northwind.example",
    "actionsByMachine": {
        "566102937.1198775089551518743": [
            {"targetId": "566102937.3347725510981162094", "actionType": "QUARANTINE_FILE"}
        ]
    },
}


class Deployment:
    """The simulator and the four services as processes, each with a log of its own."""

    def __init__(self, options, login, folder, **more):
        self.options, self.login, self.more = options, login, more
        self.folder = f"{options.work}/{folder}"
        os.makedirs(self.folder)
        self.processes = {}

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__(True)
            raise
        return self

    def begin(self):
        with open(f"{self.folder}/console-password", "w") as file:
            file.write("parry-and-riposte\n")
        console = self.simulator()
        with open(SCENARIO.replace(".json", ".policy.yaml")) as policy, open(f"{self.folder}/policy.yaml", "w") as file:
            file.write(policy.read())
        self.settings = {
            "CYBEREASON_URL": console, "CYBEREASON_USERNAME": "riposte@northwind.example",
            "CYBEREASON_PASSWORD_FILE": f"{self.folder}/console-password", "THREAT_INTELLIGENCE_URL": console,
            "POLICY_FILE": f"{self.folder}/policy.yaml", "RIPOSTE_MODE": "enforce", "HTTP_PORT": "0",
            "DETECTOR_POLL_INTERVAL_MS": "500", "ENRICHER_PATIENCE_MS": "3000",
            "REMEDIATOR_MACHINE_RECHECK_MS": "500", "TRACKER_POLL_INTERVAL_MS": "200",
            "TRACKER_MAX_POLL_INTERVAL_MS": "1000",
        }
        for service in bus.SERVICES:
            self.start(service)

    def __exit__(self, kind, *_):
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for name, process in self.processes.items():
            code = process.wait(30)
            if kind is None and code != 0 and name != "simulator":
                sys.exit(f"{name} ended with {code}:\n{self.log(name)[-2000:]}")

    def simulator(self):
        self.run("simulator", ["--port", "0", "--scenario", SCENARIO], {})
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for line in self.log("simulator").splitlines():
                if "console" in line:
                    return json.loads(line)["console"]
            time.sleep(0.1)
        sys.exit(f"the simulator does not say where it is:\n{self.log('simulator')}")

    def start(self, service):
        settings = self.login(service)
        self.run(service, [], bus.environment(settings, **self.settings, **self.more))

    def run(self, name, arguments, environment):
        with open(f"{self.folder}/{name}.log", "w") as log:
            self.processes[name] = subprocess.Popen(
                [f"{self.options.executables}/{name}", *arguments], stdout=log, stderr=log, env=environment)

    def log(self, name):
        with open(f"{self.folder}/{name}.log") as file:
            return file.read()

    def riposte(self, role, *arguments, code=0):
        return bus.riposte(self.options, self.login(role), *arguments, code=code, **self.more)

    def refusals(self):
        """What any service was refused: it has asked for what it is not allowed, or lacks what it needs."""
        words = ("authorization", "AUTHORIZATION", "not authorized", "Authentication")
        return [
            f"{name}: {line[:300]}" for name in bus.SERVICES
            for line in self.log(name).splitlines() if any(word in line for word in words)
        ]

    def dead(self):
        return [f"{name} ended:\n{self.log(name)[-2000:]}" for name, process in self.processes.items() if process.poll() is not None]


def results(options, login, wanted, deployment):
    """Reads results as a dashboard does until every wanted target has its end; gives what is wrong with them."""
    consumer = Consumer(login("dashboard") | {"group.id": "dashboard.trial", "auto.offset.reset": "earliest", "log_level": 0})
    consumer.subscribe([bus.PREFIX + "remediation.results"])
    found = {}
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not all(found.get(target) == end for target, end in wanted.items()):
        message = consumer.poll(0.5)
        bus.check("flow", deployment.dead())
        if message is None or message.error():
            continue
        result = json.loads(message.value())
        for action in result["actions"]:
            if result["state"] in ("SUCCEEDED", "FAILED", "PARTIAL", "REFUSED", "UNKNOWN"):
                found[action["targetId"]] = result["state"]
    consumer.close()
    return [f"{target} is {found.get(target)} and must be {end}" for target, end in wanted.items() if found.get(target) != end]


def flow(options, login, name, **more):
    began = time.monotonic()
    with Deployment(options, login, name, **more) as deployment:
        with open(f"{deployment.folder}/body.json", "w") as file:
            json.dump(WANTED, file)
        deployment.riposte("requester", "request", "--body", f"{deployment.folder}/body.json", "--wait", "--timeout", "100s")
        target = WANTED["actionsByMachine"]["566102937.1198775089551518743"][0]["targetId"]
        problems = results(options, login, ENDS | {target: "SUCCEEDED"}, deployment)
        problems += people(deployment)
        problems += deployment.refusals()
        bus.check(f"flow by {name}", problems)
    print(f"flow by {name}: {len(ENDS) + 1} remediations ended as expected in {time.monotonic() - began:.0f} s, nothing was refused")


def people(deployment):
    """What people do, each under the principal that is for it; and that another may not."""
    operator = deployment.riposte("operator", "halt", "--reason", "trial")
    operator += deployment.riposte("operator", "resume", "--reason", "trial is over")
    deployment.riposte("operator", "dead-letters", "list")
    deployment.riposte("operator", "topics", "check")
    deployment.riposte("approver", "approve", "--list")
    problems = [] if "remediation is allowed" in operator else ["operator: " + operator]
    refused = deployment.riposte("requester", "halt", "--reason", "trial", code=1)
    if "AUTHORIZATION" not in refused:
        problems.append(f"requester halts: {refused}")
    return problems


def password(options, mechanism):
    """librdkafka's settings for a principal that logs in by its name and a password."""
    with open(f"{options.work}/password") as file:
        secret = file.read().strip()
    return lambda role: {
        "bootstrap.servers": options.passwords, "security.protocol": "sasl_ssl",
        "ssl.ca.location": f"{options.work}/tls/ca.pem", "sasl.mechanism": mechanism, "sasl.username": role,
        "sasl.password": secret,
    }


def from_file(options, login):
    """The same with the password in a file, as our own programs take it."""
    def settings(role):
        own = login(role)
        del own["sasl.password"]
        return own | {"sasl.password.file": f"{options.work}/password"}
    return settings


class Both:
    """Logs in by a file for our programs, and with the password itself for Python's client."""

    def __init__(self, options, mechanism):
        self.python = password(options, mechanism)
        self.ours = from_file(options, self.python)

    def __call__(self, role):
        return self.python(role) if role == "dashboard" else self.ours(role)


def credentials(options):
    """SCRAM credentials for every role, and the same leave as by certificate."""
    with open(f"{options.work}/password") as file:
        secret = file.read().strip().encode()
    admin = AdminClient(bus.certificate(options, "admin"))
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192)
    made = admin.alter_user_scram_credentials([UserScramCredentialUpsertion(role, info, secret) for role in bus.ROLES])
    for future in made.values():
        future.result()
    bus.riposte(options, bus.certificate(options, "admin"), "topics", "acls", "--apply", "--principal", "User:{role}")


def newer_library(options):
    """The librdkafka of Python's client, for our own executables in place of the system's."""
    beside = os.path.join(os.path.dirname(os.path.dirname(confluent_kafka.__file__)), "confluent_kafka.libs")
    found = glob.glob(f"{beside}/librdkafka-*.so.1") or glob.glob(f"{beside}/librdkafka*.so*")
    folder = f"{options.work}/lib"
    os.makedirs(folder)
    os.symlink(os.path.abspath(found[0]), f"{folder}/librdkafka.so.1")
    return folder + ":" + os.environ.get("LD_LIBRARY_PATH", "")


def scram(options):
    """Works, or the doctor says why not: librdkafka before 2.6.1 cannot on Kafka 4."""
    done = subprocess.run(
        [f"{options.executables}/riposte", "doctor"], capture_output=True, text=True, timeout=60,
        env=bus.environment(Both(options, "SCRAM-SHA-512")("operator")))
    if done.returncode == 75 and "before 2.6.1 cannot log in by SCRAM to Kafka 4" not in done.stdout:
        sys.exit(f"the doctor does not say why SCRAM fails:\n{done.stdout}{done.stderr}")
    with open(f"{options.work}/password") as file:
        if file.read().strip() in done.stdout + done.stderr:
            sys.exit("the doctor shows the password")
    return "is refused, and the doctor says why" if done.returncode == 75 else "works"


def fresh(options):
    admin = AdminClient(bus.certificate(options, "admin"))
    for future in admin.delete_topics([bus.PREFIX + topic for topic in bus.TABLE], operation_timeout=30).values():
        future.result()
    # With its topics, and so its offsets, a group may be gone by itself.
    for future in admin.delete_consumer_groups([group for group in bus.GROUPS if group.startswith("riposte.")]).values():
        error = future.exception()
        if error is not None and error.args[0].code() != KafkaError.GROUP_ID_NOT_FOUND:
            raise error
    bus.prepare(options)


def main():
    options = bus.options()
    bus.prepare(options)
    flow(options, lambda role: bus.certificate(options, role), "certificate")
    credentials(options)
    plain = Both(options, "PLAIN")
    print("PLAIN, the system's librdkafka:", bus.riposte(options, plain("operator"), "topics", "check").strip())
    print("SCRAM-SHA-512, the system's librdkafka:", scram(options))
    fresh(options)
    version = confluent_kafka.libversion()[0]
    flow(options, Both(options, "SCRAM-SHA-512"), f"SCRAM-SHA-512 with librdkafka {version}", LD_LIBRARY_PATH=newer_library(options))


main()
