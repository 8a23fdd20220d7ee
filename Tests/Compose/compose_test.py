"""Proves docker-compose.yml: what a platform team does with it, done.

1. Without settings it stops with one clear line.
2. The demo: built, started, flowing to its ends; hardened; no secret in sight; scaled; stopped cleanly.
3. A console outside of it: every container is killed, every service rolled to a rebuilt image and all of it taken down
   and up again with its volume, all while requests are open. What comes of it is judged by the judge of `make chaos`,
   from the topics and the console's journal: nothing is lost, and nothing is done twice.

Everything has names of its own and is gone in the end. The last line says how it went.
"""

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import hardening
import observability
import outside
import people
from stack import ROOT, SERVICES, Failed, Stack, docker, require, run, until

NAME = f"riposte-test-{os.getpid()}"
SEED = int(os.environ.get("COMPOSE_SEED") or secrets.randbelow(1_000_000))
BEGAN = time.monotonic()
WINDOW_MS = 12_000
MALOPS = 96
# Beyond it something is wrong, however crowded the machine is.
PATIENCE = 240


def say(text):
    print(f"compose-test: {time.monotonic() - BEGAN:4.0f} s  {text}", flush=True)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def check_without_settings():
    done = Stack(NAME, "/dev/null").compose("up", "--detach", check=False)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    require(done.returncode != 0, "it starts without settings")
    require(len(lines) == 1 and "CYBEREASON_U" in lines[0] and ".env" in lines[0], f"without settings it says: {lines}")
    say(f"without settings: {lines[0]}")


def build(stack, version):
    began = time.monotonic()
    stack.env["RIPOSTE_REVISION"] = f"revision-of-{version}"
    stack.compose("build", "--quiet", timeout=1000)
    took = time.monotonic() - began
    sizes = hardening.check_images(version)
    say(f"built {version} in {took:.0f} s: " + ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sizes.items()))


def check_containers(stack):
    containers = stack.inspect()
    for container in containers:
        hardening.check_container(container)
    say(f"{len(containers)} containers run without root, rights and anything writable")


def check_demo(stack, port):
    say(f"demo: healthy {stack.up():.0f} s after up")
    check_containers(stack)
    results = outside.Results(f"127.0.0.1:{port}")
    try:
        until("the demo's requests end in success and in failure, and one waits for a person",
              lambda: {"SUCCEEDED", "FAILED", "HELD"} <= set(results.states().values()), PATIENCE)
        say(f"demo: {dict(Counter(results.states().values()))}; memory: {stack.memory()}")
        password = (Path(ROOT) / "deploy/demo/console-password").read_text().strip()
        hardening.check_secrets(stack, password)
        say("demo: no secret in docker inspect, settings, logs, metrics and environments")
        before = set(results.states())

        def ends_since():
            return [key for key, state in results.states().items() if key not in before and state not in outside.OPEN]

        stack.up("--no-recreate", "--scale", "detector=2", "--scale", "enricher=3", "--scale", "remediator=2",
                 "--scale", "tracker=2")
        counts = {service: len(stack.ids(service)) for service in SERVICES}
        require(counts == {"detector": 2, "enricher": 3, "remediator": 2, "tracker": 2}, f"scaled to {counts}")
        until("requests that are new after scaling end", lambda: len(ends_since()) > 2, PATIENCE)
        say("demo: scaled to 2 detectors, 3 enrichers, 2 remediators, 2 trackers; new requests end")
        people.check_doctor(stack)
        people.check_names(stack)
        say("demo: the doctor finds what is right and what is wrong; who halts is named")
        check_observability(stack, sum(counts.values()))
        check_stop(stack)
    finally:
        results.close()
    stack.down("--volumes")
    left = stack.ids(everyone=True) + docker("volume", "ls", "--quiet", "--filter", f"name={stack.project}_").split()
    require(not left, f"down leaves something behind: {left}")


def check_observability(stack, instances):
    tag = observability.image_here()
    if tag is None:
        return say("demo: skipped: there is no image of Prometheus here")
    image = f"riposte/cli:{stack.env['RIPOSTE_VERSION']}"
    found, firing = observability.check_prometheus(stack, tag, image, free_port(), instances)
    say(f"demo: Prometheus reads {found} instances and evaluates all rules; alerts: {firing}")


def check_stop(stack):
    """TERM reaches the services, and they end by themselves."""
    began = time.monotonic()
    stack.compose("stop", *SERVICES)
    for container in stack.inspect(everyone=True):
        if hardening.service_of(container) in SERVICES:
            code = container["State"]["ExitCode"]
            require(code == 0, f"{container['Name']} ended with {code}")
    say(f"demo: every service ended with 0, {time.monotonic() - began:.0f} s after stop")


