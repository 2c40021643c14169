"""The schemas of plans and of the configuration say what `smarttraded check` says, as far as a schema can.

A schema cannot say, and `check` does: what a number means beside another (volumes that sum to 100, a target or a stop
on the wrong side of the entry, a reserve below its requests), which step is the last one, that ids are unique and names
are those of accounts, what becomes of a trade under its defaults where they share a group, and how a number was spelled
(1e3, 010, .5 and True are read before a schema sees them). On the other hand a schema judges what nobody reads: the
values of a group that is off, a default that each trade replaces, and an account name that no configuration can have.
"""
import re
import unittest

import jsonschema

import core_yaml
import judges
import keys
import mutations

NO_WORDS_TOLD = {"custom", "none"}  # a word of old, and the one that takes a default away


def words_of(parts):
    """The words that may stand at a place; none if other values may, too."""
    found = [part["enum"] for part in parts if "enum" in part]
    return {word for word in found[0] if isinstance(word, str)} - {"true", "false"} if found else set()


class Schemas(unittest.TestCase):
    def test_each_is_a_schema_of_2020_12(self):
        for kind in ("plan", "config"):
            schema = judges.schema_of(kind)
            self.assertEqual(schema["$schema"], jsonschema.Draft202012Validator.META_SCHEMA["$id"])
            jsonschema.Draft202012Validator.check_schema(schema)
            self.assertTrue(schema["$id"].endswith(f"/{kind}.schema.json"))

    def test_the_reader_and_the_schema_know_the_same_keys_in_each_group(self):
        for kind in ("plan", "config"):
            read, written = keys.groups_read(kind), keys.groups_in(judges.schema_of(kind))
            self.assertGreater(len(read), 15)
            self.assertEqual(read, {path: set(group) for path, group in written.items()}, kind)

    def test_every_key_is_explained_in_a_sentence(self):
        for kind in ("plan", "config"):
            for path, group in keys.groups_in(judges.schema_of(kind)).items():
                for key, parts in group.items():
                    said = next((part["description"] for part in parts if "description" in part), "")
                    self.assertRegex(said, r"^.{10,}[.]$", f"{kind}: {path} {key}")

    def test_the_reader_and_the_schema_know_the_same_words(self):
        files = {"plan": list(mutations.plans()), "config": mutations.CONFIGS}
        for kind, documents in files.items():
            for path, group in keys.groups_in(judges.schema_of(kind)).items():
                for key, parts in group.items():
                    words = words_of(parts) - NO_WORDS_TOLD
                    place = path + (key,)
                    if not words or place[0] == "defaults":
                        continue
                    self.assertEqual(self.words_told(kind, documents, place, key), words, f"{kind}: {place}")

    @staticmethod
    def generic(place):
        return tuple("any" if key == "*" else key for key in place)

    def words_told(self, kind, documents, place, key):
        for document in documents:
            for path in mutations.sites(document):
                if mutations.pattern_of(path) in (self.generic(place), tuple("main" if k == "*" else k for k in place)):
                    text = core_yaml.write(mutations.with_value(document, path, keys.PROBE))
                    told = "\n".join((judges.refusals_of_plan if kind == "plan" else judges.refusals_of_config)(text))
                    found = re.search(f"{key} {keys.PROBE}, expected ([a-z_, ]+)", told)
                    if found:
                        return keys.words_in(found.group(1))
        return f"no good file holds {place}, or its words are not told"


