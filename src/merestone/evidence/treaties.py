"""Treaties, agreements, declarations and statements: titles as written, and the date beside each.

In some languages the word for the kind begins a title (*Convention on …*, *Соглашение о …*, اتفاق …), in
others it ends one (《…协定》, *… haqqında Saziş*, *… հռչակագիր*). A word alone is no title: it needs a name
that goes with it, quotation marks, or a date.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from merestone.evidence.mentions import Date, Treaty

_QUOTED = re.compile(r"《(?P<cn>[^《》\n]{2,60})》|«(?P<latin>[^«»\n]{4,160})»|“(?P<en>[^“”\n]{4,160})”")
_QUOTED_KIND = re.compile(
    r"协定|协议|条约|宣言|公约|议定书|声明|宪章|备忘录|章程|规约|盟约|最后文件|書|條約|協定"
    r"|\b(?:treaty|agreement|convention|protocol|declaration|charter|covenant|pact)\b"
    r"|договор|соглашени|конвенци|протокол|деклараци|устав|хартия|\btraité|\baccord|\bdéclaration"
    r"|\btratado|\bacuerdo"
    r"|müqavilə|saziş|bəyannamə|konvensiya|պայմանագիր|համաձայնագիր|հռչակագիր|معاهدة|اتفاق|إعلان|ميثاق",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?P<title>(?:三方|联合|共同|双边|四方|停火|和平|边界|最后)?(?:声明|宣言|协定|协议|条约|公约|议定书)"
    r"|联合国宪章)"
)
_NAMED_CHINESE = ("三方", "联合国宪章", "四方", "停火")


@dataclass(frozen=True, slots=True)
class _Head:
    """A language in which the kind comes first: ``pre`` may stand before it, ``of`` must follow to go on."""

    kind: str
    pre: str
    of: str
    stop: str
    also: str
    """Words after which another title begins, and not more of this one."""
    lower: str
    """Kinds in small letters with a word that makes them one: they need a date or that word."""


@dataclass(frozen=True, slots=True)
class _Tail:
    """A language in which the kind comes last; a title begins behind the last word of ``stop``."""

    kind: str
    stop: str


_CAP = r"[A-Z][\w’'.-]*\w"
_LINK = (
    r"of|on|for|to|the|and|establishing|between|concerning|relating|regarding|respecting|in|against|with"
    r"|by|governing"
    r"|relative|among|from|a|an|its|all|forms|establishment|creation|status|friendship|cooperation"
    r"|elimination"
    r"|prohibition|protection|principles|prevention|punishment"
)
_ENGLISH = re.compile(
    rf"(?P<title>(?:(?!(?:The|This|That|These|In|Under|By|And|Article|See|Its?|Both|When|According|Since"
    rf"|La|Le|Les|El|Los|Las|Une?|Una|Cette)\b)"
    rf"(?:{_CAP}|\d{{4}}) ){{0,4}}(?:Treat(?:y|ies)|Agreements?|Conventions?|Protocols?|Declaration|Accords?"
    rf"|Pact|Covenants?|Charter|Memorandum|Final Act|Armistice|Statute|Statement)(?!\w)"
    rf"(?:(?: (?i:{_LINK})(?= ))+ (?:the )?(?!(?:Article|Annex)\b){_CAP}"
    rf"(?:,? (?:and |of |the )*(?!(?:Article|Annex)\b){_CAP}){{0,3}}){{0,5}}(?: [IVX]{{1,4}}(?!\w))?)"
)
_ANOTHER_ENGLISH = re.compile(
    rf"(?:,| and|, and) the (?=(?:{_CAP} ){{0,4}}(?:Treaty|Agreement|Convention|Protocol|Declaration"
    rf"|Accords?|Pact|Covenant|Charter|Memorandum|Final|Armistice|Statute|Statement)(?!\w))"
)
_LOWER_ENGLISH = re.compile(
    r"(?P<title>(?P<made>(?:trilateral|tripartite|joint|bilateral|quadripartite|ceasefire|cease-fire"
    r"|peace|border"
    r"|boundary|armistice|final) )?(?:statement|declaration|agreement|treaty|protocol|communiqué"
    r"|convention))(?!\w)",
    re.IGNORECASE,
)
_HEADS = {
    "fr": _Head(
        r"Traité|Accords?|Convention|Protocole|Déclaration|Pacte|Charte|Mémorandum|Acte final|Statut"
        r"|Armistice",
        "",
        r"(?:de|du|des|d[’']|sur|pour|entre|relati(?:f|ve)|international|additionnel|final|concernant"
        r"|portant|contre|instituant"
        r"|établissant|créant"
        r"|trilatérale|tripartite|conjointe|commune|universelle|internationale|européenne|[A-ZÉ])",
        r"qui|que|qu[’']\w*|signée?s?|adoptée?s?|conclue?s?|est|sont|a|ont|avait|prévoit|dispose|ainsi"
        r"|datée?|en date|"
        r"le \d|du \d|de \d|où|dont|ne|n[’']\w*|entrée?|fait|stipule|oblige|selon|par|ratifiée?",
        r"et (?:de |à )?(?:la |le |l[’']|du |au |aux )?",
        r"(?:déclaration|accord|traité|communiqué|protocole)"
        r"(?P<made> (?:trilatérale?|tripartite|conjointe?|commune?|bilatérale?|de cessez-le-feu))?",
    ),
    "es": _Head(
        r"Tratado|Acuerdos?|Convención|Convenio|Protocolo|Declaración|Pacto|Carta(?= de las Naciones| de"
        r" la Organización| Africana| Social| Internacional)|Memorando|Acta Final|Estatuto|Armisticio",
        "",
        r"(?:de|del|sobre|para|entre|relativ[oa]|por|contra|que establece|trilateral|tripartita|conjunta"
        r"|universal"
        r"|internacional|[A-ZÁ])",
        r"que|firmad[oa]s?|aprobad[oa]s?|suscrit[oa]s?|concertad[oa]|es|son|ha|han|fue|fueron|dispone"
        r"|prevé|así|fechad[oa]"
        r"|de \d|del \d|el \d|de fecha|donde|no|entró|estipula|obliga|según|ratificad[oa]|adoptad[oa]",
        r"y (?:de |a )?(?:la |el |l[oa]s |del |al )?",
        r"(?:declaración|acuerdo|tratado|comunicado|protocolo)"
        r"(?P<made> (?:trilateral|tripartita|conjunt[oa]|bilateral|de alto el fuego))?",
    ),
    "ru": _Head(
        r"(?:[Дд]оговор|[Сс]оглашени|[Кк]онвенци|[Пп]ротокол|[Дд]екларац|[Пп]акт|[Уу]став|[Хх]арти"
        r"|[Мм]еморандум"
        r"|[Зз]аявлени|Заключительн\w+ акт|[Зз]аключительн\w+ акт)\w*",
        r"(?:[А-ЯЁ][\w-]*(?:ая|ое|ий|ый|ой|ого|ей|ую|ом|ему|ым|им|ыми|ими|ых|их|ые|ие)"
        r"|[Тт]р[её]хсторонн\w+|[Сс]овместн\w+"
        r"|[Дд]вусторонн\w+) ",
        r"(?:о|об|между|по|против|Организации|[А-ЯЁ])",
        r"котор\w+|подписанн\w+|принят\w+|заключ[её]нн\w+|от \d|от|был\w*|является|предусматрива\w+"
        r"|обязыва\w+|что|если"
        r"|как|не|вступи\w+|ратифицир\w+|а также|закрепля\w+|устанавлива\w+|согласно|гласит",
        r"и (?:с )?",
        r"(?!x)x",
    ),
    "ar": _Head(
        r"(?:وال|بال|لل|ال|و|ب|ل)?(?:معاهدة|اتفاقية|اتفاق|بروتوكول|إعلان|ميثاق|مذكرة|بيان)",
        "",
        r"(?:\w)",
        r"المؤرخة?|الموقعة?|الذي|التي|المعتمدة?|المبرمة?|الصادرة?|في|على أن|أن|قد|لم|لا|بتاريخ|كما|حيث"
        r"|هو|هي|وقع\w*",
        r"و",
        r"(?!x)x",
    ),
}
_FIRM_ARABIC = re.compile("[وبل]?(?:معاهدة|اتفاقية|ميثاق|بروتوكول)")
_PROCLITIC = re.compile("(?:و|ب|ل(?!ل))?")
_WORDS = re.compile(r"(?: [^\W\d_](?:[^\W\d_]|[’'`-])*){1,20}")
_TRAILING = re.compile(
    r"(?: (?:of|on|for|to|the|and|between|concerning|in|with|by|de|du|des|la|le|les|et|sur|en|à|au|del"
    r"|el|los|las|y|"
    r"о|об|и|в|на|между|от|من|في|و|على|a|an))+\Z"
)
_TAILS = {
    "az": _Tail(
        kind=r"(?:[Ss]aziş|[Bb]əyannamə|[Mm]üqavilə|[Bb]əyanat|[Kk]onvensiya|[Pp]rotokol|[Nn]izamnamə"
        r"|[Pp]akt)\w*",
        stop=r"tarixli|imzalanmış|imzalanan|imzaladığı|bağlanmış|qəbul edilmiş|olan|ilə|görə|habelə|həm də",
    ),
    "hy": _Tail(
        kind=r"(?:[Հհ]ամաձայնագ[իր]|[Պպ]այմանագ[իր]|[Հհ]ռչակագ[իր]|[Հհ]այտարարությ[ուա]|[Կկ]ոնվենցիա"
        r"|[Աա]րձանագրությ[ուա]|[Կկ]անոնադրությ[ուա])\w*",
        stop=r"ստորագրված|կնքված|թվագրված|ընդունված|համաձայն|որը|որի|ինչպես նաև",
    ),
}
_STATEMENT = re.compile("[Bb]əyanat|[Հհ]այտարարությ")
"""A statement of someone is no title: it counts by its date."""
_CLAUSE = re.compile(r"[,.;:()«»“”!?՝։،؛\n]")
_DONE = (
    r"signed|concluded|adopted|dated|done|agreed|issued|made|ratified|proclaimed|reached|initialled"
    r"|opened for signature"
    r"|entered into"
    r"|signée?s?|conclue?s?|adoptée?s?|datée?s?|faite?s?|publiée?s?|proclamée?s?|en date|ratifiée?s?"
    r"|firmad[oa]s?|aprobad[oa]s?|suscrit[oa]s?|concertad[oa]s?|adoptad[oa]s?|fechad[oa]s?|de fecha"
    r"|proclamad[oa]s?"
    r"|подписанн\w+|принят\w+|заключ[её]нн\w+|датированн\w+|опубликованн\w+|провозглаш[её]нн\w+"
    r"|المؤرخة?|الموقعة?|الموقع عليها?|المعتمدة?|المبرمة?|الصادرة?|المعقودة?"
)
_PREPOSITION = r"of|on|in|from|de|du|des|le|en|el|del|от|в|في|بتاريخ|عام|لعام|سنة|as of|d[’']"
_BETWEEN_AFTER = re.compile(
    rf"[)”»\"]?[,،]? ?[(]?(?:(?:which was |qui a été |que fue )?(?:{_DONE})(?: [^\d,.;()،]{{1,60}})?)?"
    rf"(?: ?(?:{_PREPOSITION}))*[ (]*\Z"
)
_YEAR_AFTER = re.compile(rf"[,،]? ?[(]?(?:(?:{_PREPOSITION}) )?(?P<year>1[5-9]\d\d|20\d\d)(?![\d/-])")
_YEAR_FIRST = re.compile(r"(1[5-9]\d\d|20\d\d) ")
_BETWEEN_BEFORE = re.compile(
    r" ?(?:由?[^\d，。；、]{0,14}(?:签署|签订|通过|缔结|达成|发表|签字|订立)(?:的|了)?|的|(?:-c[iıuü]"
    r" il(?:də)?)|թ\.|-ի[ն]?)?"
    r" ?(?:tarixli|(?:[^\d,.;]{0,24} )?(?:imzalan\w+|qəbul edil\w+|bağlan\w+)|ստորագրված|կնքված"
    r"|ընդունված)? ?[《«“]?\Z"
)
_FAR = 70


def treaties(flat: str, dates: Sequence[Date]) -> Iterator[Treaty]:
    """Every instrument named in the flat text, with the date that stands beside its name.

    `dates` are those of the same text, from left to right.
    """
    calendar = _Calendar(flat, dates)
    taken = bytearray(len(flat))
    for made in (_quoted, _english, _headed, _tailed, _chinese):
        for start, end, sure in made(flat, calendar):
            if any(taken[start:end]):
                continue
            date = calendar.beside(start, end)
            if sure or date is not None:
                taken[start:end] = b"\1" * (end - start)
                yield Treaty(flat[start:end], date, flat[start:end], (start, end))


class _Calendar:
    """The dates of a text, to be asked which stands beside a title."""

    def __init__(self, flat: str, dates: Sequence[Date]) -> None:
        self._flat = flat
        self._dates = [one for one in dates if one.iso and not one.iso.startswith("--") and len(one.iso) >= 4]
        self._starts = [one.range[0] for one in self._dates]

    def last_end(self, low: int, high: int) -> int:
        """Where the last date between two places ends; `low` where there is none."""
        from bisect import bisect_left

        for k in range(bisect_left(self._starts, high) - 1, -1, -1):
            end = self._dates[k].range[1]
            if end <= low:
                return low
            if end <= high:
                return end
        return low

    def first_start(self, low: int, high: int) -> int:
        """Where the first date between two places starts; `high` where there is none."""
        from bisect import bisect_left

        k = bisect_left(self._starts, low)
        return min(high, self._starts[k]) if k < len(self._starts) else high

    def beside(self, start: int, end: int) -> str | None:
        """The ISO form of the date that belongs to the title from `start` to `end`."""
        from bisect import bisect_left

        k = bisect_left(self._starts, end)
        if k < len(self._dates) and self._starts[k] - end <= _FAR:
            between = self._flat[end : self._starts[k]]
            if between.strip(" ,،") and _BETWEEN_AFTER.match(between):
                return self._dates[k].iso
        before = self._dates[k - 1] if k else None
        if before is not None and start - _FAR <= before.range[1] <= start:
            found = _BETWEEN_BEFORE.match(self._flat[before.range[1] : start])
            if found is not None:
                return before.iso
        year = _YEAR_AFTER.match(self._flat, end) or _YEAR_FIRST.match(self._flat, start)
        return None if year is None else year[1]


_Found = Iterator[tuple[int, int, bool]]


def _quoted(flat: str, _: _Calendar) -> _Found:
    for found in _QUOTED.finditer(flat):
        name = str(found.lastgroup)
        if _QUOTED_KIND.search(found[name]):
            yield (*found.span(name), True)


def _chinese(flat: str, _: _Calendar) -> _Found:
    for found in _CHINESE.finditer(flat):
        yield (*found.span("title"), found["title"].startswith(_NAMED_CHINESE))


def _english(flat: str, calendar: _Calendar) -> _Found:
    at = 0
    while found := _ENGLISH.search(flat, at):
        start, end = found.span("title")
        end = min(end, calendar.first_start(start + 5, end))
        # "the Charter of …, the Final Act": where another kind follows, another title does.
        another = _ANOTHER_ENGLISH.search(flat, start + 5, end)
        end = at = another.start() if another else end
        title = _TRAILING.sub("", flat[start:end].rstrip(" ,."))
        yield start, start + len(title), " " in title
    for found in _LOWER_ENGLISH.finditer(flat):
        yield (
            *found.span("title"),
            bool(found["made"]) and found["made"].lower().startswith(("tri", "quad")),
        )


@dataclass(frozen=True, slots=True)
class _Patterns:
    kind: "re.Pattern[str]"
    follows: "re.Pattern[str]"
    stop: "re.Pattern[str]"
    another: "re.Pattern[str]"
    lower: "re.Pattern[str]"


@cache
def _patterns(language: str) -> _Patterns:
    head = _HEADS[language]
    pre = f"(?:{head.pre})?" if head.pre else ""
    return _Patterns(
        kind=re.compile(rf"(?<![\w-])(?P<pre>{pre})(?P<kind>{head.kind})(?!\w)"),
        follows=re.compile(rf" {head.of}"),
        stop=re.compile(rf" (?:{head.stop})(?!\w)"),
        another=re.compile(rf" (?:{head.also})(?={pre}(?:{head.kind})(?!\w))"),
        lower=re.compile(rf"(?<!\w)(?:{head.lower})(?!\w)"),
    )


def _headed(flat: str, calendar: _Calendar) -> _Found:
    for language in _HEADS:
        by = _patterns(language)
        for found in by.kind.finditer(flat):
            title = _from_kind(flat, found, by, calendar)
            named = len(title) > len(found[0]) or bool(found["pre"])
            firm = found["kind"][0].isupper() or bool(found["pre"]) or _FIRM_ARABIC.match(found["kind"])
            joined = _PROCLITIC.match(title) if language == "ar" else None
            start = found.start() + (joined.end() if joined else 0)
            yield start, found.start() + len(title), bool(named and firm and " " in title)
        for found in by.lower.finditer(flat):
            yield (*found.span(), bool(found.groupdict().get("made")))


def _from_kind(flat: str, found: "re.Match[str]", by: _Patterns, calendar: _Calendar) -> str:
    """The title that begins with a kind: up to a date, a word of ``stop``, or another title."""
    end = found.end()
    if by.follows.match(flat, end) and (words := _WORDS.match(flat, end)):
        end = min(words.end(), calendar.first_start(end, words.end()))
        for cut in (
            by.stop.search(flat, found.end(), end + 1),
            by.another.search(flat, found.end(), end + 40),
        ):
            end = min(end, cut.start()) if cut else end
    return _TRAILING.sub("", flat[found.start() : end].rstrip())


def _tailed(flat: str, calendar: _Calendar) -> _Found:
    for tail in _TAILS.values():
        stops = re.compile(rf"(?<!\w)(?:{tail.stop})(?!\w)")
        for found in re.finditer(rf"(?<!\w)(?:{tail.kind})", flat):
            low = max(0, found.start() - 110)
            low = calendar.last_end(low, found.start())
            for cut in _CLAUSE.finditer(flat, low, found.start()):
                low = cut.end()
            for cut in stops.finditer(flat, low, found.start()):
                low = cut.end()
            while low < found.start() and not (flat[low].isupper() or flat[low - 1 : low] == " "):
                low += 1
            before = flat[low : found.start()].strip().removeprefix("və ").removeprefix("և ").strip()
            start = found.start() - len(before) - 1 if before else found.start()
            words = before.split()
            named = bool(words) and words[0][0].isupper() and len(words) <= 12
            yield start, found.end(), named and not _STATEMENT.match(found[0])
