"""Is the line of the journal, as `journalctl -o json` prints it, what the log promises of trade.created?"""
import json
import sys

(line,) = sys.argv[1].splitlines()
fields = json.loads(line)
wanted = {"PRIORITY": "5", "SMARTTRADED_EVENT": "trade.created", "SMARTTRADED_TRADE": "first",
          "SMARTTRADED_ACCOUNT": "main", "SYSLOG_IDENTIFIER": "smarttraded", "_SYSTEMD_UNIT": "smarttraded.service"}
wrong = {name: fields.get(name) for name, value in wanted.items() if fields.get(name) != value}
assert not wrong, wrong
assert fields["SMARTTRADED_ID"].isdigit()
assert len(fields["MESSAGE_ID"]) == 32 and int(fields["MESSAGE_ID"], 16)
# Time and level stand in fields of their own.
assert fields["MESSAGE"].startswith("first"), fields["MESSAGE"]
assert "trade.created" in fields["MESSAGE"] and "notice" not in fields["MESSAGE"]
