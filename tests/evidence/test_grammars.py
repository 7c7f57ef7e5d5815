"""Each grammar by itself: forms that documents of the United Nations have, and what only looks like them."""

import pytest

from merestone.evidence.dates import dates
from merestone.evidence.gazetteer import Entry, Gazetteer
from merestone.evidence.languages import language_of
from merestone.evidence.measures import coordinates, distances, scales
from merestone.evidence.meetings import agenda_items, sessions
from merestone.evidence.numerals import chinese, ordinals, roman
from merestone.evidence.parts import annexes, articles, footnotes
from merestone.evidence.places import places
from merestone.evidence.reading import read_text
from merestone.evidence.resolutions import resolutions
from merestone.evidence.spelling import apart, key
from merestone.evidence.symbols import symbols
from merestone.evidence.text import text_of
from merestone.evidence.treaties import treaties


def flat(text):
    return text_of([text], paged=False).flat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A/74/450–S/2019/762", ["A/74/450", "S/2019/762"]),
        ("A/74/450-\nS/2019/762", ["A/74/450", "S/2019/762"]),
        ("S/RES/822 (1993), S/RES/853(1993)", ["S/RES/822 (1993)", "S/RES/853 (1993)"]),
        ("A/RES/1514(XV)", ["A/RES/1514 (XV)"]),
        ("A/C.1/75/L.1/Rev.1; A/75/497/Corr.1", ["A/C.1/75/L.1/Rev.1", "A/75/497/Corr.1"]),
        ("S/PV.3082 (Resumption 1), S/PRST/1995/21", ["S/PV.3082 (Resumption 1)", "S/PRST/1995/21"]),
        ("A/ES-10/L.23, A/S-30/PV.1, A/HRC/S-35/1", ["A/ES-10/L.23", "A/S-30/PV.1", "A/HRC/S-35/1"]),
        ("E/CN.4/1995/W.1 CCPR/C/ABC/CO/4", ["E/CN.4/1995/W.1", "CCPR/C/ABC/CO/4"]),
        ("ST/SGB/2019/2; ECE/TRANS/WP.29/2020/1", ["ST/SGB/2019/2", "ECE/TRANS/WP.29/2020/1"]),
        ("А/74/450 with a Cyrillic letter; S/26718", ["A/74/450", "S/26718"]),
        (
            "https://undocs.org/en/A/75/123 and [A/74/961-S/2020/729](#)",
            ["A/74/961", "S/2020/729", "A/75/123"],
        ),
        (
            "见A/75/851-S/2021/315、S/PV.8775和S/PRST/2020/12。",
            ["A/75/851", "S/2021/315", "S/PV.8775", "S/PRST/2020/12"],
        ),
        (
            "见A/75/890号文件；.A/73/601 A/74/812-S/2020/391General",
            ["A/75/890", "A/73/601", "A/74/812", "S/2020/391"],
        ),
        ("and/or, N/A, A/C, I/O, km/h, 5/12, AC/DC, ISO/TC 211, https://example.org/A/75", []),
    ],
)
def test_symbols(text, expected):
    assert [one.symbol for one in symbols(flat(text))] == expected


def found_in(words):
    return sorted(resolutions(words, list(dates(words))), key=lambda one: one.range)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第 822(1993)、853(1993)、874(1993)和 884(1993)号决议", [822, 853, 874, 884]),
        ("قرارات مجلس الأمن ٨٢٢ (١٩٩٣) و853 (1993)", [822, 853]),
        ("Security Council resolutions 822, 853 and 884 of 1993", [822, 853, 884]),
        ("resolutions 75/1 of 21 September 2020 and 75/277 of 18 May 2021", ["75/1", "75/277"]),
        ("resolution 1514 (XV) of 14 December 1960; resolution 377 A (V)", ["1514 (XV)", "377 A (V)"]),
        (
            "sus resoluciones 2 (I), de 1° de febrero de 1946, y 59/265 y\n59/266, de 23 de junio de 2004",
            ["2 (I)", "59/265", "59/266"],
        ),
        ("1993年9月20日第47/120 B号和1997年7月31日第51/241号决议", ["47/120 B", "51/241"]),
        ("резолюциями Совета Безопасности ООН 822, 853 и 884 (1993 г.)", [822, 853, 884]),
        ("822, 853 və 884 saylı qətnamələri (1993)", [822, 853, 884]),
        ("第 56/212 号决议和 2003 年第 58/553 号决定", ["56/212"]),
        ("resolution ES-10/17 of 15 December 2006; resolution S-30/1", ["ES-10/17", "S-30/1"]),
        ("قرار الجمعية العامة 1514 (د-15)", ["1514 (XV)"]),
        ("the Security Council committee pursuant to resolution 1970; the resolution of 1970", [1970]),
        ("résolution 1 du 3 mai; resolution 5 of the 12 members; decision 62/557", []),
        ("the resolution of the dispute, since 1993, in 30 villages; a resolution of 2015", []),
        ("The Council held 12 meetings", []),
    ],
)
def test_resolutions(text, expected):
    assert [one.number for one in found_in(flat(text))] == expected


