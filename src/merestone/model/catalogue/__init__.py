"""The catalogue of finding codes: severity, message template, explanation.

One module for each stage that finds something. A code never changes its meaning; the reference
page of findings is generated from here.
"""

from merestone.model.catalogue.comparing import COMPARING
from merestone.model.catalogue.constructing import CONSTRUCTING
from merestone.model.catalogue.describing import DESCRIBING
from merestone.model.catalogue.documents import DOCUMENTS
from merestone.model.catalogue.entry import Entry
from merestone.model.catalogue.features import FEATURES
from merestone.model.catalogue.georeferencing import GEOREFERENCING
from merestone.model.catalogue.publishing import PUBLISHING
from merestone.model.catalogue.reading import READING
from merestone.model.catalogue.record import RECORD
from merestone.model.catalogue.tracing import TRACING

__all__ = ["CATALOGUE", "Entry"]

CATALOGUE: dict[str, Entry] = {
    **READING,
    **TRACING,
    **COMPARING,
    **FEATURES,
    **CONSTRUCTING,
    **DESCRIBING,
    **GEOREFERENCING,
    **RECORD,
    **DOCUMENTS,
    **PUBLISHING,
}
