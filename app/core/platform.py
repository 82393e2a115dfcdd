"""What the running application holds, typed, in one place: `platform()` inside an application context."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from app.core.config import Settings
from app.core.crypto import BlindIndex, BlobCipher, FieldCipher, Signer
from app.core.modules import Modules, NotificationKind, PersonalData
from tenants.changes import ChangeFeed
from tenants.registry import ZoneRegistry

EXTENSION = "unionhall"


@dataclass(frozen=True, slots=True)
class Platform:
    """Settings, modules, the zone registry, the change feed and the keys of one application.

    `personal_data` are the tables with rows about members, by the service or module that declares them; `notices` are what
    services tell members.
    """

    settings: Settings
    modules: Modules
    personal_data: Mapping[str, tuple[PersonalData, ...]]
    notices: tuple[NotificationKind, ...]
    registry: ZoneRegistry
    feed: ChangeFeed
    cipher: FieldCipher
    blobs: BlobCipher
    blind_index: BlindIndex
    signer: Signer

    def url(self, host: str, path: str = "/") -> str:
        """An absolute URL on one of our hosts; hosts come from zone rows and settings, never from a request."""
        return f"{self.settings.scheme}://{host}{path}"

    @property
    def id_host(self) -> str:
        return f"id.{self.settings.base_domain}"

    @property
    def city_host(self) -> str:
        return f"city.{self.settings.base_domain}"


def platform() -> Platform:
    return current_app.extensions[EXTENSION]