@pytest.mark.parametrize(
    ("text", "body", "year"),
    [
        ("Human Rights Council resolution 46/30", "Human Rights Council", None),
        ("Economic and Social Council resolution 2020/5", "Economic and Social Council", 2020),
        ("General Assembly resolution 62/243 of 14 March 2008", "General Assembly", 2008),
        ("resolution 62/243, as recalled on 3 March 1921", "General Assembly", None),
        ("S/RES/822 (1993)", "Security Council", 1993),
        ("резолюцией 169 (II) Генеральной Ассамблеи от 31 октября 1947 года", "General Assembly", 1947),
        ("la résolution 986 (1995)", "Security Council", 1995),
        ("Security Council resolution 1701", "Security Council", None),
        ("In its resolution 45/10, the Commission on Narcotic Drugs called upon", None, None),
        ("In its resolution 62/343", "General Assembly", None),
        ("Security Council resolution 884 (1993 г.)", "Security Council", 1993),
    ],
)
def test_the_body_and_year_of_a_resolution(text, body, year):
    (found,) = found_in(flat(text))
    assert (found.body, found.year) == (body, year)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 and 21 December 1991", ["1991-12-08", "1991-12-21"]),
        ("from 27 September to 10 November 2020", ["2020-09-27", "2020-11-10"]),
        (
            "12–14 May 2021; May 15, 2021; 15th of May 2021",
            ["2021-05-12", "2021-05-14", "2021-05-15", "2021-05-15"],
        ),
        ("le 1er mai 2021, en septembre 2020", ["2021-05-01", "2020-09"]),
        ("12 de mayo, 14 de mayo y 3 de junio de 2021", ["2021-05-12", "2021-05-14", "2021-06-03"]),
        (
            "15.05.2021, в 1993 году, 8 и 21 декабря 1991 г.",
            ["2021-05-15", "1993", "1991-12-08", "1991-12-21"],
        ),
        ("二〇二一年五月十五日，5月12日以来，1990年代", ["2021-05-15", "--05-12", "199X"]),
        ("2020年9月27日至11月10日；2020 年 9 月底", ["2020-09-27", "2020-11-10", "2020-09"]),
        ("٨ كانون الأول/ديسمبر ١٩٩١، 15 مايو 2021، عام 1993", ["1991-12-08", "2021-05-15", "1993"]),
        ("2021-ci il 15 may, 2020-ci il noyabrın 10-da", ["2021-05-15", "2020-11-10"]),
        ("մայիսի 12-ից; 15 մայիսի, 2021 թ., 2020 թ. նոյեմբերի 10-ի", ["--05-12", "2021-05-15", "2020-11-10"]),
        ("in the 1990s; в 1990-х годах; dans les années 1980", ["199X", "199X", "198X"]),
        ("29 February 2020, 29 February 2021", ["2020-02-29", None]),
        ("Article 12 may be applied to 5 marches; 21-06572 (E) 180521; S/2020/729; 三十年", []),
    ],
)
def test_dates(text, expected):
    assert [one.iso for one in dates(flat(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Items 34, 40 and 72 (b) of the preliminary list*", [(34, None), (40, None), (72, "b")]),
        ("agenda item 70 (a) and (c)\n28 July 2020", [(70, "a"), (70, "c")]),
        ("au titre des points 34, 71 et\n135 de l’ordre du jour", [(34, None), (71, None), (135, None)]),
        ("议程项目 15、34 和 86\n和平文化", [(15, None), (34, None), (86, None)]),
        ("البندان 31 و34 من جدول الأعمال", [(31, None), (34, None)]),
        ("Пункт 31 первоначального перечня*", [(31, None)]),
        ("临时议程*项目34和40；暂定项目表*项目35", [(34, None), (40, None), (35, None)]),
        ("40 items were listed; the point 5 of departure; пункт 7 договора", []),
    ],
)
def test_agenda_items(text, expected):
    assert [(one.number, one.part) for one in agenda_items(flat(text))] == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Seventy-\nfourth session", 74),
        ("75th session", 75),
        ("Quatre-vingt-unième session", 81),
        ("Vigésimo tercer período extraordinario de sesiones", 23),
        ("Восьмидесятая сессия", 80),
        ("الدورة الثانية والستون", 62),
        ("第一〇二届会议", 102),
        ("Tenth emergency special session", 10),
        ("Десятая чрезвычайная специальная сессия", 10),
    ],
)
def test_sessions(text, number):
    assert [one.number for one in sessions(flat(text))] == [number]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Vienna Convention on the Law of Treaties, the statement signed on 10 November 2020 by both",
         [("Vienna Convention on the Law of Treaties", None), ("statement", "2020-11-10")]),
        ("the Helsinki Final Act of 1975 and the Treaty of Kars (13 October 1921)",
         [("Helsinki Final Act", "1975"), ("Treaty of Kars", "1921-10-13")]),
        ("the Charter of the United Nations, the Helsinki Final Act of 1 August 1975, and the Treaty of Kars",
         [("Charter of the United Nations", None), ("Helsinki Final Act", "1975-08-01"),
          ("Treaty of Kars", None)]),
        ("the Convention on the Prohibition of Mines and the Destruction of Stocks (1997)",
         [("Convention on the Prohibition of Mines and the Destruction of Stocks", "1997")]),
        ("l’Accord de cessez-le-feu des 4 et 5 février 1995", [("Accord de cessez-le-feu", "1995-02-04")]),
        ("The Treaty was signed. An agreement was reached. In a statement, he said so.", []),
        ("于 2020 年 11 月 10 日签署的声明；上述三方声明；《边界的故事》",
         [("声明", "2020-11-10"), ("三方声明", None)]),
        ("Уставом Организации Объединенных Наций и Хельсинкским Заключительным актом от 1 августа 1975 года",
         [("Уставом Организации Объединенных Наций", None),
          ("Хельсинкским Заключительным актом", "1975-08-01")]),
        ("ميثاق الأمم المتحدة واتفاقية جنيف الرابعة المؤرخة 12 آب/أغسطس 1949",
         [("ميثاق الأمم المتحدة", None), ("اتفاقية جنيف الرابعة", "1949-08-12")]),
        ("la Convención de Viena sobre el Derecho de los Tratados y el Tratado de Kars de 1921",
         [("Convención de Viena sobre el Derecho de los Tratados", None), ("Tratado de Kars", "1921")]),
        ("the 1949 Geneva Conventions, Additional Protocol I; La Convention exige un accord.",
         [("1949 Geneva Conventions", "1949"), ("Additional Protocol I", None)]),
        ("l’Accord portant création d’une union, signé à Tarn le 8 décembre 1991",
         [("Accord portant création d’une union", "1991-12-08")]),
    ],
)  # fmt: skip
def test_treaties(text, expected):
    words = flat(text)
    found = sorted(treaties(words, list(dates(words))), key=lambda one: one.range)
    assert [(one.title, one.date) for one in found] == expected


