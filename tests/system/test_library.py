#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""libbudkavle as a program of somebody else's uses it: installed, found by pkg-config,
compiled from C and from C++, and run against a daemon; and the same without it, in
Python's standard library alone."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from harness import BIN, World

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs/examples"
BUILD = BIN.parent
EVENT = {"event_id": "E1", "incident": "OMS-1", "kind": "power", "status": "confirmed",
         "customers_affected": 1432, "places": [{"name": "Täby kyrkby"}]}
IS_SANITIZED = "BUDKAVLE_SANITIZE:BOOL=ON" in (BUILD / "CMakeCache.txt").read_text()
SANITIZERS = ["-fsanitize=address,undefined"] if IS_SANITIZED else []


class Library(World):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tree = pathlib.Path(tempfile.mkdtemp(prefix="budkavle-library."))
        cls.addClassCleanup(shutil.rmtree, cls.tree, ignore_errors=True)
        subprocess.run(["cmake", "--install", BUILD], check=True, capture_output=True,
                       env={**os.environ, "DESTDIR": str(cls.tree)})
        cls.pc = next(cls.tree.rglob("libbudkavle.pc"))
        cls.lib = next(cls.tree.rglob("libbudkavle.so.0")).parent

    def flags(self, *options):
        # The file names the folders that are installed to; these are below a tree here.
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.pc.parent),
                       "PKG_CONFIG_SYSROOT_DIR": str(self.tree)}
        return subprocess.run(["pkg-config", *options, "libbudkavle"], env=environment,
                              check=True, capture_output=True, text=True).stdout.split()

    def compile(self, source, compiler="cc", options=("-std=c99", "-D_DEFAULT_SOURCE")):
        program = self.folder / pathlib.Path(source).stem
        done = subprocess.run(
            [compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror", *options, *SANITIZERS,
             "-o", program, source, *self.flags("--cflags", "--libs")],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return program

    def run_program(self, *words, **more):
        return subprocess.run([str(word) for word in words], capture_output=True, text=True,
                              timeout=60, check=False,
                              env={**os.environ, "LD_LIBRARY_PATH": str(self.lib)}, **more)

    def event_file(self, *events):
        path = self.folder / "events.json"
        path.write_text("\n".join(json.dumps(event) for event in events))
        return path

    def test_the_blocking_example(self):
        program = self.compile(EXAMPLES / "send.c")
        self.start()
        done = self.run_program(program, self.event_file(EVENT), self.socket)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["accepted"][0]["result"], "applied")
        done = self.run_program(program, self.event_file(EVENT), self.socket)
        self.assertEqual(json.loads(done.stdout)["accepted"][0]["result"], "repeat")
        done = self.run_program(program, self.event_file(dict(EVENT, kind="magic")), self.socket)
        self.assertEqual(done.returncode, 1)
        self.assertIn("magic", done.stderr)

    def test_the_blocking_example_waits_for_the_daemon(self):
        program = self.compile(EXAMPLES / "send.c")
        for words in ([program], [sys.executable, EXAMPLES / "send.py"]):
            name = f"I-{len(words)}"
            waiting = subprocess.Popen(
                [*words, self.event_file(dict(EVENT, event_id=name, incident=name)),
                 self.socket],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env={**os.environ, "LD_LIBRARY_PATH": str(self.lib)})
            self.assertIn("attempt 1", waiting.stderr.readline())
            self.start()
            out, err = waiting.communicate(timeout=60)
            self.assertEqual(waiting.returncode, 0, err)
            self.assertRegex(out, "applied|repeat")
            self.stop()

    def test_the_non_blocking_example(self):
        program = self.compile(EXAMPLES / "send_nonblocking.c")
        self.start()
        done = self.run_program(program, self.socket)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("\nstatus: {" if done.stdout.startswith("event") else "status: {",
                      done.stdout)
        self.assertIn('"event_id":"example-1"', done.stdout.replace(" ", ""))
        self.stop()
        done = self.run_program(program, self.socket)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.count("nobody answers on"), 2)

    @unittest.skipIf(IS_SANITIZED, "valgrind and the sanitizers exclude each other")
    @unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
    def test_valgrind_finds_nothing(self):
        self.start()
        events = self.event_file(EVENT)
        for source, words in (("send.c", [events]), ("send_nonblocking.c", [])):
            done = self.run_program(
                "valgrind", "-q", "--error-exitcode=9", "--leak-check=full",
                "--errors-for-leak-kinds=definite,indirect", self.compile(EXAMPLES / source),
                *words, self.socket)
            self.assertEqual(done.returncode, 0, done.stderr)

    @unittest.skipUnless(shutil.which("g++"), "g++ is not installed")
    def test_cplusplus(self):
        source = self.folder / "version.cpp"
        source.write_text("""#include <budkavle/client.h>
#include <iostream>
int main(int, char **argv) {
    budkavle *client = budkavle_open(argv[1]);
    budkavle_answer answer;
    budkavle_result result = budkavle_call(client, "GET", "/v1/status", nullptr, nullptr, 0, &answer);
    std::cout << budkavle_version() << " " << result << "\\n";
    budkavle_answer_clear(&answer);
    budkavle_close(client);
}
""")
        program = self.compile(source, "g++", ["-std=c++11"])
        self.start()
        done = self.run_program(program, self.socket)
        self.assertEqual(done.stdout, f"{self.flags('--modversion')[0]} 0\n", done.stderr)

    def test_what_the_library_exports(self):
        listed = subprocess.run(["nm", "-D", "--defined-only", self.lib / "libbudkavle.so.0"],
                                capture_output=True, text=True, check=True).stdout
        exported = set(re.findall(r" T (\w+)@@BUDKAVLE_0", listed))
        header = (ROOT / "include/budkavle/client.h").read_text()
        declared = set(re.findall(r"\b(budkavle_\w+)\(", re.sub(r"/\*.*?\*/", "", header, flags=re.S)))
        self.assertEqual(exported, declared)
        others = [line for line in listed.splitlines() if " A " not in line and "@@BUDKAVLE_0" not in line]
        self.assertEqual(others if not IS_SANITIZED else [], [])
        manual = (ROOT / "docs/man/libbudkavle.3.scd").read_text().replace("\\_", "_")
        self.assertEqual({name for name in declared if f"*{name}*" not in manual}, set())

    def test_the_static_library(self):
        program = self.folder / "static"
        subprocess.run(["cc", "-std=c99", "-D_DEFAULT_SOURCE", *SANITIZERS, "-o", program,
                        EXAMPLES / "send.c",
                        *self.flags("--cflags"), self.lib / "libbudkavle.a", "-lcurl"], check=True)
        self.start()
        done = subprocess.run([program, self.event_file(EVENT), self.socket],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_python_alone(self):
        self.start()
        done = self.run_program(sys.executable, EXAMPLES / "send.py",
                                self.event_file(EVENT), self.socket)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^E1 applied i_\w+\n$")
        done = self.run_program(sys.executable, EXAMPLES / "send.py",
                                self.event_file(dict(EVENT, kind="magic")), self.socket)
        self.assertEqual(done.returncode, 1)
        self.assertIn("fault: kind", done.stderr)


if __name__ == "__main__":
    unittest.main()