class Files(unittest.TestCase):
    """What stands in the project."""

    def test_every_plan_that_check_accepts_validates(self):
        plans = [judges.ROOT / "config/lifecycle.yaml", *sorted((judges.ROOT / "config/plans").glob("*.yaml"))]
        bad = sorted((judges.ROOT / "tests/golden/plan").glob("*.yaml"))
        self.assertGreater(len(plans), 20)
        accepted = refused = refused_by_both = 0
        for file in plans + bad:
            text = file.read_bytes().decode(errors="surrogateescape")
            faults = judges.faults_of_text("plan", text)
            if not any(told["severity"] == "error" for told in judges.check([str(file)])):
                accepted += 1
                self.assertEqual(faults, [], file)
            else:
                self.assertNotIn(file, plans)
                refused += 1
                refused_by_both += bool(faults)
        print(f"plans of the project: {accepted} accepted by both; of {refused} that check refuses the schema refuses "
              f"{refused_by_both}")
        self.assertGreater(accepted, len(plans))

    def test_the_plan_that_the_readme_shows_validates(self):
        shown = re.findall(r"(?s)```yaml\n(.*?)```", (judges.ROOT / "README.md").read_text())
        self.assertGreater(len(shown), 0)
        for text in shown:
            self.assertEqual((judges.refusals_of_plan(text), judges.faults_of_text("plan", text)), ([], []), text)

    def test_every_bad_plan_with_an_unknown_key_or_word_is_refused(self):
        for file in sorted((judges.ROOT / "tests/golden/plan").glob("*.yaml")):
            told = [each["message"] for each in judges.check([str(file)]) if each["severity"] == "error"]
            slips = "unknown key|duplicate key|expected a group|expected a list|did you mean"
            is_account = any("account" in message for message in told)  # names are the configuration's
            if any(re.search(slips, message) for message in told) and not is_account:
                self.assertTrue(judges.faults_of_text("plan", file.read_text()), f"{file.name}: {told}")

    def test_every_configuration_validates(self):
        for name in ("smarttraded.yaml", "demo.yaml"):
            text = (judges.ROOT / "config" / name).read_text()
            self.assertEqual(judges.refusals_of_config(text), [], name)
            self.assertEqual(judges.faults_of_text("config", text), [], name)

    def test_what_the_configuration_shows_behind_a_comment_sign_validates_too(self):
        text = (judges.ROOT / "config/smarttraded.yaml").read_text()
        text = re.sub(r"(?m)^( *)# ?( *[a-z_]+:(?: |$))", r"\1\2", text)
        self.assertIn("\npaper:\n  balance", text)
        self.assertEqual(judges.refusals_of_config(text), [])
        self.assertEqual(judges.faults_of_text("config", text), [])


class Mutations(unittest.TestCase):
    """Good files in which one value is another: both judges, thousands of times."""

    def judge(self, kind, cases, refusals):
        """cases: {file name: (is wrong for every key, text)}."""
        counts = {"accepted": 0, "refused": 0, "by the schema": 0}
        for name, (is_wrong, text) in cases.items():
            faults = judges.faults_of_text(kind, text)
            told = refusals[name]
            counts["refused" if told else "accepted"] += 1
            counts["by the schema"] += bool(told and faults)
            if told and is_wrong:
                self.assertTrue(faults, f"{told}\n{text}")
            if not told:
                self.assertEqual(faults, [], text)
        print(f"{kind}s with one wrong value: {counts}")
        self.assertGreater(counts["accepted"], 50)
        self.assertGreater(counts["by the schema"], 0.9 * counts["refused"])

    @staticmethod
    def cases_of(documents, every, name):
        """One in `every` of the values that may be right, and all that never are, at each place."""
        seen, cases, turn = set(), {}, 0
        for document in documents:
            good = name(document, len(cases))
            cases[f"{len(cases)}.yaml"] = (False, core_yaml.write(good) + "\n")
            for path in mutations.sites(document):
                place = (mutations.pattern_of(path), core_yaml.write(mutations.at(document, path)))
                if place in seen:
                    continue
                seen.add(place)
                turn += 1
                values = [(value, True) for value in mutations.WRONG_TYPES]
                values += [(value, False) for i, value in enumerate(mutations.VALUES) if (i + turn) % every == 0]
                for value, is_wrong in values:
                    changed = name(mutations.with_value(document, path, value), len(cases))
                    cases[f"{len(cases)}.yaml"] = (is_wrong, core_yaml.write(changed) + "\n")
        return cases

    def test_no_plan_that_check_accepts_is_refused_and_no_wrong_type_passes(self):
        cases = self.cases_of(mutations.plans(), 4, mutations.named)
        self.judge("plan", cases, judges.errors_by_file({name: text for name, (_, text) in cases.items()}))

    def test_no_configuration_that_check_accepts_is_refused_and_no_wrong_type_passes(self):
        cases = self.cases_of(mutations.CONFIGS, 14, lambda document, number: document)
        self.judge("config", cases, {name: judges.refusals_of_config(text) for name, (_, text) in cases.items()})


