"""The browser of the tests: Debian's Chromium, kept from talking to anybody but us.

Its headless shell is the same engine without the browser's own windows and pages, which nobody sees here: tests take
two fifths less of a processor with it.
"""

PROGRAM = "/usr/bin/chromium-headless-shell"
WITH_ALL = "/usr/bin/chromium"
"""The whole browser, which has a viewer of PDFs too."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
