"""The looks that the reports share, to be put into each of them: a report is one file that needs no other."""

from pathlib import Path


def report_style() -> str:
    """The style sheet beside this module; a template has it at `$style`, before its own rules."""
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")
