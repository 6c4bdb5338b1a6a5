"""Hashes that tell nothing: of what an edition may not tell, only the home can make them again.

A plain hash of counts, or of a file of few counts, gives them away to whoever tries all that they
could be. Source: "Disclosure" in docs/definitions.md.
"""

import hmac
from dataclasses import replace
from types import MappingProxyType

from viperreport.model.figure import LoadRef
from viperreport.model.quality import SourceQuality
from viperreport.model.snapshot import Cube, Snapshot

SEAL = "hmac-sha256:"  # in front of a sealed hash, where a plain one might stand too


def sealed_hash(plain: str, key: bytes) -> str:
    """HMAC-SHA-256 of a hash.

    Args:
        plain: in hexadecimal.
        key: the home's.
    """
    return hmac.digest(key, plain.encode(), "sha256").hex()


def sealed_load(load: LoadRef, key: bytes) -> LoadRef:
    """A load that does not give its file away."""
    return replace(load, sha256=SEAL + sealed_hash(load.sha256, key))


def sealed_quality(quality: SourceQuality, key: bytes) -> SourceQuality:
    """What is said of a load, without its file's own hash."""
    return replace(quality, load=sealed_load(quality.load, key))


def sealed(snapshot: Snapshot, key: bytes) -> Snapshot:
    """A snapshot whose fingerprint and loads are sealed, and so the hash of every figure."""

    def of(cube: Cube) -> Cube:
        return replace(cube, loads=tuple(sealed_load(load, key) for load in cube.loads))

    return replace(
        snapshot,
        incidents=snapshot.incidents and of(snapshot.incidents),
        recoveries=snapshot.recoveries and of(snapshot.recoveries),
        activity=snapshot.activity and of(snapshot.activity),
        then=MappingProxyType({name: of(cube) for name, cube in snapshot.then.items()}),
        fingerprint=sealed_hash(snapshot.fingerprint, key),
    )
