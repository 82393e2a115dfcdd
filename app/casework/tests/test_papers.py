"""Papers: whatever is sent is refused in words, or comes out with nothing but what it shows."""

import io

import pikepdf
import pytest
from PIL import Image

from app.casework.errors import PaperRefused
from app.casework.papers import LONGEST_SIDE, CleanPaper, clean_paper
from app.casework.tests.bad_papers import CANARY, Bad, all_bad, pdf, picture
from app.core.files import LONGEST_NAME
from app.core.pdf_rewriting import ACTIVE

CORPUS = all_bad()


def test_the_corpus_is_large_and_its_cases_differ():
    assert len(CORPUS) >= 100
    assert len({bad.case for bad in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("bad", CORPUS, ids=lambda bad: bad.case)
def test_a_bad_paper_is_refused_in_words_or_comes_out_clean(world, bad: Bad):
    if bad.is_refused:
        with pytest.raises(PaperRefused) as refused:
            clean_paper(bad.data, bad.name)
        _require_plain(str(refused.value.message), most=400)
        return
    clean = clean_paper(bad.data, bad.name)
    _require_plain(clean.name, most=LONGEST_NAME + 5)
    assert "/" not in clean.name
    _require_clean(clean)


def _require_plain(text: str, *, most: int) -> None:
    assert 0 < len(text) <= most
    assert text.isprintable(), ascii(text)


def _require_clean(clean: CleanPaper) -> None:
    assert CANARY not in clean.data
    if clean.media_type == "application/pdf":
        _require_clean_pdf(clean.data)
        return
    assert clean.media_type == "image/webp"
    with Image.open(io.BytesIO(clean.data)) as opened:
        assert opened.format == "WEBP"
        assert max(opened.size) <= LONGEST_SIDE
        assert getattr(opened, "n_frames", 1) == 1
        assert not opened.getexif()
        assert set(opened.info) <= {"loop", "background", "timestamp", "duration"}


def _require_clean_pdf(data: bytes) -> None:
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert len(opened.pages) >= 1
        assert not opened.is_encrypted
        assert not opened.get_warnings()
        assert "/Info" not in opened.trailer
        for found in opened.objects:
            assert CANARY not in found.unparse(resolved=True)
            if isinstance(found, pikepdf.Stream):
                assert CANARY not in found.read_raw_bytes()
            if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
                assert ACTIVE.isdisjoint(found.keys())


def test_what_a_clean_pdf_shows_stays():
    with pikepdf.open(io.BytesIO(clean_paper(pdf(pages=3), "合同.pdf").data)) as opened:
        assert [b"Page" in page.Contents.read_bytes() for page in opened.pages] == [True] * 3


@pytest.mark.parametrize("data", [picture(), pdf()], ids=["picture", "PDF"])
def test_the_same_paper_is_the_same_bytes_again(data):
    assert clean_paper(data, "a").data == clean_paper(data, "b").data
