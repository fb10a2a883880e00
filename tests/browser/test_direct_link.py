"""A direct link in the dialog over the list: its end before it is made, then its address, in focus, ready to copy."""

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.seats import Seat

pytestmark = pytest.mark.browser


def test_a_direct_link_is_made_in_the_dialog(seat: Seat) -> None:
    seat.owner.upload("plan.txt", b"the plan")
    seat.open()
    seat.hands.choose("plan.txt", "share")
    dialog = seat.page.get_by_role("dialog", name="Share “plan.txt”")
    dialog.locator("summary", has_text="Direct link").click()
    expect(dialog.get_by_text("Nobody can end it sooner, not even you")).to_be_visible()
    dialog.get_by_label("The direct link ends after").select_option("604800")
    dialog.get_by_role("button", name="Make direct link").click()
    address = dialog.get_by_label("Address of the direct link")
    expect(address).to_be_focused()
    expect(dialog.get_by_role("status")).to_have_text("The direct link is made.")
    expect(dialog.get_by_role("button", name="Copy direct link")).to_be_visible()
    assert requests.get(address.input_value(), timeout=60).content == b"the plan"
    dialog.get_by_role("button", name="Done").click()
    seat.hands.choose("plan.txt", "share")
    expect(dialog.locator("summary", has_text="Direct link")).to_be_visible()
    expect(address).to_have_count(0)
