"""Opening a version of the graph, in the engine that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migragraph.store.endpoint import Endpoint
from migragraph.store.remote import RemoteStore

if TYPE_CHECKING:
    from migragraph.config import Settings
    from migragraph.store.engine import Engine
    from migragraph.store.versions import Version


def open_engine(version: Version, settings: Settings) -> Engine:
    """Return the version, open for asking: on this disk, or in the remote engine that the settings name.

    Raises ``DamagedVersion``; of a remote engine ``NotLoaded`` where it holds another version, ``EngineUnavailable``.
    """
    return RemoteStore.open(Endpoint.of(settings), version.id) if settings.engine else version.open()
