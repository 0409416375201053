# SPDX-License-Identifier: EUPL-1.2
"""Peers that run on node with the packages of tests/npm, which scripts/dependencies
installs. Where they are not there a test is skipped, and says why."""
import os
import pathlib
import shutil
import sys
import unittest

NPM = pathlib.Path(__file__).resolve().parent.parent / "npm"


def why_not():
    """What is missing; "" when all is there."""
    if shutil.which("node") is None:
        return "there is no node (Debian package nodejs)"
    if not (NPM / "node_modules/.package-lock.json").exists():
        return "the packages of tests/npm are not installed (scripts/dependencies test)"
    return ""


def main():
    """Runs the tests of the file; 77, which ctest shows as skipped, without the peers."""
    if why_not():
        print(f"skipped: {why_not()}")
        sys.exit(77)
    unittest.main()


def environment():
    return {**os.environ, "NODE_PATH": str(NPM / "node_modules")}
