"""The error model of a source: what goes into which part of it, and what is assumed."""

from dataclasses import replace
from math import hypot, inf, log, sqrt

import pytest

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.sources import Operation, SourceInfo, SourceKind
from merestone.sources.budget import accuracy_budget, total_95_m
from merestone.sources.spec import SourceSpec
from merestone.uncertainty.model import error_model

PER_SIGMA = sqrt(2.0 * log(20.0))


def info(operation=None, **more):
    spec = SourceSpec(
        "one", "one.gpkg", SourceKind.TWO_SIDED, "One", **{"accuracy": Accuracy(Measure.SIGMA, 40.0), **more}
    )
    terms = accuracy_budget(spec, operation)
    return SourceInfo(
        "one", SourceKind.TWO_SIDED, "0" * 64, "One", scale=spec.scale, accuracy=spec.accuracy,
        operation=operation, accuracy_95_m=total_95_m(terms), accuracy_budget=terms,
        common_share=spec.common_share, correlation_km=spec.correlation_km,
    )  # fmt: skip


def test_without_further_words_half_of_the_variance_is_common_and_the_rest_a_field_of_10_km():
    model = error_model(info())
    assert (model.common_m, model.field_m) == (
        pytest.approx(40.0 / sqrt(2.0)),
        pytest.approx(40.0 / sqrt(2.0)),
    )
    assert model.correlation_m == 10_000.0
    assert model.drafting_m == 0.0
    assert model.shared_m == {}
    assert model.assumed == ("common_share", "correlation_km")


@pytest.mark.parametrize(
    ("scale", "length_m"),
    [(25_000, 2_500.0), (100_000, 10_000.0), (1_000_000, 100_000.0), (10_000_000, 100_000.0)],
)
def test_the_length_is_10_cm_at_scale_and_at_most_100_km(scale, length_m):
    assert error_model(info(scale=float(scale))).correlation_m == pytest.approx(length_m)


def test_what_the_dossier_says_is_not_assumed():
    model = error_model(info(common_share=0.2, correlation_km=3.0))
    assert model.common_m == pytest.approx(40.0 * sqrt(0.2))
    assert model.field_m == pytest.approx(40.0 * sqrt(0.8))
    assert model.correlation_m == 3000.0
    assert model.assumed == ()


def test_an_assumed_accuracy_is_told_in_whichever_term_it_is():
    by_hand = info(accuracy=Accuracy(Measure.SIGMA, 40.0, assumed=True), common_share=0.0, correlation_km=1.0)
    by_scale = info(accuracy=Accuracy(Measure.SCALE), scale=1e6, common_share=0.0, correlation_km=1.0)
    by_term = info(common_share=0.0, correlation_km=1.0, georeferencing_m=5.0)
    assert {error_model(one).assumed for one in (by_hand, by_scale, by_term)} == {("accuracy",)}
    without_budget = replace(by_scale, accuracy_budget=())
    assert error_model(without_budget).assumed == ("accuracy",)
    assert error_model(without_budget).sigma_m == pytest.approx(1000.0 / PER_SIGMA)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_all_parts_together_are_the_accuracy(share):
    everything = info(
        Operation("EPSG:15865", "SK-42", 4.5, ""), common_share=share, scale=50_000.0,
        generalisation_m=10.0, drafting_m=20.0, digitising_m=30.0, georeferencing_m=40.0, control="c",
    )  # fmt: skip
    model = error_model(everything)
    assert model.sigma_m == pytest.approx(everything.accuracy_95_m / PER_SIGMA, rel=1e-12)
    assert set(model.shared_m) == {"operation EPSG:15865", "control c"}
    assert model.shared_m["operation EPSG:15865"] == pytest.approx(4.5 / sqrt(2.0))
    assert model.shared_m["control c"] == pytest.approx(40.0 / PER_SIGMA)
    assert model.drafting_m == pytest.approx(hypot(10.0, 20.0, 30.0) / PER_SIGMA)
    assert model.drafting_length_m == pytest.approx(150.0)
    assert model.common_m == pytest.approx(40.0 * sqrt(share))


def test_georeferencing_without_a_name_of_its_control_is_shared_with_nobody():
    model = error_model(info(georeferencing_m=PER_SIGMA * 30.0, common_share=0.0))
    assert model.shared_m == {}
    assert model.common_m == pytest.approx(30.0)


def test_a_length_of_zero_is_kept_and_an_infinite_one_joins_the_common_part():
    none = error_model(info(correlation_km=0.0))
    assert none.correlation_m == 0.0
    assert none.field_m == pytest.approx(40.0 / sqrt(2.0))
    whole = error_model(info(correlation_km=inf))
    assert (whole.common_m, whole.field_m) == (pytest.approx(40.0), 0.0)
    assert whole.correlation_m == inf


def test_a_share_of_all_leaves_no_field_whose_length_would_be_assumed():
    model = error_model(info(common_share=1.0))
    assert (model.common_m, model.field_m, model.assumed) == (pytest.approx(40.0), 0.0, ())


def test_the_length_can_be_varied():
    model = error_model(info(correlation_km=2.0)).with_length(5.0)
    assert model.correlation_m == 10_000.0
    assert error_model(info(correlation_km=inf)).with_length(0.2).correlation_m == inf


@pytest.mark.parametrize("more", [{"accuracy": None}, {"operation": Operation(None, "own", None, "+proj=x")}])
def test_unknown_accuracy_has_no_model(more):
    assert error_model(info(**more)) is None
