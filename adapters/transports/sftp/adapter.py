"""Places each message as a complete file on the recipient's SFTP server, and on no other server."""

from adapters.carriage.parcel import file_name, refuse_unfit, sheet_name
from adapters.carriage.settings import checked_settings, read_settings
from adapters.contract import CannotDeliver, Capabilities, Collector, Endpoint, Parcel, Receipt, Transport
from adapters.transports.sftp.collector import SftpCollector
from adapters.transports.sftp.connection import Connections, use_files
from adapters.transports.sftp.failures import FAILURES, meaning
from adapters.transports.sftp.files import place_file
from adapters.transports.sftp.settings import SftpPlace
from schemas.problem import Problem


class Sftp:
    name = "sftp"
    capabilities = Capabilities(ordered=False, receipts=False, size_bytes_max=50_000_000, sheets="beside")

    def __init__(self) -> None:
        self._connections = Connections()

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        """Check the settings and the files that they name. The server is not asked."""
        return checked_settings(SftpPlace, endpoint, use_files)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """Place the file. The receipt proves nothing: the server has accepted a file, but nobody has read it. Its words
        name the file."""
        refuse_unfit(parcel, self.capabilities)
        place = read_settings(SftpPlace, endpoint)
        name = file_name(parcel)
        try:
            if (sheet := parcel.sheet) is not None:  # first, so that whoever finds the file finds its sheet
                self._connections.run(place, lambda client: place_file(client, place, (sheet_name(parcel),), sheet))
            self._connections.run(place, lambda client: place_file(client, place, (name,), parcel.encoded.body))
        except FAILURES as error:
            found = meaning(error)
            raise CannotDeliver(found.code, found.words, retryable=True, partner_down=True) from None
        return Receipt(proved=False, received_at=None, words={"file": name})

    def close(self) -> None:
        self._connections.close()


def transport() -> Transport:
    return Sftp()


def collector() -> Collector:
    return SftpCollector()
