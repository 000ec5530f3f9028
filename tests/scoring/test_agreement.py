"""The measures of agreement, against values worked out by hand or published."""

from __future__ import annotations

import pytest

from voicecoach.scoring.agreement import (
    confusion,
    line_through,
    mean,
    pearson,
    quadratic_kappa,
    ranks,
    share,
    spearman,
)


def test_equal_values_share_their_mean_rank() -> None:
    assert ranks([10, 20, 20, 30]) == [1, 2.5, 2.5, 4]


def test_rank_correlation() -> None:
    assert spearman([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    # Five pairs, sum of squared rank differences 10: 1 - 6 * 10 / (5 * 24).
    assert spearman([1, 2, 3, 4, 5], [2, 1, 5, 4, 3]) == pytest.approx(0.5)


def test_correlation_is_not_defined_without_variation() -> None:
    assert pearson([1, 1], [1, 2]) is None
    assert pearson([1], [1]) is None


def test_quadratic_kappa() -> None:
    assert quadratic_kappa([0, 1, 2], [0, 1, 2], 2) == pytest.approx(1)
    assert quadratic_kappa([0, 2], [2, 0], 2) == pytest.approx(-1)
    # Observed (0 + 1 + 0 + 4) / 4 = 1.25; expected from the margins {0:2, 2:2} x {0:2, 1:1, 2:1}:
    # 2*1*1 + 2*1*4 + 2*2*4 + 2*1*1 = 28, over 16.
    assert quadratic_kappa([0, 0, 2, 2], [0, 1, 2, 0], 2) == pytest.approx(1 - 1.25 / (28 / 16))


def test_kappa_is_not_defined_for_nothing_or_for_one_level_alone() -> None:
    assert quadratic_kappa([], [], 2) is None
    assert quadratic_kappa([1, 1], [1, 1], 2) is None


def test_confusion_has_a_row_for_each_label() -> None:
    assert confusion([0, 0, 1, 2], [0, 2, 1, 2], 2) == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_line_of_least_squares() -> None:
    assert line_through([0, 1, 2], [1, 3, 5]) == pytest.approx((1, 2))
    assert line_through([4, 4], [1, 3]) == (2, 0)


def test_mean_of_what_is_known() -> None:
    assert mean([1, None, 2]) == 1.5
    assert mean([None]) is None


def test_share() -> None:
    assert share([True, False]) == 0.5
    assert share([]) is None
