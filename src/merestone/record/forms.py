"""What bodies of entries are made of: hashes, ids, texts, places, lines.

Places are in whole nanodegrees (0.1 mm and finer), lengths in millimetres. Optional keys are left out where
they say nothing.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256, in hexadecimal")]
PublicKey = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="Ed25519 public key, in hexadecimal")]
PartyId = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,16}$", description="id of a party")]
TypeName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$", description="type of an entry")]
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1, description="number of an entry in its log")]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Line = Annotated[str, Meta(max_length=20_000)]
Word = Annotated[str, Meta(min_length=1, max_length=400)]
Label = Annotated[
    str, Meta(min_length=1, max_length=100, description="label of a section, as a comparison gave it")
]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47 tag")]
Day = Annotated[
    str, Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", description="year-month-day")
]
Moment = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
        description="time in UTC, as its writer states it",
    ),
]
FileName = Annotated[
    str,
    Meta(pattern=r"^[^./\\:*?\"<>|][^/\\:*?\"<>|]{0,119}$", description="name of a file, without any folder"),
]
Disclosure = Literal["parties", "observers", "public"]


class Fields(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Known keys only; what says nothing is left out."""


class Text(Fields):
    """One language's text, paragraph by paragraph."""

    lang: Language
    lines: Annotated[list[Line], Meta(min_length=1, max_length=5000)]


Texts = Annotated[list[Text], Meta(min_length=1, max_length=20)]


class Point(Fields):
    """A place in nanodegrees."""

    lon_ndeg: Annotated[int, Meta(ge=-180_000_000_000, le=180_000_000_000)]
    lat_ndeg: Annotated[int, Meta(ge=-90_000_000_000, le=90_000_000_000)]


class Place(Fields):
    """Where something is: a point, a name, a label, or several of them."""

    point: Point | None = None
    radius_mm: Count | None = None
    name: Word | None = None
    section: Label | None = None


class EdgeRun(Fields):
    """So many edges, one after the other, of one type."""

    type: Literal["straight", "geodesic", "loxodrome", "parallel"]
    edges: Annotated[int, Meta(ge=1, le=1_000_000)]


class Drawn(Fields):
    """A line with both ends, its frame and how its edges run."""

    frame: Word
    points: Annotated[list[Point], Meta(min_length=2, max_length=100_000)]
    line_types: Annotated[list[EdgeRun], Meta(min_length=1)]
    epoch: Annotated[str, Meta(pattern=r"^[0-9]{4}(\.[0-9]{1,3})?$")] | None = None
    accuracy_95_mm: Count | None = None


class Content(Fields):
    """What is proposed, byte for byte: a line, a text, or both and which of them prevails."""

    section: Label
    comparison: Hash | None = None
    line: Drawn | None = None
    text: Texts | None = None
    prevails: Literal["line", "text"] | None = None