class Refusals(unittest.TestCase):
    """Wrong in a way that a person must see while typing."""

    GOOD = "pair: USDT_BTC, position: {type: buy, order_type: limit, units: 0.01, price: 60000}"
    PLANS = [
        "trades: {any: {%s, stop_los: 58000}}",
        "trades: {any: {pair: USDT_BTC, position: {type: buy, order_type: stop, units: 0.01}}}",
        "trades: {any: {pair: USDT_BTC, position: {type: long, order_type: market, units: 0.01}}}",
        "trades: {any: {pair: USDT_BTC, position: {type: buy, order_type: market, units: 0.01, price: 60000}}}",
        "trades: {any: {pair: USDT_BTC, position: {type: buy, order_type: conditional, units: 0.01}}}",
        "trades: {Any: {%s}}",
        "trades: {any: {pair: BTC_USDT, position: {type: buy, order_type: limit, units: 0.01, price: 60000}}}",
        "trades: {any: {pair: USDT_BTC}}",
        "trades: {any: {%s, stop_loss: off}}",
        "trades: {any: {%s, stop_loss: {order_type: limit, conditional: 58000}}}",
        "trades: {any: {%s, stop_loss: {order_type: market, price: 57000, conditional: 58000}}}",
        "trades: {any: {%s, stop_loss: {order_type: limit, price: 57000, conditional: 58000, trailing: 2%%}}}",
        "trades: {any: {%s, stop_loss: {order_type: market, conditional: 58000, timeout: 30}}}",
        "trades: {any: {%s, take_profit: 61000}}",
        "trades: {any: {%s, take_profit: []}}",
        "trades: {any: {%s, take_profit: [{order_type: limit}]}}",
        "trades: {any: {%s, take_profit: [{order_type: limit, price: 61000, trailing: 1%%}]}}",
        "trades: {any: {%s, take_profit: [{order_type: limit, price: 61000, volume: 50%%}, "
        "{order_type: limit, price: 62000}]}}",
        "trades: {any: {%s, take_profit: [{order_type: limit, price: {value: 61000, percent: 5}}]}}",
        "trades: {any: {%s, take_profit: [{order_type: limit, price: +5%%}]}}",
        "trades: {any: {%s, leverage: 5}}",
        "trades: {any: {%s, account: main, account_id: 5}}",
        "trades: {any: {%s, adopt: 5, was: old}}",
        "trades: {any: {%s, expires_after: 24h, expires_at: '2027-01-01T09:00:00Z'}}",
        "trades: {any: {%s, expires_at: '2027-01-01T09:00:00'}}",
        "trades: {any: {%s, expires_after: 1 day}}",
        "trades: {any: {%s, protect: true, state: closed}}",
        "trades: {any: {%s, protect: yes}}",
        "trades: {any: {%s, instant: true, stop_loss: 58000}}",
        "trades: {any: {%s, skip_enter_step: true}}",
        "trades: {any: {%s, note: 'a #st:b'}}",
        "trades: {any: {%s, adjustments: [{id: a, add_funds: {order_type: limit, units: 1}}]}}",
        "trades: {any: {%s, adjustments: [{add_funds: {order_type: market, units: 1}}]}}",
        "trades: {any: {%s}}, more: {}",
        "defaults: {account: main}",
        *(f"defaults: {{{key}}}\ntrades: {{}}" for key in
          ("state: open", "revision: 2", "adjustments: []", "note: x", "adopt: 5", "was: old",
           "take_profit: [{order_type: limit, price: 5%%, state: closed}]")),
    ]
    CONFIGS = [
        "instance: main",
        "accounts: {main: {id: 1, mode: paper}}\npaper: {market: {walk: {start: {USDT_BTC: 60000}}}}",
        "instance: main\naccounts: {main: {id: 1, mode: paper}}",
        "instance: main\naccounts: {main: {id: 1, mode: real}}\n"
        "paper: {market: {walk: {start: {USDT_BTC: 60000}}}}",
        "instance: main\naccounts: {main: {id: 1, mode: paper}}\n"
        "credentials: {main: {api_key: abc, secret: {file: x}}}",
        "instance: main\naccounts: {main: {id: 1, mode: paper}}\ncredentials: {main: {api_key: {file: x}}}",
        "instance: main\naccounts: {main: {id: 1, mode: paper}}\n"
        "paper: {market: {walk: {start: {USDT_BTC: 60000}}, speed: 5}}",
        "instance: main\naccounts: {main: {id: 1, mode: paper}}\npaper: {}",
    ]

    def test_of_plans(self):
        self.assertEqual(judges.faults_of_text("plan", "trades: {any: {%s}}" % self.GOOD), [])
        for text in (each % self.GOOD if "%s" in each else each % () for each in self.PLANS):
            self.assertTrue(judges.refusals_of_plan(text), f"check accepts {text}")
            self.assertTrue(judges.faults_of_text("plan", text), text)

    def test_of_configurations(self):
        for text in self.CONFIGS:
            self.assertTrue(judges.refusals_of_config(text), f"check accepts {text}")
            self.assertTrue(judges.faults_of_text("config", text), text)


if __name__ == "__main__":
    unittest.main()