def test_articles_annexes_and_footnotes():
    assert [one.label for one in articles(flat("Articles 3, 4 and 5; Article XV; 第五条; статьи 7"))] == [
        "3", "4", "5", "15", "7", "5",
    ]  # fmt: skip
    notes = "<sup>1</sup> Note.\n[^2]: Another.\n* A/75/1.\n12 See S/2020/1.\n7 persons came."
    assert sorted((one.label, one.text) for one in footnotes(notes)) == [
        ("*", "A/75/1."), ("1", "Note."), ("12", "See S/2020/1."), ("2", "Another."),
    ]  # fmt: skip
    assert [one.label for one in annexes("Annex II\nthe annex says\nAnnex to the letter\nПриложение")] == [
        "2", "", "",
    ]  # fmt: skip


def test_coordinates_by_the_strict_grammar_alone():
    text = (
        "39° 45' 12\" N, 45° 20' 33\" E; 北纬41°07′30″，东经45°12′00″; 39.5°N, 46.2°E; 41°75′00″N 45°00′00″E"
    )
    found = [(one.lon, one.lat) for one in coordinates(flat(text))]
    assert found == [
        (pytest.approx(45.3425), pytest.approx(39 + 45 / 60 + 12 / 3600)), (45.2, 41.125), (46.2, 39.5),
    ]  # fmt: skip


