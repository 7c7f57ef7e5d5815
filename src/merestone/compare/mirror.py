"""The mirrored result: what the comparison is when the two parties exchange their ids.

Ground rule 1 of DESIGN: applied to a comparison it equals, byte for byte as JSON, the comparison of
the same dossier in which the ids stand exchanged. It is written out field by field, so that a reader
can check that nothing but ids, signs and orders changes.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from merestone.compare.exchange import Exchange
from merestone.compare.mirror_parts import mirrored_difference, mirrored_findings, mirrored_standing
from merestone.compare.mirror_shapes import mirrored_shapes
from merestone.compare.order import sorted_adjoining, sorted_districts, sorted_limits
from merestone.model.results import (
    Comparison,
    Differences,
    Enclave,
    Interval,
    Offsets,
    OffsetStatistics,
    Pair,
    Section,
    SourceResult,
)


def mirror(comparison: Comparison) -> Comparison:
    """The comparison with the ids of the two parties exchanged; twice gives the first again."""
    one, two = (party.id for party in comparison.parties)
    exchange = Exchange(one, two)
    parties = (replace(party, id=exchange.party(party.id)) for party in comparison.parties)
    return replace(
        comparison,
        dossier=_dossier(comparison.dossier, exchange),
        parties=tuple(sorted(parties, key=lambda party: party.id)),
        sources=tuple(_source(source, exchange) for source in comparison.sources),
        pairs=tuple(_pair(pair, exchange) for pair in comparison.pairs),
        axis=_axis(comparison, exchange),
        sections=tuple(_section(section, exchange) for section in comparison.sections),
        differences=_differences(comparison.differences, exchange),
        enclaves=tuple(_enclave(enclave, exchange) for enclave in comparison.enclaves),
        features=_features(comparison.features, exchange),
        findings=mirrored_findings(comparison.findings, exchange),
        shapes=mirrored_shapes(comparison.shapes, exchange),
        uncertainty=_uncertainty(comparison.uncertainty, exchange),
    )


def _dossier(dossier: Mapping[str, str], exchange: Exchange) -> Mapping[str, str]:
    if "oriented" not in dossier:
        return dossier
    return {**dossier, "oriented": exchange.word(dossier["oriented"])}


def _source(source: SourceResult, exchange: Exchange) -> SourceResult:
    limits = (
        replace(limit, id=exchange.limit(limit.id), party=exchange.optional(limit.party))
        for limit in source.limits
    )
    accuracy = source.accuracy
    if accuracy is not None and accuracy.get("assumed_by") is not None:
        accuracy = {**accuracy, "assumed_by": exchange.party(accuracy["assumed_by"])}
    return replace(
        source,
        standing=mirrored_standing(source.standing, exchange),
        accuracy=accuracy,
        limits=sorted_limits(limits),
        areas_km2=exchange.keys(source.areas_km2),
        findings=mirrored_findings(source.findings, exchange),
    )


def _pair(pair: Pair, exchange: Exchange) -> Pair:
    offsets = Offsets(_statistics(pair.offsets_m.all, exchange), _statistics(pair.offsets_m.main, exchange))
    return replace(
        pair,
        areas_km2=exchange.keys(pair.areas_km2),
        areas_95_km2=exchange.keys(pair.areas_95_km2),
        net_area_km2=exchange.keys(pair.net_area_km2),
        net_area_95_km2=exchange.keys(pair.net_area_95_km2),
        offsets_m=offsets,
    )


def _statistics(statistics: OffsetStatistics, exchange: Exchange) -> OffsetStatistics:
    signed, interval = statistics.signed_mean, statistics.signed_mean_95
    return replace(
        statistics,
        signed_mean_95=_negated(interval),
        signed_mean=None if signed is None else 0.0 - signed,
        toward=exchange.optional(statistics.toward),
    )


def _axis(comparison: Comparison, exchange: Exchange) -> Any:
    axis = comparison.axis
    if axis is None:
        return None
    pieces = (
        replace(piece, limits=tuple(sorted(exchange.limit(limit) for limit in piece.limits)))
        for piece in axis.pieces
    )
    return replace(axis, pieces=tuple(pieces))


def _section(section: Section, exchange: Exchange) -> Section:
    sources = {
        source: replace(at, toward=exchange.optional(at.toward)) for source, at in section.sources.items()
    }
    return replace(section, sources=sources, districts=exchange.keys(section.districts))


def _differences(differences: Differences, exchange: Exchange) -> Differences:
    return replace(
        differences, listed=tuple(mirrored_difference(item, exchange) for item in differences.listed)
    )


def _enclave(enclave: Enclave, exchange: Exchange) -> Enclave:
    return replace(enclave, party=exchange.party(enclave.party), within=exchange.party(enclave.within))


def _uncertainty(uncertainty: Mapping[str, Any], exchange: Exchange) -> Mapping[str, Any]:
    """Areas by label and by party, and signed means, of every length that was tried."""
    if "sensitivity" not in uncertainty:
        return uncertainty
    tried = []
    for one in uncertainty["sensitivity"]:
        pairs = tuple(
            {
                **pair,
                "areas_95_km2": exchange.keys(pair["areas_95_km2"]),
                "net_area_95_km2": exchange.keys(pair["net_area_95_km2"]),
                "signed_mean_95_m": _negated(pair["signed_mean_95_m"]),
            }
            for pair in one["pairs"]
        )
        tried.append({**one, "pairs": pairs})
    return {**uncertainty, "sensitivity": tuple(tried)}


def _negated(interval: Interval | None) -> Interval | None:
    return None if interval is None else (0.0 - interval[1], 0.0 - interval[0])


def _features(features: Mapping[str, Any], exchange: Exchange) -> Mapping[str, Any]:
    done = {kind: exchange.value(listed) for kind, listed in features.items()}
    if "districts" in done:
        done["districts"] = sorted_districts(done["districts"])
    if "adjoining" in done:
        done["adjoining"] = sorted_adjoining(done["adjoining"])
    return done
