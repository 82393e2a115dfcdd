"""Where a page may send its reader back to."""

import pytest

from app.core.local_paths import local_path


@pytest.mark.parametrize("path", ["/", "/news/?a=1", "/console/look#x", "/中文"])
def test_paths_on_this_host_are_kept(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "candidate",
    [
        "",
        "news",
        "//evil.example",
        "/\\evil.example",
        "\\evil",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "//[",
        "///x",
    ],
)
def test_everything_else_leads_home(candidate):
    assert local_path(candidate) == "/"
