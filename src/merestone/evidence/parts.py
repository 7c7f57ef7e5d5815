"""Articles, annexes and footnotes of a document."""

import re
from collections.abc import Iterator

from merestone.evidence.mentions import Part
from merestone.evidence.numerals import CHINESE, ROMAN, chinese, roman

_LABEL = r"(?P<label>\d{1,3}(?![:\d])(?:[./]\d{1,2})?(?: ?bis| ?ter)?|[IVXLC]{1,6}(?!\w))"
_ROW = r"(?P<more>(?: ?(?:,|،|and|et|y|и|և|və|و|to|-|à|a) ?\d{1,3}(?![\d/])(?! [A-ZÀ-ÞЀ-Я]))*)"
_ARTICLE = re.compile(
    rf"(?<!\w)(?:[Aa]rticles?|ARTICLES?|[Aa]rts?\.|[Aa]rtículos?|[Сс]тат(?:ья|ьи|ье|ью|ей|ьям|ьях|ьями)"
    rf"|ст\.|(?:ال|لل|بال|و?ال)?(?:مادة|مواد|مادتان|مادتين)"
    rf"|[Mm]addə\w*|[Հհ]ոդված\w*) ?{_LABEL}{_ROW}",
)
_ARTICLE_AFTER = re.compile(r"(?<!\w)(?P<label>\d{1,3})(?:-?(?:րդ|c[iıuü])) (?:հոդված\w*|maddə\w*)")
_ARTICLE_CN = re.compile(rf"第 ?(?P<label>\d{{1,3}}|[{CHINESE}]{{1,5}}) ?[条條]")
_ANNEX_HEAD = re.compile(
    r"^(?:(?:First |Second )?Annex(?:es)?|ANNEX|Annexe|Anexo|Приложение|المرفق|Əlavə|Հավելված|附件|附录|附錄"
    r"|Enclosure|Pièce jointe|Apéndice"
    r"|Добавление|Appendix|Appendice|.{4,160}的附件)(?: ?(?P<label>\d{1,2}|[IVX]{1,5}"
    r"|[一二三四五六七八九十]{1,2}))?"
    r"(?= (?:to the|à la|de la|к письму|إلى|à l)|[ ]*$)",
    re.MULTILINE,
)
_NOTE_MARKUP = re.compile(
    r"(?m)^[ ]*(?:<sup>(?P<sup>\d{1,3}|[*†‡]{1,3}|[a-z])</sup>|\[\^(?P<caret>[\w-]{1,10})\]:"
    r"|(?P<star>\*{1,3}|[†‡])) ?(?P<note>(?!\d+\*)\S.*)$"
)
_NOTE_LINE = re.compile(
    r"(?m)^[ ]*(?P<label>\d{1,3})[.)]? (?P<note>(?:See|Ibid|For example|Cf\.|Voir|Par exemple|Véase|Por"
    r" ejemplo|См\.|Там же"
    r"|Например|انظر|例如|见|同上|Bax|Տե՛ս|Տես|United Nations, Treaty|https?://|[A-Z]{1,4}/[A-Z0-9]).*)$"
)
_NOTE_ALONE = re.compile(
    r"(?m)^[ ]*(?P<label>\d{1,3})\n(?P<note>(?:See|Ibid|For example|Cf\.|Voir|Véase|См\.|Там же|انظر|例如"
    r"|见|同上|United Nations, Treaty).*)$"
)


def articles(flat: str) -> Iterator[Part]:
    """Every numbered article, those of a row each by itself."""
    for found in _ARTICLE.finditer(flat):
        label = found["label"]
        if label.isalpha() and not ROMAN.fullmatch(label):
            continue
        span = (found.start(), found.end("label"))
        yield Part(_figures(label), flat[span[0] : span[1]], span)
        for more in re.finditer(r"\d{1,3}", found["more"]):
            start = found.start("more") + more.start()
            yield Part(more[0], more[0], (start, start + len(more[0])))
    for pattern in (_ARTICLE_AFTER, _ARTICLE_CN):
        for found in pattern.finditer(flat):
            number = chinese(found["label"])
            yield Part(str(number), found[0], found.span())


def annexes(text: str) -> Iterator[Part]:
    """Every heading of an annex, an enclosure or an appendix: it has a line of its own."""
    for found in _ANNEX_HEAD.finditer(text):
        label = found["label"] or ""
        yield Part(_figures(label), found[0], found.span())


def footnotes(text: str) -> Iterator[Part]:
    """Every footnote: lines that begin with a mark. A bare number counts before a reference."""
    for pattern in (_NOTE_MARKUP, _NOTE_LINE, _NOTE_ALONE):
        for found in pattern.finditer(text):
            groups = found.groupdict()
            label = (
                groups.get("label") or groups.get("sup") or groups.get("caret") or groups.get("star") or ""
            )
            yield Part(label, found["note"], found.span())


def _figures(label: str) -> str:
    """A label in figures where it is a Roman or Chinese numeral."""
    value = roman(label) or chinese(label) if label else None
    return label if value is None else str(value)
