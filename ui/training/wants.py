"""Wants: what all visible views want in the snapshots, as one."""

from __future__ import annotations

from explorer.engine.messages import Watch


class Wants:
    """The wishes of each watcher, and the example that all of them show."""

    def __init__(self) -> None:
        self.sample = 0
        self._by_watcher: dict[int, Watch] = {}

    def set(self, watcher: object, wants: Watch | None) -> None:
        """Note the wishes of one watcher; None when it wants nothing any more."""
        if wants is None:
            self._by_watcher.pop(id(watcher), None)
        else:
            self._by_watcher[id(watcher)] = wants

    def any(self) -> bool:
        """Whether something is wanted that the engine has to compute or load."""
        return self.merged() != Watch(sample=self.sample)

    def merged(self) -> Watch:
        """All wishes as one."""
        wishes = self._by_watcher.values()
        return Watch(
            weights=tuple(sorted({node for wish in wishes for node in wish.weights})),
            values=tuple(sorted({node for wish in wishes for node in wish.values})),
            sample=self.sample,
            curve=any(wish.curve for wish in wishes),
        )
