"""The man pages of plans and of the configuration: complete, and true where they show an example.

Between .EX and .EE stands a whole file, or a configuration's part, to which the keys that are required are added.
"""
import re
import shutil
import subprocess
import unittest

import judges
import keys

PAGES = {"plan": judges.ROOT / "config/man/smarttraded-plan.5", "config": judges.ROOT / "config/man/smarttraded.yaml.5"}
REQUIRED = {
    "instance": "instance: main",
    "accounts": "accounts: {main: {id: 32455218, mode: paper}}",
    "credentials": "credentials: {main: {api_key: {credential: main-key}, secret: {credential: main-secret}}}",
}


def plain(text):
    """What a reader sees of a line of roff."""
    return text.replace("\\-", "-").replace("\\(aq", "'").replace("\\&", "").replace("\\e", "\\")


def examples_of(kind):
    blocks = re.findall(r"(?ms)^\.EX\n(.*?)^\.EE$", PAGES[kind].read_text())
    for block in map(plain, blocks):
        missing = [line for key, line in REQUIRED.items() if kind == "config" and not re.search(f"(?m)^{key}:", block)]
        yield block + "".join(line + "\n" for line in missing)


class Pages(unittest.TestCase):
    def test_every_example_is_accepted_by_check_and_by_the_schema(self):
        refusals = {"plan": judges.refusals_of_plan, "config": judges.refusals_of_config}
        for kind, least in (("plan", 10), ("config", 6)):
            examples = list(examples_of(kind))
            self.assertGreaterEqual(len(examples), least)
            for example in examples:
                self.assertEqual(refusals[kind](example), [], example)
                self.assertEqual(judges.faults_of_text(kind, example), [], example)

    def test_every_key_has_its_place_in_bold(self):
        for kind, page in PAGES.items():
            text = page.read_text()
            bold = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"(?m)^\.(?:B|BR|RB) (.*)$", text))))
            for path, group in keys.groups_in(judges.schema_of(kind)).items():
                self.assertEqual(set(group) - bold, set(), f"{page.name} does not name {path}")

    def test_every_word_a_key_takes_is_named(self):
        for kind, page in PAGES.items():
            text = plain(page.read_text())
            for path, group in keys.groups_in(judges.schema_of(kind)).items():
                for key, parts in group.items():
                    for word in next((part["enum"] for part in parts if "enum" in part), []):
                        self.assertIn(str(word).lower(), text, f"{path} {key}")

    def test_the_error_that_is_shown_is_the_one_that_check_tells(self):
        shown = plain(re.search(r"(?s)\.nf\n(btc\.yaml:.*?)\.fi", PAGES["plan"].read_text()).group(1))
        message = re.search(r"error: (.*) \[V", shown).group(1)
        plan = """
trades:
  btc-swing:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.01, price: 60000}
    stop_loss: 61000
"""
        self.assertEqual(judges.refusals_of_plan(plan), [message])

    def test_the_formatters_have_nothing_to_say(self):
        for page in [*PAGES.values(), *(judges.ROOT / "config/man" / name for name in ("smarttraded-events.7", "smarttraded.8"))]:
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", str(page)], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)
            if shutil.which("mandoc"):
                done = subprocess.run(["mandoc", "-Tlint", str(page)], capture_output=True, text=True)
                self.assertEqual(done.stdout, "", page.name)


if __name__ == "__main__":
    unittest.main()
