"""The kinds of things found in a comment, one letter each, so that a comment's shape is a short string."""

from __future__ import annotations

CLAIM = "W"  # sold, mine: before or after the code
SOFT = "S"  # i want, shop: claims only directly before a code
PASS = "P"
PASS_BEFORE = "B"  # ya no: passes only directly before a code
HOLD = "H"  # keep, apartado
WITHDRAW = "D"  # jk
NEXT = "N"  # sold next

CODE = "c"  # a code of the show
UNKNOWN_CODE = "u"  # looks like a code, the show has none such
NUMBER = "n"
QUANTITY = "q"  # x2, 2 pcs
PLUS = "p"  # +2

OF = "o"  # 2 of 12
JOIN = "j"  # comma, and
BREAK = "b"  # full stop, exclamation mark, line break
LINK = "l"  # on, number, #
FILLER = "f"  # please, hi
COUNTER = "k"  # pcs
COUNTED = "x"  # more, people: what was counted is no item
WORD = "w"  # anything else

QUESTION = "?"
QUESTION_START = "i"  # is, did: a question at the start of a clause
NEGATION = "!"
REPORT = "r"  # my friend: before the word
REPORT_ANYWHERE = "R"  # yesterday
RECEIVER = "a"  # sold 12 to Anna
MENTION = "@"

PRICE_WORD = "e"  # for, at: what follows is a price
MONEY_UNIT = "m"
TIME_UNIT = "y"
SIZE_WORD = "s"
PHONE_WORD = "h"

PRICE = "$"
TIME = "t"
DATE = "d"
PERCENT = "%"
DECIMAL = "."
PHONE = "T"
SIZE = "z"
RANGE = "g"
REDUCE = "Q"
DOUBTFUL = "~"  # 1,200: a list or a thousand

VERBS = frozenset((CLAIM, SOFT, PASS, PASS_BEFORE, HOLD, WITHDRAW))
ROLES = {
    "claim": CLAIM,
    "claim_before": SOFT,
    "pass": PASS,
    "pass_before": PASS_BEFORE,
    "hold": HOLD,
    "withdraw": WITHDRAW,
    "next": NEXT,
    "of": OF,
    "and": JOIN,
    "link": LINK,
    "filler": FILLER,
    "counter": COUNTER,
    "counted": COUNTED,
    "question": QUESTION,
    "question_start": QUESTION_START,
    "negation": NEGATION,
    "report": REPORT,
    "report_anywhere": REPORT_ANYWHERE,
    "receiver": RECEIVER,
    "price": PRICE_WORD,
    "money": MONEY_UNIT,
    "time": TIME_UNIT,
    "size": SIZE_WORD,
    "phone": PHONE_WORD,
}
