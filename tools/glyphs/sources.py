"""The characters of the built-in alphabets, and the fonts they are taken from."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
import unicodedata

from fontTools.ttLib import TTFont

FONTS = pathlib.Path("/usr/share/fonts")
"""Where Debian installs fonts-noto-core and fonts-noto-cjk."""
CATEGORIES = ("Lo", "Lu", "Ll", "So")
"""Unicode categories that are taken: letters, and So for Braille, whose patterns Unicode counts as symbols."""


@dataclasses.dataclass(frozen=True)
class Source:
    """One alphabet: its Unicode script, a font, and its code points in order, as ranges such as "0391-03A9 03D8"."""

    script: str
    font: str
    points: str
    name: str = ""  # for scripts with several alphabets
    quarter_turn: bool = False  # the font has the letters of a vertical script lying on their sides
    fixed: bool = False  # positions matter: characters are not centred and scaled one by one

    @property
    def alphabet(self) -> str:
        """Name of the alphabet."""
        return self.name or self.script


def _sans(script: str, points: str, name: str = "", **more: bool) -> Source:
    return Source(script, f"truetype/noto/NotoSans{script.replace(' ', '')}-Regular.ttf", points, name, **more)


_SANS = "truetype/noto/NotoSans-Regular.ttf"
_CJK = "opentype/noto/NotoSansCJK-Regular.ttc"

SOURCES = (
    _sans("Arabic", "0627-0628 062A-063A 0641-0648 064A"),
    _sans("Armenian", "0561-0586"),
    _sans("Avestan", "10B00-10B35"),
    _sans("Balinese", "1B13-1B33"),
    _sans("Bassa Vah", "16AD0-16AED"),
    _sans("Bengali", "0985-098C 098F-0990 0993-09A8 09AA-09B0 09B2 09B6-09B9 09DC-09DD 09DF"),
    Source(
        "Braille",
        "truetype/noto/NotoSansSymbols2-Regular.ttf",
        "2801 2803 2809 2819 2811 280B 281B 2813 280A 281A 2805 2807 280D 281D 2815 280F 281F 2817 280E 281E 2825 "
        "2827 283A 282D 283D 2835",
        fixed=True,
    ),
    _sans(
        "Canadian Aboriginal",
        "1401 1403 1405 140A 142F 1431 1433 1438 144C 144E 1450 1455 146B 146D 146F 1472 1489 148B 148D 1490 14A3 14A5 "
        "14A7 14AA 14C0 14C2 14C4 14C7 14D3 14D5 14D7 14DA 14ED 14EF 14F1 14F4 1526 1528 152A 152D",
    ),
    _sans("Cherokee", "13A0-13C7"),
    _sans("Cypriot", "10800-1081F"),
    Source("Cyrillic", _SANS, "0410-0415 0401 0416-042F", "Cyrillic capital"),
    Source("Cyrillic", _SANS, "0430-0435 0451 0436-044F", "Cyrillic small"),
    _sans("Deseret", "10400-10427"),
    _sans("Devanagari", "0905-090B 090F-0910 0913-0914 0915-0928 092A-0930 0932-0933 0935-0939"),
    _sans(
        "Ethiopic",
        "1200 1208 1210 1218 1220 1228 1230 1238 1240 1260 1268 1270 1278 1280 1290 1298 12A0 12A8 12B8 12C8 12D0 12D8 "
        "12E0 12E8 12F0 1300 1308 1320 1328 1330 1338 1340 1348 1350",
    ),
    _sans("Georgian", "10A0-10C5", "Georgian Asomtavruli"),
    _sans("Georgian", "10D0-10F5", "Georgian Mkhedruli"),
    _sans("Glagolitic", "2C00-2C2E"),
    _sans("Gothic", "10330-10340 10342-10349"),
    _sans("Grantha", "11305-1130C 1130F-11310 11313-11328 1132A-11330 11332-11333 11335-11339"),
    Source("Greek", _SANS, "0391-03A1 03A3-03A9", "Greek capital"),
    Source("Greek", _SANS, "03B1-03C1 03C3-03C9", "Greek small"),
    _sans("Gujarati", "0A85-0A8B 0A8D 0A8F-0A91 0A93-0AA8 0AAA-0AB0 0AB2-0AB3 0AB5-0AB9"),
    _sans("Gurmukhi", "0A05-0A0A 0A0F-0A10 0A13-0A28 0A2A-0A30 0A32 0A35 0A38-0A39 0A5C 0A72-0A73"),
    Source("Hangul", _CJK, "3131-3132 3134 3137-3139 3141-3143 3145-314E 314F-3163"),
    _sans("Hanunoo", "1720-1731"),
    _sans("Hebrew", "05D0-05D9 05DB-05DC 05DE 05E0-05E2 05E4 05E6-05EA"),
    Source(
        "Hiragana",
        _CJK,
        "3042 3044 3046 3048 304A-304B 304D 304F 3051 3053 3055 3057 3059 305B 305D 305F 3061 3064 3066 3068 306A-306F "
        "3072 3075 3078 307B 307E-3082 3084 3086 3088-308D 308F-3093",
    ),
    _sans("Imperial Aramaic", "10840-10855"),
    _sans("Javanese", "A98F-A9B2"),
    _sans("Kannada", "0C85-0C8C 0C8E-0C90 0C92-0CA8 0CAA-0CB3 0CB5-0CB9"),
    Source(
        "Katakana",
        _CJK,
        "30A2 30A4 30A6 30A8 30AA-30AB 30AD 30AF 30B1 30B3 30B5 30B7 30B9 30BB 30BD 30BF 30C1 30C4 30C6 30C8 30CA-30CF "
        "30D2 30D5 30D8 30DB 30DE-30E2 30E4 30E6 30E8-30ED 30EF-30F3",
    ),
    _sans("Khmer", "1780-17A2"),
    Source(
        "Lao",
        "truetype/noto/NotoLoopedLao-Regular.ttf",
        "0E81-0E82 0E84 0E87-0E88 0E8A 0E8D 0E94-0E97 0E99-0E9F 0EA1-0EA3 0EA5 0EA7 0EAA-0EAB 0EAD-0EAE",
    ),
    Source("Latin", _SANS, "0041-005A", "Latin capital"),
    Source("Latin", _SANS, "0061-007A", "Latin small"),
    _sans("Malayalam", "0D05-0D0C 0D0E-0D10 0D12-0D28 0D2A-0D39"),
    _sans("Meetei Mayek", "ABC0-ABDA"),
    _sans("Mongolian", "1820-1838", quarter_turn=True),
    _sans("Myanmar", "1000-1021"),
    Source("Nko", "truetype/noto/NotoSansNKo-Regular.ttf", "07CA-07EA"),
    _sans("Ogham", "1681-168F 1695-1699"),
    _sans("Ol Chiki", "1C5A-1C77"),
    _sans("Old Italic", "10300-10319"),
    _sans("Oriya", "0B05-0B0C 0B0F-0B10 0B13-0B28 0B2A-0B30 0B32-0B33 0B35-0B39"),
    _sans("Osmanya", "10480-1049D"),
    _sans("Phoenician", "10900-10915"),
    _sans(
        "Runic",
        "16A0 16A2-16A3 16A6 16A8-16AB 16B1 16B3 16B7-16B9 16BB 16BE 16C1 16C4 16C7-16C9 16CB 16CF 16D2 16D6-16D7 "
        "16DA 16DD-16E1 16E3-16E5",
    ),
    _sans("Shavian", "10450-1047F"),
    _sans("Sinhala", "0D85-0D8D 0D91-0D92 0D94 0D9A-0D9D 0DA0-0DA7 0DA9-0DAA 0DAC-0DAF 0DB1 0DB4-0DBB 0DBD 0DC0-0DC6"),
    _sans("Sundanese", "1B83-1BA0"),
    _sans("Syloti Nagri", "A800-A801 A803-A805 A807-A80A A80C-A822"),
    _sans("Syriac", "0710 0712-0713 0715 0717-071B 071D 071F-0723 0725-0726 0728-072C"),
    _sans("Tagalog", "1700-170C 170E-1711"),
    _sans("Tai Le", "1950-196D"),
    _sans("Tamil", "0B85-0B8A 0B8E-0B90 0B92-0B95 0B99-0B9A 0B9C 0B9E-0B9F 0BA3-0BA4 0BA8-0BAA 0BAE-0BB9"),
    _sans("Telugu", "0C05-0C0C 0C0E-0C10 0C12-0C28 0C2A-0C33 0C35-0C39"),
    _sans("Thaana", "0780-0797"),
    Source("Thai", "truetype/noto/NotoLoopedThai-Regular.ttf", "0E01-0E2E"),
    Source(
        "Tibetan",
        "truetype/noto/NotoSerifTibetan-Regular.ttf",
        "0F40-0F42 0F44-0F47 0F49 0F4F-0F51 0F53-0F56 0F58-0F5B 0F5D-0F64 0F66-0F68",
    ),
    _sans(
        "Tifinagh",
        "2D30-2D31 2D33 2D37 2D39 2D3B-2D3D 2D40 2D43-2D45 2D47 2D49-2D4A 2D4D-2D4F 2D53-2D57 2D59-2D5C 2D5F "
        "2D61-2D63 2D65",
    ),
)


def code_points(ranges: str) -> list[int]:
    """The code points of "0391-03A9 03D8", in order."""
    points: list[int] = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        points.extend(range(int(first, 16), int(last or first, 16) + 1))
    return points


@functools.cache
def character_map(font: str) -> dict[int, str]:
    """The glyph of each code point in a font. Raises FileNotFoundError if the font is not installed."""
    with TTFont(FONTS / font, fontNumber=0, lazy=True) as opened:
        return dict(opened.getBestCmap())


def available_points(source: Source) -> list[int]:
    """The code points of an alphabet that are assigned letters and that its font can show."""
    glyphs = character_map(source.font)
    return [p for p in code_points(source.points) if p in glyphs and unicodedata.category(chr(p)) in CATEGORIES]
