"""Places each message as a complete file in the recipient's folder, and nowhere else."""

from adapters.carriage.parcel import file_name, refuse_unfit, sheet_name
from adapters.carriage.settings import (
    TransportSettings,
    WholePath,
    read_settings,
    settings_problems,
)
from adapters.contract import CannotDeliver, Capabilities, Collector, Endpoint, Parcel, Receipt, Transport
from adapters.transports.folder.collector import FolderCollector
from adapters.transports.folder.files import explain, folder_problems, opened, place
from schemas.problem import Problem


class FolderSettings(TransportSettings):
    path: WholePath


class Folder:
    name = "folder"
    capabilities = Capabilities(ordered=False, receipts=False, size_bytes_max=200_000_000, sheets="beside")

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        found = settings_problems(FolderSettings, endpoint)
        return found or folder_problems(endpoint, read_settings(FolderSettings, endpoint).path)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """Place the file. The receipt proves nothing, because nobody has answered; its words name the file."""
        refuse_unfit(parcel, self.capabilities)
        path = read_settings(FolderSettings, endpoint).path
        name = file_name(parcel)
        try:
            with opened(path) as folder:
                if parcel.sheet is not None:  # first, so that whoever finds the file finds its sheet
                    place(folder, sheet_name(parcel), parcel.sheet)
                place(folder, name, parcel.encoded.body)
        except OSError as error:
            raise CannotDeliver(*explain(error), retryable=True, partner_down=True) from None
        return Receipt(proved=False, received_at=None, words={"file": name})

    def close(self) -> None:
        """Nothing is kept between calls, so there is nothing to close."""


def transport() -> Transport:
    return Folder()


def collector() -> Collector:
    return FolderCollector()
