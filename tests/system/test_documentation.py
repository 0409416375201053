# SPDX-License-Identifier: EUPL-1.2
"""What the documentation tells people to write into the configuration is taken as it
stands: each example with a channel, with files of the names that it gives."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["BUDKAVLE_BIN"])
ROOT = pathlib.Path(__file__).resolve().parents[2]
GENERAL = {
    "organisation": 'organisation = "Täby Nät"',
    "languages": 'languages = { "sv", "en" }',
    "timezone": 'timezone = "Europe/Stockholm"',
    "page_url": 'page_url = "https://drift.example.se"',
}
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.S | re.M)
SECTION = re.compile(r'^\s*channel\s+"([^"]+)"\s*\{(.*?)^\}', re.S | re.M)
NAMED_FILE = re.compile(r'^\s*(\w*file\w*)\s*=\s*"([^"]+)"', re.M)


def examples():
    """(page, number, text) of each block that configures a channel."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        blocks = [block for block in BLOCK.findall(page.read_text())
                  if SECTION.search(block)]
        for number, block in enumerate(blocks, 1):
            yield page.relative_to(ROOT), number, block


def content(option, section):
    """What such a file holds, by the option that names it."""
    if option == "to_file":
        return ("jour@example.se\n" if '"email"' in section else "+46701234567\n")
    if option == "vapid_key_file":
        return "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw\n"
    if "subscription" in option:
        return ('{"endpoint":"https://push.example/1","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0z'
                'TZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",'
                '"auth":"BTBZMqHH6r4Tts7J_aSIgg"}}\n')
    if '"telegram"' in section:
        return "4711:AAE-x_Yz\n"
    if '"pushover"' in section:
        return "azGDORePK8gMaC0QOYAMyEEuzJnyUi\n"
    if option == "webhook_file":
        return "https://hooks.example/api/webhooks/123/abcdef\n"
    return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"


class Documentation(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="budkavle-documentation-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, block):
        """The example as a whole configuration, and the files it names."""
        named = set(re.findall(r'"([^"]+)"', " ".join(
            re.findall(r"channels\s*=\s*\{([^}]*)\}", block))))
        there = {name for name, _ in SECTION.findall(block)}
        lines = [line for option, line in GENERAL.items()
                 if not re.search(rf"^{option}\b", block, re.M)]
        lines.append(f'state_dir = "{self.folder}/state"')
        lines += [f'channel "{name}" {{ driver = "webhook" '
                  f'url = "https://bus.example/{name}" }}'
                  for name in sorted(named - there)]
        for _, section in SECTION.findall(block):
            for option, name in NAMED_FILE.findall(section):
                path = self.folder / name
                path.write_text(content(option, section))
                path.chmod(0o600)
        block = re.sub(r'(?<=command)(\s*=\s*\{\s*)"[^"]+"',
                       lambda found: f'{found[1]}"{self.program()}"', block)
        block = re.sub(r"^state_dir.*$", "", block, flags=re.M)
        # Those of the package are made when it is installed.
        block = re.sub(r'"group:budkavle[^"]*"', '"group:root"', block)
        config = self.folder / "budkavle.conf"
        config.write_text("\n".join(lines) + "\n" + block)
        return config

    def program(self):
        """In the place of one that an administrator has."""
        path = self.folder / "program"
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    def test_examples_are_taken(self):
        count = 0
        for page, number, block in examples():
            config = self.write(block)
            done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(config)],
                                  capture_output=True, text=True, timeout=60,
                                  check=False)
            with self.subTest(page=str(page), example=number):
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            count += 1
        drivers = len(list((ROOT / "docs/channels").glob("*.md"))) - 1
        self.assertGreaterEqual(count, drivers, "each driver's page has an example")


if __name__ == "__main__":
    unittest.main()
