"""What files that people take away are called."""

import io
from urllib.parse import unquote

import pytest

from app.core.downloads import disposition, workbook


@pytest.mark.parametrize(
    ("name", "plain", "ascii_name"),
    [
        ("导入核对结果.xlsx", "import-report", "import-report.xlsx"),
        ("户口簿.webp", "paper", "paper.webp"),
        ("没有后缀", "paper", "paper"),
        ('a"; filename=x.ht"ml', "paper", "paper"),
        ("a\r\nSet-Cookie: b=c.pdf", "paper", "paper.pdf"),
        ("户口.扫描件", "paper", "paper"),
    ],
)
def test_a_name_in_any_script_comes_with_an_ascii_one(name, plain, ascii_name):
    header = disposition(name, plain)
    placement, usual, full = header.split("; ")
    assert (placement, usual) == ("attachment", f'filename="{ascii_name}"')
    assert full.startswith("filename*=UTF-8''")
    assert unquote(full.removeprefix("filename*=UTF-8''")) == name
    assert header.isascii()
    assert header.isprintable()


def test_what_is_shown_in_the_browser_is_not_saved(app):
    assert disposition("户口簿.webp", "paper", inline=True).startswith("inline; ")


def test_a_workbook_is_sent_under_its_title(app):
    with app.test_request_context():
        response = workbook(io.BytesIO(b"PK"), "会员", "members")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"members.xlsx\"; filename*=UTF-8''%E4%BC%9A%E5%91%98.xlsx"
    )
    response.close()
