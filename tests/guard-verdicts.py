#!/usr/bin/env python3
"""Compares cfn-igr with the stock cfn-guard command: which rule fails on which template.

    tests/guard-verdicts.py FOLDER [--rules PATH] [--igr BINARY] [--guard BINARY]

Every .yaml, .yml, .json and .template below FOLDER is checked with the rules of PATH (default: guard-rules) by both programs,
one file a call for cfn-guard, so that a file that it cannot load stops no other. Such files are listed with its reason; they
are the only differences that may be. Needs Python 3.9, cfn-igr (default: target/release/cfn-igr) and
`cargo install cfn-guard --version 3.2.1 --locked`. Exit code 0: the same verdicts; 1: differences; 2: a program fails.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXTENSIONS = {".yaml", ".yml", ".json", ".template"}


def files(folder):
    found = [path for path in pathlib.Path(folder).rglob("*") if path.suffix in EXTENSIONS and path.is_file()]
    return sorted(path for path in found if b"AWS::ApiGateway" in path.read_bytes())


def of_igr(binary, rules, paths):
    """Failing rules by file, and the files that are no templates to it."""
    failing = collections.defaultdict(set)
    command = [binary, "check", "--no-guard", "--guard", rules, "--format", "json", "--fail-on", "never", *map(str, paths)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode not in (0, 3):
        sys.exit(f"cfn-igr fails with {answer.returncode}: {answer.stderr}")
    names = rule_names(rules)
    report = json.loads(answer.stdout)
    broken = set()
    for finding in report["findings"]:
        if finding["rule"] in names:
            failing[finding["file"]].add(finding["rule"])
        if finding["rule"] == "template-syntax":
            broken.add(finding["file"])
    refused = {line.split(" is no CloudFormation template")[0].removeprefix("error: ") for line in answer.stderr.splitlines()}
    return failing, broken | refused


def rule_names(rules):
    path = pathlib.Path(rules)
    texts = [path.read_text()] if path.is_file() else [file.read_text() for file in sorted(path.rglob("*.guard"))]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("rule ")]
    return {line.split()[1].split("(")[0] for line in lines}


def of_guard(binary, rules, path):
    """Failing rules, or why there is no answer."""
    command = [binary, "validate", "-r", rules, "-d", str(path), "--structured", "-o", "json", "--show-summary", "none"]
    answer = subprocess.run(command, capture_output=True, text=True)
    try:
        (report,) = json.loads(answer.stdout)
    except ValueError:
        reason = (answer.stderr or answer.stdout).strip().splitlines() or [f"exit code {answer.returncode}"]
        return None, reason[0][:100]
    return {check["Rule"]["name"] for check in report["not_compliant"] if "Rule" in check}, None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--rules", default=str(ROOT / "guard-rules"))
    arguments.add_argument("--igr", default=str(ROOT / "target/release/cfn-igr"))
    arguments.add_argument("--guard", default="cfn-guard")
    given = arguments.parse_args()
    paths = files(given.folder)
    igr, refused = of_igr(given.igr, given.rules, paths)
    verdicts, unloadable, different = 0, [], []
    for path in paths:
        stock, reason = of_guard(given.guard, given.rules, path)
        if stock is None:
            unloadable.append(f"{path}: {reason}")
        elif str(path) in refused:
            if stock:
                different.append(f"{path}: cfn-igr reads no template here, cfn-guard fails {sorted(stock)}")
        else:
            verdicts += len(rule_names(given.rules))
            if stock != igr[str(path)]:
                different.append(f"{path}: only cfn-igr {sorted(igr[str(path)] - stock)}, only cfn-guard {sorted(stock - igr[str(path)])}")
    for line in unloadable:
        print("cfn-guard cannot load", line)
    for line in different:
        print("DIFFERENT", line)
    print(f"{len(paths)} templates, {verdicts} verdicts, {len(different)} templates differ, {len(unloadable)} cannot be loaded")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