def test_distances_and_scales():
    text = "3.5 km, 2 500 m, 3,500 m, 12公里, 10 nautical miles; 5 km2, 30 km/h"
    assert [one.metres for one in distances(flat(text), "en")] == [3500, 2500, 3500, 12000, 18520]
    assert [one.metres for one in distances("3,500 m; 10.000 m; 3,5 km", "es")] == [None, None, 3500]
    text = "1:200,000; 1:200 000; a map at 1/50,000; 十万分之一; at 1:30"
    assert [one.denominator for one in scales(flat(text))] == [200_000, 200_000, 50_000, 100_000]
    assert list(scales("a share of 1/500 of the votes, at 9:1500 or 11:200000")) == []


def test_numerals():
    assert [chinese(word) for word in ("七十五", "十", "一百零二", "二〇二一", "x")] == [
        75,
        10,
        102,
        2021,
        None,
    ]
    assert [roman(word) for word in ("XV", "XXIV", "IIII", "")] == [15, 24, None, None]
    found = ordinals()
    assert {found[word] for word in ("seventy-fifth", "soixante-quinzième", "septuagésimo quinto")} == {75}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Кельбаджар", "Kəlbəcər"), ("Քելբաջար", "Kəlbəcər"), ("Garagol", "Qaragöl"),
        ("Ходжавенд", "Xocavənd"),
        ("Լաչին", "Laçın"), ("Lachin", "Laçın"), ("Gafan", "Qafan"),
    ],
)  # fmt: skip
def test_one_name_in_several_scripts_has_one_key(one, other):
    assert key(one) == key(other) != ""


def test_names_are_matched_by_sound_where_letters_differ():
    known = Gazetteer(
        [
            Entry("districts", "1", "Qubadlı", "az"),
            Entry("districts", "2", "Laçın", "az"),
            Entry("waters", "3", "Laçın", "az"),
            Entry("settlements", "4", "Goris", "en"),
        ]
    )
    text = flat("阿塞拜疆库巴特雷区和拉钦区，Gorus-Gafan 公路，该地区；被占领的地区和城市。")
    found = {one.text: [(match.id, match.sure) for match in one.matches] for one in places(text, known)}
    assert found == {
        "库巴特雷区": [("1", "similar")],
        "拉钦区": [("2", "similar")],
        "Gorus-Gafan 公路": [("4", "similar")],
    }


def test_a_name_in_running_text_is_found_if_the_gazetteer_has_it():
    known = Gazetteer(
        [Entry("settlements", "1", "Vardenis", "en"), Entry("settlements", "2", "Սև լիճ", "hy")]
    )
    found = list(places("They came to Vardenis. vardenis. Սև լիճ", known))
    assert [(one.text, one.kind, one.matches[0].id) for one in sorted(found, key=lambda one: one.range)] == [
        ("Vardenis", None, "1"), ("Սև լիճ", "water", "2"),
    ]  # fmt: skip


def test_letters_apart():
    assert [apart("goris", "goros", 2), apart("abc", "abc", 1), apart("abcd", "xyzw", 2)] == [1, 0, 3]


def test_a_language_that_is_none_of_ours_is_not_taken_for_one():
    portuguese = (
        "O governo da República e o povo não têm dúvida de que a fronteira foi traçada ao longo do rio."
    )
    ukrainian = "Уряд заявив, що кордон було проведено у 1921 році і не може бути змінено, та це є факт."
    assert {language_of(portuguese * 3).code, language_of(ukrainian * 3).code} == {"pt", "uk"}


@pytest.mark.parametrize(
    "piece",
    [
        "1 and ",
        "Xx and ",
        "Xx, ",
        "1, ",
        "A/1-",
        "Treaty of ",
        "resolution 1, ",
        "12月",
        "1° ",
        "Annex\n",
        "م ",
    ],
)
def test_long_rows_of_one_thing_are_read(piece):
    """Patterns that try every parting of a row would not come to an end here."""
    text = text_of([piece * 3000], paged=False)
    assert read_text(text, Gazetteer([Entry("settlements", "1", "Vardenis", "en")])).scales == ()
