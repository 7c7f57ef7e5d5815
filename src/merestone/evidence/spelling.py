"""Keys under which names in several scripts and spellings are alike.

`key` is for alphabets: letters of Cyrillic, Armenian and Latin with marks become plain ones, and habits of
spelling (kh, gh, q, y) are levelled. `skeleton` keeps classes of consonants only, for scripts that write no
vowels (Arabic) or write foreign names by syllables (Chinese).
"""

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = dict(
    zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґәғқҝөүһҹ",
        ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s",
        "t", "u",
         "f", "kh", "ts", "ch", "sh", "sh", "", "i", "", "e", "u", "a", "i", "i", "e", "g", "a", "g", "g",
         "g", "o",
         "u", "h", "j"], strict=True)
)  # fmt: skip
_ARMENIAN = dict(
    zip("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
        ["a", "b", "g", "d", "e", "z", "e", "", "t", "zh", "i", "l", "kh", "ts", "k", "h", "dz", "g", "ch",
        "m", "y",
         "n", "sh", "o", "ch", "p", "j", "r", "s", "v", "t", "r", "ts", "v", "p", "k", "o", "f"], strict=True)
)  # fmt: skip
_LATIN = {
    "ə": "a",
    "ı": "i",
    "ğ": "g",
    "ş": "sh",
    "ç": "ch",
    "ø": "o",
    "ß": "ss",
    "đ": "d",
    "ł": "l",
    "æ": "a",
}
_LETTERS = {**_CYRILLIC, **_ARMENIAN, **_LATIN}
_HABITS = (
    ("dzh", "j"), ("дж", "j"), ("dj", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("sch", "sh"),
    ("tch", "ch"),
    ("ou", "o"), ("ck", "k"), ("ph", "f"), ("x", "h"), ("q", "g"), ("w", "v"), ("y", "i"), ("e", "a"),
    ("u", "o"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_NO_LETTER = re.compile(r"[^a-z]+")
_MARK = re.compile("[\u0300-\u036f]+")


@lru_cache(maxsize=1 << 16)
def key(name: str) -> str:
    """What is alike for the spellings of one name; empty for a script without a table."""
    lower = name.lower().replace("ու", "u").replace("և", "ev")
    azerbaijani = any(mark in lower for mark in "əğıçşöü")
    plain = "".join(_LETTERS.get(mark, mark) for mark in lower)
    plain = _MARK.sub("", unicodedata.normalize("NFKD", plain))
    if azerbaijani:  # there c is the sound of j in John
        plain = re.sub("c(?!h)", "j", plain)
    for habit, level in _HABITS:
        plain = plain.replace(habit, level)
    return _TWICE.sub(r"\1", _NO_LETTER.sub("", plain))


_CLASSES = {
    **dict.fromkeys("bp", "B"), **dict.fromkeys("fvw", "V"), **dict.fromkeys("dt", "D"),
    **dict.fromkeys("lr", "L"), **dict.fromkeys("gk", "G"), "h": "H", "j": "J", "c": "J", "m": "M", "n": "N",
    **dict.fromkeys("sz", "S"),
}  # fmt: skip
_ARABIC = {
    **dict.fromkeys("بپ", "B"), **dict.fromkeys("تثدضطة", "D"), **dict.fromkeys("جچژ", "J"),
    **dict.fromkeys("حخه", "H"),
    **dict.fromkeys("رل", "L"), **dict.fromkeys("زسشصظذ", "S"), **dict.fromkeys("غقكگک", "G"),
    **dict.fromkeys("فڤ", "V"),
    "م": "M", "ن": "N",
}  # fmt: skip
_SYLLABLES = {
    "B": "巴八芭伯博波勃布贝比彼毕别北卜保鲍包帕派佩皮普坡珀", "BN": "本班宾邦潘彭平庞",
    "M": "马玛迈麦梅米密莫摩默姆穆",
    "MN": "曼门蒙明孟", "V": "法菲费弗夫福佛瓦维韦沃", "VN": "芬凡范方冯文",
    "D": "达戴德迪蒂杜多道代塔特提图托陶泰", "DN": "丹登顿邓丁东坦唐汤通廷",
    "N": "纳娜内奈尼努诺恩因安昂英延扬杨温云",
    "NN": "南宁农", "L": "拉莱雷勒里利丽鲁卢罗洛劳列尔热", "LN": "兰连林伦隆龙朗良",
    "G": "加盖格戈古果高卡凯克科库考柯", "GN": "甘根冈贡坎肯康孔昆", "H": "哈海赫黑霍胡豪", "HN": "汉亨洪罕",
    "J": "贾杰吉季朱久齐奇恰切丘乔楚", "JN": "金津钦琴钱",
    "S": "萨塞赛斯苏索瑟什沙舍舒绍肖夏谢西锡希扎泽兹佐祖茨策察采",
    "SN": "桑森孙松辛申尚赞曾增宗", "": "阿埃艾爱奥欧厄俄伊亚雅耶叶尤约乌也",
}  # fmt: skip
_OF_SYLLABLE = {mark: classes for classes, marks in _SYLLABLES.items() for mark in marks}
SYLLABLES = "".join(_OF_SYLLABLE)
"""The characters that Chinese uses for foreign names."""


@lru_cache(maxsize=1 << 16)
def skeleton(name: str) -> str:
    """The consonants of a name by class, doubled ones once."""
    if any(mark in _ARABIC for mark in name):
        letters = name.removeprefix("ال").replace("تش", "چ")
        classes = "".join(_ARABIC.get(mark, "") for mark in letters)
    elif any("\u4e00" <= mark <= "\u9fff" for mark in name):
        if any(mark not in _OF_SYLLABLE for mark in name):
            return ""
        classes = "".join(_OF_SYLLABLE[mark] for mark in name)
    else:
        plain = key(name).replace("sh", "s").replace("ch", "j").replace("ts", "s")
        classes = "".join(_CLASSES.get(mark, "") for mark in plain)
    return _TWICE.sub(r"\1", classes)


def apart(one: str, other: str, most: int) -> int:
    """Letters to insert, drop or exchange (Levenshtein 1966), told only up to `most`, else `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, mark in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (mark != against))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
