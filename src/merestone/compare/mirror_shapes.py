"""The geometry behind a result, mirrored: sides exchanged, strands turned round, offsets negated."""

from dataclasses import replace

import numpy as np

from merestone.compare.exchange import Exchange
from merestone.compare.mirror_parts import mirrored_difference, mirrored_findings
from merestone.compare.order import piece_key
from merestone.model.lines import Limit, SourceLimits, Strand, Tracing
from merestone.model.results import DrawnEdges, Shapes, StationOffsets
from merestone.model.sources import Layer, Source, Standing


def mirrored_shapes(shapes: Shapes, exchange: Exchange) -> Shapes:
    """Everything from which maps and profiles are drawn, with the parties exchanged."""
    return replace(
        shapes,
        tracing=_tracing(shapes.tracing, exchange),
        sources=tuple(_source(source, exchange) for source in shapes.sources),
        layers=tuple(_layer(layer, exchange) for layer in shapes.layers),
        differences=tuple((mirrored_difference(item, exchange), area) for item, area in shapes.differences),
        stations=tuple(_stations(stations) for stations in shapes.stations),
        regions={
            source: replace(regions, labels=tuple(exchange.label(label) for label in regions.labels))
            for source, regions in shapes.regions.items()
        },
        features=replace(
            shapes.features,
            waters=tuple(replace(part, label=exchange.label(part.label)) for part in shapes.features.waters),
            followed=tuple(replace(one, limit=exchange.limit(one.limit)) for one in shapes.features.followed),
        ),
        edges=_edges(shapes.edges, exchange),
        facing={pair: replace(at, offset_m=0.0 - at.offset_m) for pair, at in shapes.facing.items()},
    )


def _edges(edges: DrawnEdges | None, exchange: Exchange) -> DrawnEdges | None:
    if edges is None:
        return None
    return replace(edges, labels=tuple(exchange.label(label) for label in edges.labels))


def _tracing(tracing: Tracing, exchange: Exchange) -> Tracing:
    return replace(
        tracing,
        sources=tuple(_source_limits(limits, exchange) for limits in tracing.sources),
        pieces=tuple(
            replace(
                piece,
                limits=tuple(sorted(exchange.limit(limit) for limit in piece.limits)),
                first_on_left=not piece.first_on_left,
            )
            for piece in tracing.pieces
        ),
        findings=mirrored_findings(tracing.findings, exchange),
    )


def _source_limits(limits: SourceLimits, exchange: Exchange) -> SourceLimits:
    turned = (_limit(limit, exchange) for limit in limits.limits)
    return replace(
        limits,
        limits=tuple(sorted(turned, key=lambda at: (piece_key(at.piece), at.party or "", at.id))),
        enclaves=tuple(
            replace(land, party=exchange.party(land.party), within=exchange.party(land.within))
            for land in limits.enclaves
        ),
        findings=mirrored_findings(limits.findings, exchange),
    )


def _limit(limit: Limit, exchange: Exchange) -> Limit:
    """Turned round, so that the party that is now first by id is on the left."""
    strands = tuple(_turned(strand) for strand in limit.strands) if limit.sided else limit.strands
    return replace(limit, id=exchange.limit(limit.id), party=exchange.optional(limit.party), strands=strands)


def _turned(strand: Strand) -> Strand:
    return Strand(np.ascontiguousarray(strand.coords[::-1]), strand.open_end, strand.open_start)


def _source(source: Source, exchange: Exchange) -> Source:
    accuracy = source.info.accuracy
    if accuracy is not None and accuracy.assumed_by is not None:
        accuracy = replace(accuracy, assumed_by=exchange.party(accuracy.assumed_by))
    info = replace(source.info, standing=_standing(source.info.standing, exchange), accuracy=accuracy)
    return replace(
        source,
        info=info,
        sides=exchange.keys(source.sides),
        findings=mirrored_findings(source.findings, exchange),
    )


def _standing(standing: Standing, exchange: Exchange) -> Standing:
    def parties(listed: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(exchange.party(party) for party in listed))

    return Standing(
        offered_by=parties(standing.offered_by),
        available_to=parties(standing.available_to),
        accepted_by=parties(standing.accepted_by),
        contested_by=tuple(sorted((exchange.party(p), reason) for p, reason in standing.contested_by)),
    )


def _layer(layer: Layer, exchange: Exchange) -> Layer:
    features = (replace(feature, party=exchange.optional(feature.party)) for feature in layer.features)
    return replace(layer, features=tuple(features), findings=mirrored_findings(layer.findings, exchange))


def _stations(stations: StationOffsets) -> StationOffsets:
    """Offsets with a side negated; plain distances stay."""
    offset_m = {
        source: np.where(stations.signed[source], 0.0 - offset_m, offset_m)
        for source, offset_m in stations.offset_m.items()
    }
    return replace(stations, offset_m=offset_m)
