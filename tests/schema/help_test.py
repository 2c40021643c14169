"""--help of every command, and the man page smarttraded.8 beside it."""
import pty
import re
import shlex
import subprocess
import tempfile
import unittest

import judges

PAGE = judges.ROOT / "config/man/smarttraded.8"
USAGE = 64


def smarttraded(*words, folder=None):
    return subprocess.run([judges.BINARY, *words], capture_output=True, text=True, cwd=folder, timeout=20,
                          stdin=subprocess.DEVNULL)


def subcommands_in(text):
    listed = re.search(r"(?s)\nSubcommands:\n(.*?)(\n\n|$)", text)
    return re.findall(r"(?m)^  ([a-z]+) ", listed.group(1) + "\n") if listed else []


def commands(path=()):
    """{words of the command: its help}, all of them."""
    text = smarttraded(*path, "--help").stdout
    found = {path: text} if path else {}
    for name in subcommands_in(text):
        found |= commands((*path, name))
    return found


def long_options(text):
    return set(re.findall(r"(?m)^  (?:-[a-z],)?(--[a-z-]+)", text)) - {"--help"}


def page_sections():
    """{words of the command: what the page says under its heading}"""
    text = PAGE.read_text().replace("\\-", "-")
    body = text[text.index(".SH COMMANDS"):text.index(".SH EXIT STATUS")]
    parts = re.split(r"(?m)^\.SS (.*)$", body)
    return {tuple(head.split()): part for head, part in zip(parts[1::2], parts[2::2])}


class Help(unittest.TestCase):
    ALL = commands()

    def test_there_are_commands(self):
        self.assertGreater(len(self.ALL), 20)

    def test_every_command_shows_exit_codes_and_an_example_that_parses(self):
        for path, text in self.ALL.items():
            self.assertIn("Exit codes: 0 ", text, path)
            example = re.search(r"(?m)^Example: smarttraded (.*)$", text)
            self.assertIsNotNone(example, path)
            words = shlex.split(example.group(1))
            self.assertEqual(tuple(words[:1]), path[:1])
            self.assertNotEqual(self.parsed(words), USAGE, words)

    def parsed(self, words):
        """The exit code of these words where they find nothing to do: no configuration is read, none is served."""
        with tempfile.TemporaryDirectory() as folder:
            if words[0] == "paper":  # it would serve until it is told to stop
                words = [*words, "--state", "absent/state.db"]
            elif "-c" in words:
                words = [*words[:words.index("-c")], "-c", "absent.yaml", *words[words.index("-c") + 2:]]
            else:
                words = [*words, "-c", "absent.yaml"]
            with open(pty.openpty()[1], "wb") as terminal:  # which --watch asks for
                return subprocess.run([judges.BINARY, *words], stdin=subprocess.DEVNULL, stdout=terminal,
                                      stderr=subprocess.DEVNULL, cwd=folder, timeout=20).returncode

    def test_a_wrong_word_is_64_so_that_the_test_above_says_something(self):
        self.assertEqual(self.parsed(["status", "--wach"]), USAGE)
        self.assertEqual(self.parsed(["confirm", "a", "b"]), USAGE)


class Page(unittest.TestCase):
    ALL = commands()

    def test_each_command_of_the_binary_has_its_heading_and_none_else(self):
        self.assertEqual(set(page_sections()), set(self.ALL))

    def test_each_command_shows_the_options_of_the_binary_and_none_else(self):
        for path, text in page_sections().items():
            told = set(re.findall(r"(?m)^\.(?:B|BR|BI) (--[a-z-]+)", text))
            self.assertEqual(told, long_options(self.ALL[path]), path)

    def test_the_options_of_all_commands_stand_in_the_page(self):
        text = PAGE.read_text().replace("\\-", "-")
        general = text[text.index(".SH OPTIONS"):text.index(".SH COMMANDS")]
        told = set(re.findall(r"(--[a-z-]+)", general)) - {"--help"}
        self.assertEqual(told, long_options(smarttraded("--help").stdout))

    def test_the_environment_and_the_schemas_that_the_page_names_are_those_of_the_code(self):
        text = PAGE.read_text()
        for name in ("STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CREDENTIALS_DIRECTORY", "NO_COLOR", "NOTIFY_SOCKET"):
            self.assertIn(f".B {name}", text)


if __name__ == "__main__":
    unittest.main()
