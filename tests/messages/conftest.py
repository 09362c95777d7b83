"""A renderer with the names of the sample story."""

from zoneinfo import ZoneInfo

import pytest

from messages.render import Renderer

NAMES = {
    "agency": "Sở Thông tin và Truyền thông",
    "agency_short": "Sở TTTT",
    "province": "Quảng Bình",
    "contact_name": "Phòng Công nghệ thông tin, Sở TTTT",
    "contact_phone": "0232 3000 000",
    "site_url": "https://tucham.quangbinh.gov.vn",
}


@pytest.fixture(scope="session")
def names() -> dict[str, str]:
    return dict(NAMES)


@pytest.fixture(scope="session")
def zone() -> ZoneInfo:
    return ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(scope="session")
def renderer(names: dict[str, str], zone: ZoneInfo) -> Renderer:
    return Renderer(names, zone)