class Outage:
    """What goes wrong while requests are open."""

    def __init__(self, stack, results, console, chance):
        self.stack, self.results, self.console, self.chance = stack, results, console, chance

    def pause(self):
        time.sleep(self.chance.uniform(0.5, 4))

    def kill(self, service):
        container = self.stack.inspect(service)[0]
        if service == "kafka":
            docker("kill", container["Id"])
            docker("start", container["Id"])
            return say("killed kafka")
        # All processes but the first, which the kernel protects in here: that ends with the service. The engine starts
        # the container again.
        starts = container["RestartCount"]
        run("docker", "exec", container["Id"], "bash", "-c", "kill -9 -1", check=False)
        until(f"{service} is started again", lambda: self.stack.inspect(service)[0]["RestartCount"] > starts, PATIENCE)
        say(f"killed {service}")

    def kill_in_the_act(self):
        """Kills a remediator that has sent a request and has no answer yet."""
        before = len(self.console.journal())
        until("something is sent", lambda: len(self.console.journal()) > before, PATIENCE)
        self.kill("remediator")

    def roll(self, service):
        before = self.stack.inspect(service)[0]["Image"]
        took = self.stack.up(service)
        after = self.stack.inspect(service)[0]
        require(after["Image"] != before, f"{service} runs the old image")
        hardening.check_build(after, self.stack.env["RIPOSTE_VERSION"])
        say(f"rolled {service} to the new image in {took:.0f} s")

    def silence(self):
        docker("pause", self.console.name)
        time.sleep(self.chance.uniform(3, 8))
        docker("unpause", self.console.name)
        say("the console was silent for a while")

    def restart_all(self):
        still = until("enough is open", lambda: found if len(found := self.results.open()) > 3 else None, PATIENCE)
        began = time.monotonic()
        self.stack.down()
        require(not self.stack.ids(everyone=True), "containers are left after down")
        took = self.stack.up()
        say(f"down and up with the volume kept: {took:.0f} s until healthy, {time.monotonic() - began:.0f} s in all; "
            f"{len(still)} requests were open")
        return still


def check_outside(version, port, folder):
    password = "pw-" + secrets.token_hex(12)
    console = outside.Console(f"{NAME}-outside", f"riposte/simulator:{version}", folder, password)
    stack = Stack(f"{NAME}-real", str(settings(folder, password)), ("docker-compose.yml", "Tests/Compose/outside.yml"),
                  settings={"RIPOSTE_VERSION": version, "KAFKA_PORT": str(port), "OUTSIDE_NETWORK": console.name})
    try:
        judge_outages(stack, console, port, folder, password)
    except BaseException:
        for name in SERVICES:
            tail = run("docker", "logs", "--tail", "15", f"{stack.project}-{name}-1", check=False).stdout
            print(f"--- {name}\n{tail[-3000:]}", flush=True)
        raise
    finally:
        stack.down("--volumes", check=False)
        docker("rm", "--force", console.name, check=False)
        docker("network", "rm", console.name, check=False)


def judge_outages(stack, console, port, folder, password):
    say(f"outside: healthy {stack.up():.0f} s after up")
    time.sleep(15)
    say(f"outside: idle, memory: {stack.memory()}")
    chance = random.Random(SEED)
    results = outside.Results(f"127.0.0.1:{port}")
    try:
        kafka = {"bootstrap.servers": f"127.0.0.1:{port}", "acks": "all", "log_level": 0}
        console.add(outside.contents(MALOPS, every_ms=2000, back_ms=150_000))
        published = [{"kind": "malop", "malopId": malop["guid"], "isMalicious": True}
                     for malop in outside.contents(MALOPS, 1, 1)["malops"]]
        published += outside.ask(kafka, "riposte.remediation.requests", range(1000, 1006))
        outage = Outage(stack, results, console, chance)
        until("requests end", lambda: Counter(results.states().values())["SUCCEEDED"] > 2, PATIENCE)
        for service in chance.sample(["kafka"] + SERVICES, 5):
            outage.pause()
            outage.kill(service)
        for _ in range(2):
            outage.kill_in_the_act()
        published += outside.ask(kafka, "riposte.remediation.requests", range(1006, 1009))
        outage.silence()
        still = outage.restart_all()
        stack.env["RIPOSTE_VERSION"] += "-next"
        for service in chance.sample(SERVICES, len(SERVICES)):
            outage.pause()
            outage.roll(service)
        rolled = {service: stack.ids(service) for service in SERVICES}
        stack.up()
        require({service: stack.ids(service) for service in SERVICES} == rolled, "the last `up` replaces what was rolled")
        published += outside.ask(kafka, "riposte.remediation.requests", range(1009, 1012))
        wanted = len(published)
        try:
            until(f"all {wanted} requests have ended", lambda: ended(results, wanted), PATIENCE)
        except Failed:
            states = results.states()
            say(f"{len(states)} of {wanted} requests are known; open: { {key: states[key] for key in results.open()} }")
            raise
        states = results.states()
        require(still <= set(states) - results.open(), "what was open before down has not ended")
        say(f"outside: {dict(Counter(states.values()))}; what was open before down has ended; memory: {stack.memory()}")
        hardening.check_secrets(stack, password)
        judge(console, port, published, folder)
        twice = [action for action, count in Counter(outside.fired(console.journal())).items() if count > 1]
        require(not twice, f"asked of the console twice: {twice}")
        say(f"outside: the console was asked for {len(outside.fired(console.journal()))} actions, for none twice")
    finally:
        results.close()


