"""Broadcasts of the world and what is written under them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import attrs

from dibs_meta_simulator.errors import known_error
from dibs_meta_simulator.model import ids
from dibs_meta_simulator.model.comments import Comment, MediaComment
from dibs_meta_simulator.model.lives import Live, LiveMedia, LiveVideo, Video
from dibs_meta_simulator.model.people import Account, Page, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dibs_meta_simulator.world import World


@attrs.frozen
class Reply:
    """An answer that was sent: `kind` is `public` or `private`, `sender` the Page or account."""

    kind: str
    platform: str
    sender: str
    comment_id: str
    recipient_id: str
    text: str
    id: str
    at: float


@attrs.define(eq=False)
class Lives:
    """Starts and ends broadcasts, and puts comments under them."""

    world: World
    viewers: dict[tuple[str, str], Viewer] = attrs.field(factory=dict)
    _numbers: Iterator[int] = attrs.field(factory=lambda: count(1))

    def schedule(self, page_id: str, title: str = "Bazar de sexta") -> LiveVideo:
        """Announce a broadcast of a Page."""
        page: Page = self.world.get(Page, page_id)
        live_id, video_id = self.world.ids.next(ids.LIVE), self.world.ids.next(ids.VIDEO)
        live = LiveVideo(live_id, video_id, page.id, title, self.world.clock.now(), "SCHEDULED_LIVE")
        self.world.put(Video(video_id, live_id))
        return self.world.put(live)  # type: ignore[no-any-return]

    def start(self, page_id: str, title: str = "Bazar de sexta") -> LiveVideo:
        """A Page goes live."""
        return self.begin(self.schedule(page_id, title).id)

    def begin(self, live_id: str) -> LiveVideo:
        """An announced broadcast starts."""
        live: LiveVideo = self.world.get(LiveVideo, live_id)
        live.status, live.started = "LIVE", self.world.clock.now()
        self.world.tell("live", "live", live)
        return live

    def start_instagram(self, account_id: str) -> LiveMedia:
        """An Instagram account goes live."""
        self.world.get(Account, account_id)
        live = LiveMedia(self.world.ids.next(ids.MEDIA), account_id, self.world.clock.now())
        self.world.put(live)
        self.world.tell("live", "live", live)
        return live

    def end(self, live_id: str) -> Live:
        """A broadcast is over."""
        live = self.live(live_id)
        live.ended = self.world.clock.now()
        if isinstance(live, LiveVideo):
            live.status = "VOD"
            self.world.tell("live", "live_stopped", live)
        self.world.tell("live", "vod", live)
        return live

    def live(self, live_id: str) -> Live:
        """A broadcast by its id, a Facebook one also by its video's.

        Raises:
            KeyError: there is none.
        """
        node = self.world.nodes.get(live_id)
        if isinstance(node, Video):
            node = self.world.nodes.get(node.live_id)
        if not isinstance(node, LiveVideo | LiveMedia):
            raise KeyError(f"no broadcast {live_id}")
        return node

    def on_air(self) -> list[Live]:
        """All that are broadcast now."""
        return [live for live in self.world.of_type(LiveVideo) + self.world.of_type(LiveMedia) if live.on_air]

    def viewer(self, live_id: str, name: str) -> Viewer:
        """A viewer by name: one person has another id under each Page and account."""
        live = self.live(live_id)
        owner = live.page_id if isinstance(live, LiveVideo) else live.account_id
        if (owner, name) not in self.viewers:
            self.viewers[owner, name] = self._meet(live, name)
        return self.viewers[owner, name]

    def host(self, live_id: str) -> Viewer:
        """The Page or account itself as a writer."""
        live = self.live(live_id)
        if isinstance(live, LiveVideo):
            return Viewer(live.page_id, self.world.get(Page, live.page_id).name)
        return Viewer(live.account_id, self.world.get(Account, live.account_id).username, live.account_id)

    def comment(self, live_id: str, who: str | Viewer, text: str, at: float | None = None, **more: Any) -> Comment:
        """Somebody writes; `more` are further fields of the `Comment`, such as `low_quality` or `attachment`."""
        live = self.live(live_id)
        author = self.viewer(live_id, who) if isinstance(who, str) else who
        created = self.world.clock.now() if at is None else at
        kind = Comment if isinstance(live, LiveVideo) else MediaComment
        comment = kind(self._comment_id(live), live.id, next(self._numbers), author, text, created, **more)
        self._hide_at_random(comment)
        live.thread.add(comment)
        self.world.put(comment)
        self.world.tell("comment", "add", comment)
        return comment

    def edit(self, comment_id: str, text: str) -> Comment:
        """Somebody changes a comment."""
        comment: Comment = self.world.get(Comment, comment_id)
        comment.text = text
        self.world.tell("comment", "edited", comment)
        return comment

    def delete(self, comment_id: str) -> Comment:
        """A comment disappears."""
        comment: Comment = self.world.get(Comment, comment_id)
        comment.deleted = True
        del self.world.nodes[comment_id]
        self.world.tell("comment", "remove", comment)
        return comment

    def hide(self, comment_id: str, hidden: bool = True) -> Comment:
        """A comment is hidden, or shown again."""
        comment: Comment = self.world.get(Comment, comment_id)
        comment.hidden = hidden
        self.world.tell("comment", "hide" if hidden else "unhide", comment)
        return comment

    def reply_publicly(self, comment: Comment, text: str) -> Comment:
        """A Page answers under a comment."""
        live = self.live(comment.live_id)
        made = self.comment(live.id, self.host(live.id), text, parent_id=comment.id)
        self._note("public", comment, text, made.id)
        return made

    def reply_privately(self, comment: Comment, text: str) -> Reply:
        """A Page or account writes to who wrote a comment, once.

        Raises:
            GraphError: it was answered already.
        """
        if comment.private_reply is not None:
            raise known_error(10900)
        comment.private_reply = text
        prefix = "m_FAKE" if isinstance(self.live(comment.live_id), LiveVideo) else "aWdfZAFAKE"
        return self._note("private", comment, text, self.world.ids.text(prefix, 16))

    def _note(self, kind: str, comment: Comment, text: str, reply_id: str) -> Reply:
        live = self.live(comment.live_id)
        facebook = isinstance(live, LiveVideo)
        recipient = comment.author.id if facebook else comment.author.self_id
        now = self.world.clock.now()
        reply = Reply(
            kind,
            "facebook" if facebook else "instagram",
            live.page_id if isinstance(live, LiveVideo) else live.account_id,
            comment.id,
            recipient,
            text,
            reply_id,
            now,
        )
        self.world.replies.append(reply)
        self.world.tell("reply", kind, reply)
        return reply

    def _meet(self, live: Live, name: str) -> Viewer:
        if isinstance(live, LiveVideo):
            return Viewer(self.world.ids.next(ids.PERSON), name)
        scoped = self.world.ids.next(ids.SCOPED)
        return Viewer(scoped, _handle(name, scoped), self.world.ids.next(ids.SELF_SCOPED))

    def _comment_id(self, live: Live) -> str:
        if isinstance(live, LiveVideo):
            return f"{live.video_id}_{self.world.ids.next(ids.COMMENT)}"
        return self.world.ids.next(ids.MEDIA_COMMENT)

    def _hide_at_random(self, comment: Comment) -> None:
        faults, where = self.world.faults, {"object": comment.live_id}
        if faults.hit("hidden_comments", where):
            comment.low_quality = True
        if faults.hit("missing_from", where):
            comment.author = attrs.evolve(comment.author, anonymous=True)
        ties = faults.hit("ties", where)
        if ties is not None:
            comment.created -= comment.created % ties.number("seconds", 5)


def _handle(name: str, scoped: str) -> str:
    """A handle for a name: letters, digits and `_` of ASCII; names in other scripts get a number."""
    plain = normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    handle = "_".join("".join(char if char.isalnum() else " " for char in plain).split())
    return handle if len(handle) > 2 else f"buyer_{scoped[-5:]}"
