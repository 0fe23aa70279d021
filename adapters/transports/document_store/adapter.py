"""Uploads each message to the recipient's document store and takes 201 or 409 as the receipt."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import StringConstraints, model_validator
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from adapters.carriage.https.calling import HttpsCalls, use_files
from adapters.carriage.https.settings import HttpsSettings
from adapters.carriage.parcel import refuse_unfit
from adapters.carriage.settings import checked_settings, read_settings, wrong_value
from adapters.contract import Capabilities, Endpoint, Parcel, Receipt, Transport
from adapters.transports.document_store.answer import understand
from adapters.transports.document_store.upload import Upload, metadata_json, uploads
from schemas.problem import Problem

Name = Annotated[str, StringConstraints(pattern=r"^[!-~]([ -~]{0,98}[!-~])?$")]


class StoreSettings(HttpsSettings):
    """`url` is the address of the store, without `/documents`. The names are those that the store knows."""

    document_type: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    service_name: Name
    prison_code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    case_load: Name | None = None
    username: Name | None = None

    @model_validator(mode="after")
    def _without_query(self) -> Self:
        if urlsplit(self.url).query:
            raise wrong_value("settings.url", "has a query, but a path is added to it", "remove the part from ? on")
        return self


class DocumentStore:
    name = "document_store"
    capabilities = Capabilities(ordered=True, receipts=True, size_bytes_max=50_000_000)

    def __init__(self) -> None:
        self._calls = HttpsCalls()

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        return checked_settings(StoreSettings, endpoint, use_files)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """A message with several documents is received when all of them are: those stored before answer 409."""
        refuse_unfit(parcel, self.capabilities)
        settings = read_settings(StoreSettings, endpoint)
        receipts = [self._upload(settings, each) for each in uploads(parcel, settings.prison_code)]
        return receipts[-1]

    def _upload(self, settings: StoreSettings, upload: Upload) -> Receipt:
        body, media_type = encode_multipart_formdata(_fields(upload))
        url = f"{settings.url.rstrip('/')}/documents/{settings.document_type}/{upload.uuid}"
        return understand(self._calls.post(settings, url, _headers(settings, media_type), body), upload)

    def close(self) -> None:
        self._calls.close()


def _fields(upload: Upload) -> list[RequestField]:
    file = RequestField("file", upload.content, upload.file_name)
    file.make_multipart(content_type=upload.media_type)
    metadata = RequestField("metadata", metadata_json(upload))
    metadata.make_multipart(content_type="application/json")
    digest = RequestField("fileHash", upload.sha256)
    digest.make_multipart()
    return [file, metadata, digest]


def _headers(settings: StoreSettings, media_type: str) -> dict[str, str]:
    named = {"Active-Case-Load-Id": settings.case_load, "Username": settings.username}
    return {
        "Content-Type": media_type,
        "Accept": "application/json, application/problem+json",
        "User-Agent": "justice-exchange",
        "Service-Name": settings.service_name,
        **{name: value for name, value in named.items() if value is not None},
    }


def transport() -> Transport:
    return DocumentStore()
