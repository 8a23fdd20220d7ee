"""docker compose, as the test drives it."""

import json
import os
import subprocess
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
SERVICES = ["detector", "enricher", "remediator", "tracker"]


class Failed(Exception):
    """Something is not as it has to be."""


def require(holds, text):
    if not holds:
        raise Failed(text)


def run(*command, check=True, timeout=900, env=None, stdin=None):
    done = subprocess.run(
        command, cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, timeout=timeout, errors="replace")
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    return done


def docker(*arguments, **options):
    return run("docker", *arguments, **options).stdout.strip()


def until(what, condition, within):
    """Waits for it; gives what the condition gave."""
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Failed(f"not within {within} s: {what}")
        time.sleep(0.2)


class Stack:
    """One project: its settings, and the commands on it."""

    def __init__(self, project, env_file, files=("docker-compose.yml",), profiles=(), settings=None):
        self.project = project
        self.start = ["docker", "compose", "-p", project, "--env-file", env_file]
        for file in files:
            self.start += ["-f", file]
        for profile in profiles:
            self.start += ["--profile", profile]
        # Nothing of whoever runs the test: a KEY in the environment goes before the same in a file.
        self.env = {key: value for key, value in os.environ.items()
                    if key in ("PATH", "HOME", "USER", "TMPDIR") or key.startswith(("DOCKER_", "BUILDX_"))}
        self.env["DOCKER_BUILDKIT"] = "1"
        self.env |= settings or {}

    def compose(self, *arguments, **options):
        return run(*self.start, *arguments, env=self.env, **options)

    def up(self, *arguments):
        began = time.monotonic()
        self.compose("up", "--detach", "--wait", "--wait-timeout", "180", *arguments)
        return time.monotonic() - began

    def ids(self, service=None, everyone=False):
        filters = [f"label=com.docker.compose.project={self.project}"]
        if service:
            filters.append(f"label=com.docker.compose.service={service}")
        flags = ["-aq" if everyone else "-q", "--no-trunc"]
        return docker("ps", *flags, *[word for text in filters for word in ("--filter", text)]).split()

    def inspect(self, service=None, everyone=False):
        ids = self.ids(service, everyone)
        return json.loads(docker("inspect", *ids)) if ids else []

    def logs(self):
        return "".join(run("docker", "logs", each, check=False).stdout + run("docker", "logs", each, check=False).stderr
                       for each in self.ids(everyone=True))

    def down(self, *arguments, check=True):
        self.compose("down", "--timeout", "40", "--remove-orphans", *arguments, check=check)

    def memory(self):
        """Mebibytes of each container, by its service."""
        found = {}
        for each in self.inspect():
            text = docker("stats", "--no-stream", "--format", "{{.MemUsage}}", each["Id"]).split("/")[0].strip()
            number, unit = float(text.rstrip("KMGiB")), text.lstrip("0123456789.")
            found[each["Name"].removeprefix(f"/{self.project}-")] = number * {"KiB": 1 / 1024, "GiB": 1024}.get(unit, 1)
        return ", ".join(f"{name} {value:.0f}" for name, value in sorted(found.items())) + " MiB"
