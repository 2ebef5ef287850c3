"""The simulated Meta: everything that exists, and what people do in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from dibs.demo_data.dice import Dice
from dibs_meta_simulator.calls import Budgets, Calls
from dibs_meta_simulator.clock import Clock
from dibs_meta_simulator.faults import Faults
from dibs_meta_simulator.lives import Lives, Reply
from dibs_meta_simulator.logins.codes import Code
from dibs_meta_simulator.model import ids
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.ids import Ids
from dibs_meta_simulator.model.lives import LiveMedia, LiveVideo, Video
from dibs_meta_simulator.model.people import ALL_TASKS, Account, Page, User
from dibs_meta_simulator.schedule import Schedule
from dibs_meta_simulator.tokens import Tokens

Node = App | User | Page | Account | LiveVideo | Video | LiveMedia | Comment


@attrs.frozen
class Happened:
    """Something that others may want to hear of: webhooks, event streams.

    Attributes:
        what: `comment`, `live`, or `callback`.
        verb: `add`, `edited`, `remove`, `hide`, `unhide`; of a live the status; of a callback its kind.
    """

    what: str
    verb: str
    about: Any


@attrs.define(eq=False, repr=False)
class World:
    """All state, in memory, alike in every run with the same seed."""

    seed: int = 1
    clock: Clock = attrs.field(factory=Clock)
    nodes: dict[str, Node] = attrs.field(factory=dict)
    codes: dict[str, Code] = attrs.field(factory=dict)
    calls: Calls = attrs.field(factory=Calls)
    ids: Ids = attrs.field(init=False)
    dice: Dice = attrs.field(init=False)
    faults: Faults = attrs.field(init=False)
    budgets: Budgets = attrs.field(init=False)
    schedule: Schedule = attrs.field(init=False)
    tokens: Tokens = attrs.field(init=False)
    lives: Lives = attrs.field(init=False)
    replies: list[Reply] = attrs.field(factory=list)
    _by_type: dict[type[Any], list[Any]] = attrs.field(factory=dict)
    _listeners: list[Callable[[Happened], None]] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.ids, self.dice = Ids(str(self.seed)), Dice(self.seed)
        self.faults = Faults(self.clock, Dice(self.seed + 1))
        self.budgets, self.schedule = Budgets(self.clock), Schedule(self.clock)
        self.clock.follow(self.schedule)
        self.tokens, self.lives = Tokens(self), Lives(self)

    def listen(self, listener: Callable[[Happened], None]) -> None:
        """Be told of whatever happens."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[Happened], None]) -> None:
        """Be told no more."""
        self._listeners.remove(listener)

    def tell(self, what: str, verb: str, about: Any) -> None:
        """Tell everybody who listens."""
        for listener in list(self._listeners):
            listener(Happened(what, verb, about))

    def of_type(self, kind: type[Any]) -> list[Any]:
        """Every node of a type, oldest first; not for comments, which are many and stand in their threads."""
        return self._by_type.get(kind, [])

    def get(self, kind: type[Any], node_id: str) -> Any:
        """A node of that type.

        Raises:
            KeyError: there is none.
        """
        node = self.nodes.get(node_id)
        if not isinstance(node, kind):
            raise KeyError(f"no {kind.__name__.lower()} {node_id}")
        return node

    def put(self, node: Any) -> Any:
        """Add a node."""
        self.nodes[node.id] = node
        if not isinstance(node, Comment):
            self._by_type.setdefault(type(node), []).append(node)
        return node

    def add_app(self, app: App) -> App:
        """Add an app; it answers to both of its ids."""
        self.nodes[app.instagram_id] = app
        return self.put(app)  # type: ignore[no-any-return]

    def add_user(self, name: str) -> User:
        """Add somebody who can log in."""
        return self.put(User(self.ids.next(ids.USER), name))  # type: ignore[no-any-return]

    def add_page(self, name: str, owner: User, tasks: tuple[str, ...] = ALL_TASKS) -> Page:
        """Add a Page on which `owner` has those tasks."""
        return self.put(Page(self.ids.next(ids.PAGE), name, {owner.id: tasks}))  # type: ignore[no-any-return]

    def add_account(self, username: str, owner: User, page: Page | None = None) -> Account:
        """Add an Instagram professional account, linked to a Page if one is given."""
        account = Account(self.ids.next(ids.ACCOUNT), username, username, {owner.id}, page.id if page else None)
        if page is not None:
            page.account_id = account.id
        return self.put(account)  # type: ignore[no-any-return]
