"""`worksheet test` and `worksheet grid`: a PDF is written, or one sentence says why not."""

from __future__ import annotations

import pypdfium2
import pytest

from siamese import cli


def text(file) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_a_test_of_a_built_in_alphabet_is_written(tmp_path, capsys):
    file = tmp_path / "test.pdf"
    assert cli.main(["worksheet", "test", str(file), "--alphabet", "Thai", "--seed", "3", "--trials", "6"]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: ")
    first, second, key = text(file)
    assert "One-shot test, Thai, seed 3" in first
    assert "One-shot test, Thai, seed 3" in second
    assert "6 of 6: 100 %" in key


def test_a_name_that_cannot_be_printed_is_reported(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("siamese.classroom.print_fonts.printable", lambda text: text != "Thai")
    file = tmp_path / "test.pdf"
    assert cli.main(["worksheet", "test", str(file), "--alphabet", "Thai", "--trials", "1"]) == 0
    assert capsys.readouterr().err == (
        "No font on this computer has all letters of Thai: the worksheet leaves the name out.\n"
    )
    assert all("Thai" not in page for page in text(file))


def test_a_grid_is_written(tmp_path):
    file = tmp_path / "grid.pdf"
    assert cli.main(["worksheet", "grid", str(file), "--boxes", "12", "--paper", "Letter"]) == 0
    (page,) = text(file)
    assert "Your own alphabet" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["test", "sheet.pdf", "--alphabet", "Nowhere"], "There is no alphabet 'Nowhere'"),
        (["test", "sheet.pdf", "--trials", "100"], "100 trials: choose from 1 to 40."),
        (["grid", "sheet.pdf", "--paper", "A0"], "There is no paper 'A0': choose from A4, Letter."),
        (["grid", "sheet.pdf", "--boxes", "13"], "invalid choice"),
        (["grid", "missing/sheet.pdf"], "cannot be written: No such file or directory."),
    ],
)
def test_bad_input_is_one_sentence(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["worksheet", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
