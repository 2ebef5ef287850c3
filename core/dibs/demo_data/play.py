"""The course of the sale: items shown one after the other, and what everybody writes meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from dibs.demo_data.cast import Tongue, Viewer, make_cast
from dibs.demo_data.dice import Dice

Plan = Mapping[str, Any]
_FEW = 3
_LOST_INTEREST = 40


@attrs.define
class Line:
    """One comment: its second, a mark that orders those of one second, who wrote it, and the text."""

    second: int
    mark: float
    writer: Viewer | None
    text: str


class Play:
    """Writes the whole sale."""

    def __init__(self, plan: Plan, phrases: Mapping[str, Any]) -> None:
        self._show, self._items = plan["show"], plan["items"]
        self.dice = Dice(self._show["seed"])
        self.end: int = self._show["seconds"]
        self.cast = make_cast(phrases, self.dice, self.end)
        self._tongue = Tongue(phrases, self.dice)
        self._host = Viewer(self._show["seller_id"], self._show["seller_name"], "host", 0, 0, self.end)
        self._spoken: dict[Viewer, int] = dict.fromkeys(self.cast, 0)
        self.lines: list[Line] = []

    def write(self) -> list[Line]:
        """All comments in the order in which they were written."""
        self._greet()
        slots = self._slots()
        for item, (start, stop) in zip(self._items, slots, strict=True):
            self._present(item, start, stop)
        self._close()
        self._mistakes()
        self._fill(slots)
        return sorted(self.lines, key=lambda line: (line.second, line.mark))

    def _add(self, second: float, writer: Viewer, text: str) -> None:
        whole = min(max(int(second), 0), self.end - 1)
        self.lines.append(Line(whole, self.dice.share(), writer, text))
        if writer is not self._host:
            self._spoken[writer] += 1

    def _say(self, second: float, writer: Viewer, kind: str, **words: str) -> None:
        self._add(second, writer, self._tongue.say(writer.language, kind, **words))

    def _slots(self) -> list[tuple[int, int]]:
        """Start and stop of each item; the ones that many want are shown a little longer."""
        weights = [70 + item["demand"] for item in self._items]
        free, start, slots = (
            self.end - self._show["opening"] - self._show["closing"],
            self._show["opening"],
            [],
        )
        for weight in weights:
            stop = start + free * weight // sum(weights)
            slots.append((start, stop))
            start = stop
        return slots

    def _greet(self) -> None:
        for number, text in enumerate(self._tongue.all_of("host", "opening")):
            self._add(6 + number * 15, self._host, text)
        for viewer in self.cast:
            if self.dice.chance(0.5):
                self._say(viewer.joins + self.dice.whole(1, 20), viewer, "hellos")

    def _present(self, item: Plan, start: int, stop: int) -> None:
        stock = sum(quantity for _, quantity in item["rows"])
        words = {"c": item["code"], "t": item["title"], "k": str(stock), "n": item["noun"]}
        self._host_says(start, "show", item, words)
        if "burst" in item:
            self._host_says(start + 6, "flash", item, words)
        else:
            self._host_says(start + 7, "few" if stock <= _FEW else "many", item, words)
        claimed = self._claims(item, start + (8 if "burst" in item else 3), stop)
        self._aftermath(item, claimed, stock, stop, words)

    def _host_says(self, second: float, kind: str, item: Plan, words: Mapping[str, str]) -> None:
        self._say(second, self._host, kind, **{**words, "price": item["price"]})

    def _present_at(self, start: int, stop: int) -> list[Viewer]:
        return [viewer for viewer in self.cast if viewer.joins <= start and viewer.leaves >= stop]

    def _claims(self, item: Plan, start: int, stop: int) -> list[tuple[int, Viewer]]:
        """Who claims and when, first to last."""
        there = self._present_at(start, stop)
        drawn = sorted((self.dice.share() / viewer.eager, place) for place, viewer in enumerate(there))
        viewers = [there[place] for _, place in drawn[: item["demand"]]]
        burst = item.get("burst", 0)
        claimed = []
        for number, viewer in enumerate(viewers):
            delay = self.dice.share() * 9 if number < burst else 1 + self.dice.soon(stop - start + _LOST_INTEREST)
            second = int(start + delay)
            claimed.append((second, viewer))
            self._claim(item, second, viewer)
        return sorted(claimed, key=lambda claim: claim[0])

    def _claim(self, item: Plan, second: int, viewer: Viewer) -> None:
        variant, stock = self.dice.pick(item["rows"])
        code = self._code(item["code"])
        if variant and self.dice.chance(0.92):
            code = f"{code} {variant}"
        several = stock > _FEW and self.dice.chance(0.13)
        if self.dice.chance(0.04):
            self._say(second - 3, viewer, "typos", c=code)
        kind = "many" if several else "claims"
        self._say(second, viewer, kind, c=code, q=str(2 if self.dice.chance(0.8) else 3))
        if self.dice.chance(0.06):  # not sure that it went through
            self._say(second + self.dice.whole(3, 15), viewer, "claims", c=code)

    def _code(self, code: str) -> str:
        share = self.dice.share()
        if code.isdigit() or share < 0.75:
            return code
        return code.lower() if share < 0.97 else "".join(chr(ord(char) + 0xFEE0) for char in code)

    def _aftermath(
        self,
        item: Plan,
        claimed: Sequence[tuple[int, Viewer]],
        stock: int,
        stop: int,
        words: Mapping[str, str],
    ) -> None:
        """Joy, sorrow, second thoughts, and the host's word when everything is claimed."""
        if len(claimed) > stock:
            gone = claimed[stock - 1][0] + 4
            self._host_says(gone, "gone", item, words)
            for second, viewer in claimed[stock:]:
                if self.dice.chance(0.1):
                    self._say(max(second, gone) + self.dice.whole(2, 9), viewer, "missed", n=item["noun"])
        for second, viewer in claimed[:stock]:
            if self.dice.chance(0.4 if stock <= _FEW else 0.07):
                self._say(second + self.dice.whole(4, 12), viewer, "won", n=item["noun"])
        leavers = [claimed[0]] if stock <= _FEW else []
        leavers += [claim for claim in claimed[1:] if self.dice.chance(0.05)]
        for second, viewer in leavers:
            self._say(max(second, stop - 20) + self.dice.whole(5, 90), viewer, "passes", c=item["code"])

    def _close(self) -> None:
        begin = self.end - self._show["closing"]
        for number, text in enumerate(self._tongue.all_of("host", "closing")):
            self._add(begin + 4 + number * 16, self._host, text)
        for viewer in self.dice.some(self._present_at(begin, self.end), 55):
            self._say(begin + 6 + self.dice.share() * 48, viewer, "byes")

    def _mistakes(self) -> None:
        """Numbers that the show has not, and several numbers at once."""
        codes = [item["code"] for item in self._items]
        for code in ("999", "108", "B7", "A13", "1O7", "301", "108", "C9", "88", "108", "D4", "121"):
            self._somebody(self.dice.whole(90, self.end - 80), "claims", c=code)
        for _ in range(9):
            second = self.dice.whole(420, self.end - 60)
            pair = self.dice.some(codes[:8], 2)
            viewer = self.dice.pick([one for one in self._present_at(second, second) if one.language == "en"])
            shape = self.dice.pick(["sold {} and sold {}", "sold {}, {}", "sold {} & {}", "sold {} pass {}"])
            self._add(second, viewer, shape.format(*pair))

    def _somebody(self, second: int, kind: str, **words: str) -> None:
        """Somebody who is there and has said little so far."""
        there = self._present_at(second, second)
        viewer = min((self.dice.pick(there) for _ in range(3)), key=lambda one: self._spoken[one])
        self._say(second, viewer, kind, **words)

    def _fill(self, slots: Sequence[tuple[int, int]]) -> None:
        """Chatter, questions and traps through the whole show; thanks from the host now and then."""
        kinds = ["chatter"] * 14 + ["questions"] * 5 + ["traps"]
        for _ in range(860):
            second = self.dice.whole(4, self.end - 20)
            shown = [item for item, (start, _) in zip(self._items, slots, strict=True) if start <= second]
            item = shown[-1] if shown else self._items[0]
            self._somebody(second, self.dice.pick(kinds), c=item["code"], n=item["noun"])
        for second in range(110, self.end - 60, 130):
            self._say(second, self._host, "thanks")
