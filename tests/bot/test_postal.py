"""Mail addresses and mail servers: what is one, and that nothing of what was given is repeated."""

import pytest

from bot.postal import MailServer, PostalWrong, mail_address, mail_server


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("sdl@quangbinh.gov.vn", "sdl@quangbinh.gov.vn"),
        (" Van.Thu+cqdt@QuangBinh.GOV.vn\n", "Van.Thu+cqdt@quangbinh.gov.vn"),
        ("a@tỉnh.vn", "a@xn--tnh-dlz.vn"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_kept_as_envelopes_need_it(given: str, kept: str) -> None:
    assert mail_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        *("", "@", "a@", "@b.vn", "a b@c.vn", "a@b c.vn", "a..b@c.vn", ".a@c.vn", "a@b@c.vn", "à@b.vn", "a@-b.vn"),
        *("a@b..vn", "a@b.vn\r\nDATA", "a\n@b.vn", "a\x00@b.vn", "<a@b.vn>", '"a"@b.vn', "A <a@b.vn>"),
        *("a@[127.0.0.1]", "a@b.vn,c@d.vn", "x" * 65 + "@b.vn", "a@" + "b." * 130 + "vn"),
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(PostalWrong):
        mail_address(given)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.vn", MailServer("mail.vn", 587, tls=False)),
        ("smtps://mail.vn", MailServer("mail.vn", 465, tls=True)),
        ("smtp://u:p@Mail.vn:25/", MailServer("mail.vn", 25, tls=False, user="u", password="p")),
        ("smtps://so%40qb.vn:a%3A%2F%40b@mail.vn", MailServer("mail.vn", 465, True, "so@qb.vn", "a:/@b")),
        ("smtp://[::1]:2525", MailServer("::1", 2525, tls=False)),
    ],
)
def test_a_server_is_read_from_its_address(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        *("", "mail.vn", "http://mail.vn", "smtp://", "smtp://u@mail.vn", "smtp://u:CANARY@mail.vn/x"),
        *("smtp://mail.vn:0", "smtp://mail.vn:99999", "smtp://u:CAN ARY@mail.vn", "smtp://u:CANARY@mail.vn\r\nx"),
        "smtp://u:CAN@RY@mail.vn",
    ],
)
def test_what_is_no_server_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(PostalWrong) as caught:
        mail_server(url)
    assert not str(caught.value)


def test_a_password_is_in_no_repr() -> None:
    assert "CANARY" not in repr(mail_server("smtp://u:CANARY@mail.vn"))


@pytest.mark.parametrize(
    ("host", "here"),
    [
        *(("localhost", True), ("127.0.0.1", True), ("::1", True)),
        *(("10.0.0.1", False), ("mail.vn", False), ("localhost.mail.vn", False)),
    ],
)
def test_only_this_very_machine_is_spoken_to_without_tls(host: str, here: bool) -> None:
    assert MailServer(host, 25, tls=False).on_this_machine is here
