import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.comparison.colormap import Scale, contrast
from hybrid_tui.comparison.heatmap_svg import heatmap_svg
from hybrid_tui.comparison.matrix import Matrix

SVG = "{http://www.w3.org/2000/svg}"
MATRIX = Matrix(
    "mAP",
    ("de", "en"),
    ("de", "en", "zh"),
    ((0.8, 0.64, None), (0.55, 0.9, 0.1)),
    ((1190, 1190, 0), (1190, 1190, 12)),
)


def drawn(matrix: Matrix, name: str = "", *, diverging: bool = False) -> ET.Element:
    return ET.fromstring(heatmap_svg(matrix, Scale.of(matrix, diverging=diverging), name))


def texts(svg: ET.Element) -> list[str | None]:
    return [each.text for each in svg.iter(f"{SVG}text")]


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def test_it_says_what_it_is():
    svg = drawn(MATRIX, "me5-small")
    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    assert [child.tag for child in svg][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert svg[0].text == "me5-small: mAP"
    assert svg[1].text == "rows: query language; columns: passage language; from .100 to .900"
    assert {"me5-small: mAP", "query language", "passage language", "de", "en", "zh"} <= set(texts(svg))


def test_every_cell_has_its_number_and_words():
    cells = drawn(MATRIX).findall(f"{SVG}g")
    assert [cell.findtext(f"{SVG}text") for cell in cells] == [".800", ".640", "·", ".550", ".900", ".100"]
    assert [cell.findtext(f"{SVG}title") for cell in cells][1:3] == [
        "query de -> passage en: .640 (n = 1,190)",
        "query de -> passage zh: nothing to measure",
    ]


def test_its_background_is_its_own():
    svg = drawn(MATRIX)
    first = next(svg.iter(f"{SVG}rect"))
    sides = (first.get("x"), first.get("y"), first.get("width"), first.get("height"))
    assert sides == ("0", "0", svg.get("width"), svg.get("height"))
    assert svg.get("viewBox") == f"0 0 {svg.get('width')} {svg.get('height')}"
    assert contrast(rgb(first.get("fill", "")), rgb(svg.get("fill", ""))) > 12


def test_the_legend_tells_both_ends():
    assert texts(drawn(MATRIX))[-3:] == [".100", ".900", "· nothing to measure"]
    assert texts(drawn(MATRIX, diverging=True))[-4:-1] == ["-.900", "0", "+.900"]


def test_differences_have_signs():
    svg = drawn(Matrix("x", ("de",), ("de", "en"), ((-0.012, 0.03),), ((5, 5),)), diverging=True)
    cells = svg.findall(f"{SVG}g")
    assert [cell.findtext(f"{SVG}text") for cell in cells] == ["-.012", "+.030"]
    assert cells[1].findtext(f"{SVG}title") == "query de -> passage en: +.030 (n = 5)"


def test_two_heatmaps_on_one_scale_paint_a_value_alike():
    other = Matrix("mAP", ("de",), ("en",), ((0.64,),), ((3,),))
    scale = Scale.of(MATRIX, other)
    one, two = (ET.fromstring(heatmap_svg(matrix, scale)).findall(f"{SVG}g") for matrix in (MATRIX, other))
    assert one[1].find(f"{SVG}rect").get("fill") == two[0].find(f"{SVG}rect").get("fill")


def test_nothing_measured_has_no_scale():
    svg = drawn(Matrix("x", ("de",), ("en",), ((None,),), ((0,),)))
    assert texts(svg)[-2:] == ["·", "· nothing to measure"]
    assert svg[1].text == "rows: query language; columns: passage language"


@given(st.text(max_size=30), st.floats(-1e12, 1e12) | st.none(), st.booleans())
def test_any_name_and_value_is_well_formed_and_readable(name: str, value: float | None, diverging: bool):
    matrix = Matrix(f"<{name}>&", (name, "b"), ("\x00", "]]>"), ((value, 0.5), (None, 1.0)), ((1, 1), (0, 1)))
    svg = drawn(matrix, name, diverging=diverging)
    for cell in svg.findall(f"{SVG}g"):
        back, ink = cell.find(f"{SVG}rect").get("fill", ""), cell.find(f"{SVG}text").get("fill", "")
        assert contrast(rgb(back), rgb(ink)) >= 4.5


def test_numbers_stay_within_their_cells():
    matrix = Matrix("rank gap", ("de",), ("de", "en"), ((0.0, 123456.7),), ((9, 9),), digits=1)
    cells = drawn(matrix).findall(f"{SVG}g")
    for cell in cells:
        assert float(cell.find(f"{SVG}rect").get("width", 0)) >= 8 * len(cell.findtext(f"{SVG}text") or "")
    assert [cell.findtext(f"{SVG}text") for cell in cells] == ["0", "123,457"]
    assert cells[1].findtext(f"{SVG}title") == "query de -> passage en: 123,456.7 (n = 9)"


def test_the_same_figures_make_the_same_file():
    assert heatmap_svg(MATRIX, Scale.of(MATRIX)) == heatmap_svg(MATRIX, Scale.of(MATRIX))
    assert not re.search(r"\bid=|url\(", heatmap_svg(MATRIX, Scale.of(MATRIX))), "ids clash within one page"
