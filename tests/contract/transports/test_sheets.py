"""Each transport that carries a sheet beside the body really carries it; each other one refuses it and says so."""

import dataclasses
from pathlib import Path

import pytest

from adapters.contract import CannotDeliver
from tests.contract.transports.test_transports import NAMES, Partner, load_transport, open_partner, parcel

WITH_SHEET = dataclasses.replace(parcel(b"{}"), sheet=b"<!doctype html><title>sheet</title>")


def arrived(partner: Partner) -> list[bytes]:
    """Everything that a recipient finds: files, or the attachments of letters."""
    if mailbox := getattr(partner, "mailbox", None):
        return [part.get_payload(decode=True) for letter in mailbox.letters for part in letter.iter_attachments()]
    return [body for _, body in partner.taken()]


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_goes_beside_the_body_or_is_refused(name: str, tmp_path: Path) -> None:
    transport = load_transport(name)
    try:
        with open_partner(name)(tmp_path) as partner:
            if transport.capabilities.sheets != "beside":
                with pytest.raises(CannotDeliver, match=r"parcel\.sheet"):
                    transport.send(partner.endpoint, WITH_SHEET)
                return
            transport.send(partner.endpoint, WITH_SHEET)
            assert {b"{}", WITH_SHEET.sheet} <= set(arrived(partner))
    finally:
        transport.close()