def ended(results, wanted):
    states = results.states()
    return len(states) >= wanted and not results.open()


def judge(console, port, published, folder):
    file = folder / "published.ndjson"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in published))
    done = run(sys.executable, "Tests/Chaos/check.py", "--bootstrap", f"127.0.0.1:{port}", "--prefix", "riposte.",
               "--journal", f"{console.url}/_simulator/journal", "--published", str(file),
               "--window-ms", str(WINDOW_MS), check=False, env=os.environ)
    for line in done.stdout.splitlines():
        say(line)
    require(done.returncode == 0, f"the judge: {done.stdout[-4000:]}{done.stderr[-2000:]}")


def settings(folder, password):
    """What a team gives, in files of its own."""
    (folder / "password").write_text(password + "\n")
    (folder / "password").chmod(0o444)
    (folder / "policy").mkdir()
    policy = (Path(ROOT) / "deploy/demo/policy.yaml").read_text()
    (folder / "policy/policy.yaml").write_text(policy)
    (folder / "settings.env").write_text(
        "DETECTOR_POLL_INTERVAL_MS=2000\nREMEDIATOR_MACHINE_RECHECK_MS=2000\nTRACKER_POLL_INTERVAL_MS=500\n"
        "KAFKA_SESSION_TIMEOUT_MS=10000\nKAFKA_HEARTBEAT_INTERVAL_MS=3000\n"
        f"TRACKER_MAX_POLL_INTERVAL_MS=2000\nTRACKER_VERIFY_FOR_MS=10000\nREMEDIATOR_IN_FLIGHT_WINDOW_MS={WINDOW_MS}\n")
    file = folder / "env"
    file.write_text(
        "CYBEREASON_URL=http://console:8443\nCYBEREASON_USERNAME=riposte@test.example\n"
        f"CYBEREASON_PASSWORD_FILE={folder}/password\nTHREAT_INTELLIGENCE_URL=http://console:8443\n"
        f"RIPOSTE_MODE=enforce\nPOLICY_DIR={folder}/policy\nRIPOSTE_SETTINGS={folder}/settings.env\n")
    return file


def prove(folder, version, port):
    say(f"seed {SEED}, project {NAME}")
    check_without_settings()
    demo = Stack(f"{NAME}-demo", "deploy/demo.env", profiles=("demo",),
                 settings={"RIPOSTE_VERSION": version, "KAFKA_PORT": str(port)})
    build(demo, version)
    try:
        check_demo(demo, port)
        (folder / "secrets").mkdir(mode=0o711)
        people.check_grafana_password(demo, folder / "secrets", f"riposte/cli:{version}")
    finally:
        demo.down("--volumes", check=False)
    demo.env["RIPOSTE_VERSION"] = f"{version}-next"
    build(demo, f"{version}-next")
    check_outside(version, port, folder)


def clean_up(version):
    names = SERVICES + ["cli", "simulator"]
    images = [f"riposte/{name}:{tag}" for name in names for tag in (version, f"{version}-next")]
    subprocess.run(["docker", "rmi", *images], capture_output=True, check=False)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("it took too long"))
    version = f"test-{os.getpid()}"
    problem = None
    with tempfile.TemporaryDirectory(prefix="riposte-compose-") as folder:
        # Containers see single files of it, as another user.
        os.chmod(folder, 0o711)
        try:
            prove(Path(folder), version, free_port())
        except (Failed, SystemExit) as failure:
            problem = str(failure)
        except Exception as error:  # what nobody has thought of is a failure, and is cleaned up after
            problem = f"{type(error).__name__}: {error}"
        finally:
            clean_up(version)
    if problem:
        say(problem)
    words = "failed" if problem else "passed"
    print(f"compose-test: {words} (seed {SEED}, {time.monotonic() - BEGAN:.0f} s)", flush=True)
    sys.exit(1 if problem else 0)


if __name__ == "__main__":
    main()
