"""The vectors as a pytest fixture: a test that takes it runs once for each.

    from prometeu_assets.conformance.fixtures import conformance_case

    def test_my_reader(conformance_case, tmp_path):
        conformance_case.check(my_reader(conformance_case.input(tmp_path)))

Other kinds and profiles: `prometeu_assets.conformance.testing.conformance_cases`.
"""

from __future__ import annotations

import pytest

from prometeu_assets.conformance.testing import ConformanceCase, conformance_cases


@pytest.fixture(params=conformance_cases(profile="reader"), ids=str)
def conformance_case(request: pytest.FixtureRequest) -> ConformanceCase:
    """Each pack of profile *reader* in turn; ``my_reader`` returns a code, or None."""
    case: ConformanceCase = request.param
    return case
