"""The two judges of a file: its schema, and `smarttraded check`."""
import collections
import json
import os
import pathlib
import subprocess
import tempfile

import jsonschema
import yaml

import core_yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ["SMARTTRADED_BINARY"]


def schema_of(kind):
    """kind: plan or config."""
    return json.loads((ROOT / "config" / f"{kind}.schema.json").read_text())


VALIDATORS = {kind: jsonschema.Draft202012Validator(schema_of(kind)) for kind in ("plan", "config")}


def faults_of(kind, value):
    """What the schema has against a value: a list of (path, message), empty if nothing."""
    errors = VALIDATORS[kind].iter_errors(value)
    return [("/".join(map(str, error.absolute_path)), error.message[:200]) for error in errors]


def faults_of_text(kind, text):
    """As faults_of; a text that is no YAML has one."""
    try:
        return faults_of(kind, core_yaml.read(text))
    except yaml.YAMLError as error:
        return [("", str(error))]


def check(arguments):
    """The diagnostics of `smarttraded check --json`; a configuration that is refused has one, its error text."""
    environment = {key: value for key, value in os.environ.items() if key != "STATE_DIRECTORY"}
    # The machine's own configuration, if there is one, must not judge these plans.
    given = arguments if "-c" in arguments else ["-c", CONFIG, *arguments]
    done = subprocess.run([BINARY, "check", "--json", *given], capture_output=True, text=True, env=environment)
    if done.returncode not in (0, 1):
        return [{"severity": "error", "message": done.stderr, "file": "", "line": 0}]
    return json.loads(done.stdout)["diagnostics"]


def errors_by_file(plans):
    """Of {file name: text}: {file name: [messages]}, what `check` refuses."""
    together = 50  # what is told of one set of plans has a limit
    names = list(plans)
    found = collections.defaultdict(list)
    for start in range(0, len(names), together):
        with tempfile.TemporaryDirectory() as folder:
            for name in names[start:start + together]:
                pathlib.Path(folder, name).write_text(plans[name])
            for told in check([folder]):
                if told["severity"] == "error":
                    found[pathlib.Path(told["file"]).name].append(told["message"])
    return found


def refusals_of_plan(text):
    return errors_by_file({"plan.yaml": text})["plan.yaml"]


def refusals_of_config(text):
    """What `check` has against a configuration, told apart from its plans, which are an empty file here."""
    with tempfile.TemporaryDirectory() as folder:
        config, plan = pathlib.Path(folder, "config.yaml"), pathlib.Path(folder, "plan.yaml")
        config.write_text(text)
        plan.write_text("trades: {}\n")
        return [told["message"] for told in check(["-c", str(config), str(plan)]) if told["severity"] == "error"]


_folder = tempfile.TemporaryDirectory()
CONFIG = str(pathlib.Path(_folder.name, "smarttraded.yaml"))
pathlib.Path(CONFIG).write_text("""
instance: main
accounts: {main: {id: 32455218, mode: paper}}
paper: {market: {walk: {start: {USDT_BTC: 60000}}}}
""")
