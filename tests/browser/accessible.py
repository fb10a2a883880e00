"""What axe finds wrong on a page as it is."""

from collections.abc import Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""What axe judges by colours: all that the dark can make wrong of a page that is right in the light."""
TOLD = {"resultTypes": ["violations"]}
"""Of what is right axe then names no element, which is half of its work."""


def faults_of_access(
    page: Page, options: Mapping[str, object] | None = None, *, within: list[list[str]] | None = None
) -> list[str]:
    """A line for each element that breaks a rule."""
    context = {"include": within} if within else None
    found = Axe().run(page, context=context, options={**(options or {}), **TOLD}).response["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]
