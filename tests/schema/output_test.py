"""What the commands print with --json, judged by config/output.schema.json: real commands on the demo and on broken sets."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

import judges

SCHEMA = json.loads((judges.ROOT / "config/output.schema.json").read_text())
DEMO = (judges.ROOT / "config/demo.yaml").read_text().replace("[plans]", f"[{judges.ROOT}/config/plans]")


def faults_of(command, text):
    validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{command}", "$defs": SCHEMA["$defs"]})
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in validator.iter_errors(json.loads(text))]


class House:
    """A state directory with a configuration, and the demo's daemon on it when asked for."""

    def __init__(self, config=DEMO):
        self.folder = tempfile.TemporaryDirectory()
        self.config = pathlib.Path(self.folder.name, "smarttraded.yaml")
        self.config.write_text(config + f"state_dir: {self.folder.name}/state\n")
        self.daemon = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.communicate()
        self.folder.cleanup()

    def start(self):
        """Until it has created a trade: then there is something to tell."""
        self.daemon = subprocess.Popen([judges.BINARY, "run", "-c", self.config], stderr=subprocess.PIPE, text=True)
        for line in self.daemon.stderr:
            if " trade.entered " in line:
                return line.split(" trade.entered ")[0].split()[-1]
        raise AssertionError("the demo entered no trade")

    def say(self, *words):
        done = subprocess.run([judges.BINARY, *words, "--json", "-c", self.config], capture_output=True, text=True,
                              timeout=90)
        return done.stdout


class Output(unittest.TestCase):
    def judge(self, command, text):
        self.assertEqual(text.count("\n"), 1, text)
        self.assertEqual(faults_of(command, text), [], text)
        jsonschema.validate(json.loads(text), SCHEMA)  # and no other command's
        return json.loads(text)

    def test_of_a_running_daemon(self):
        with House() as house:
            name = house.start()
            status = self.judge("status", house.say("status"))
            self.assertEqual(len(status["trades"]), 24)
            self.assertEqual(len(status["budget"]["keys"]), 1)
            self.assertGreater(len(self.judge("explain", house.say("explain", name))["events"]), 3)
            self.assertTrue(self.judge("doctor", house.say("doctor"))["well"])
            self.judge("plan", house.say("plan"))

    def test_without_a_daemon(self):
        with House() as house:
            self.assertEqual(self.judge("check", house.say("check"))["diagnostics"], [])
            self.assertEqual(self.judge("status", house.say("status"))["trades"], [])
            plan = self.judge("plan", house.say("plan"))
            self.assertEqual(plan["exit"], 2)
            self.assertEqual(len(plan["changes"]), 24)
            self.assertGreater(len(plan["budget"]["limits"]), 0)

    def test_of_holds_and_of_what_lacks(self):
        with House(DEMO.replace("create: 24", "create: 2")) as house:
            self.assertGreater(len(self.judge("plan", house.say("plan"))["holds"]), 0)
        with House(DEMO.replace("USDT: 100000", "USDT: 1")) as house:
            self.assertGreater(len(self.judge("plan", house.say("plan"))["shortages"]), 0)

    def test_of_broken_plans(self):
        with House() as house:
            broken = pathlib.Path(house.folder.name, "bad.yaml")
            broken.write_text("trades:\n  a: {piar: USDT_BTC}\n  a: {}\n")
            found = self.judge("check", house.say("check", str(broken)))["diagnostics"]
            self.assertTrue(any(each["notes"] for each in found))
            self.assertEqual(self.judge("plan", house.say("plan", str(broken)))["exit"], 1)
        with House(DEMO.replace(f"[{judges.ROOT}/config/plans]", "[absent.yaml]")) as house:
            self.assertFalse(self.judge("doctor", house.say("doctor"))["well"])

    def test_every_property_is_described_and_no_object_takes_more(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

        def visit(part, path):
            if not isinstance(part, dict):
                return
            if "properties" in part:
                self.assertIs(part["additionalProperties"], False, path)
                for name, each in part["properties"].items():
                    self.assertTrue(each.get("description"), f"{path}/{name}")
            for key, each in part.items():
                visit(each, f"{path}/{key}")

        visit(SCHEMA, "")

    def test_a_member_that_is_unknown_missing_or_wrong_is_refused(self):
        good = '{"checks":[{"check":"disk","of":"","level":"ok","finding":"x","mend":""}],"well":true}'
        self.assertEqual(faults_of("doctor", good), [])
        for bad in (good.replace('"of":"",', ""), good.replace('"well"', '"is_well"'), good.replace('"ok"', '"fine"')):
            self.assertNotEqual(faults_of("doctor", bad), [])


if __name__ == "__main__":
    os.environ.pop("STATE_DIRECTORY", None)
    unittest.main()
