"""Names of months in the six languages of the United Nations, Azerbaijani and Armenian."""

from functools import cache

_NAMES = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ru-nominative": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "ru-prepositional": "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    # The names of the Levant and Iraq, of Egypt and the Gulf, of Tunisia and Algeria, of Morocco.
    "ar": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "ar-eg": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar-tn": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar-ma": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "ar-bare": "كانون_الثاني شباط اذار نيسان ايار حزيران تموز اب ايلول تشرين_الاول تشرين_الثاني كانون_الاول",
    "ar-bare-eg": "يناير فبراير مارس ابريل مايو يونيه يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
}
_SHORT = {"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "Jun": 6, "Jul": 7, "Aug": 8, "Sept": 9, "Sep": 9,
"Oct": 10,
          "Nov": 11, "Dec": 12, "setiembre": 9, "fevrier": 2, "aout": 8, "decembre": 12}  # fmt: skip
ARMENIAN = (
    "հունվար", "փետրվար", "մարտ", "ապրիլ", "մայիս", "հունիս", "հուլիս", "օգոստոս", "սեպտեմբեր", "հոկտեմբեր",
    "նոյեմբեր", "դեկտեմբեր",
)  # fmt: skip
AZERBAIJANI = _NAMES["az"].split()


@cache
def months() -> dict[str, int]:
    """Name to number, as written: small, capital and all-capital letters of each."""
    made = dict(_SHORT)
    for names in _NAMES.values():
        for number, joined in enumerate(names.split(), 1):
            name = joined.replace("_", " ")
            for form in {name, name[:1].upper() + name[1:], name.upper()}:
                made.setdefault(form, number)
    return made
