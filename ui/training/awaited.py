"""Awaited: which commands the engine has still to answer; until then, its messages are worth asking for."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.engine import messages as msg


@dataclass
class Awaited:
    """Counts what is asked for until it is answered. The engine may rest for an earlier command in between."""

    opened: bool = False
    """Whether an Open is waited for."""
    runs: int = 0
    stops: int = 0
    backs: int = 0
    traces: set[int] = field(default_factory=set)
    check: int = 0
    """The check that is waited for; 0 is none."""

    def __bool__(self) -> bool:
        return self.opened or self.runs > 0 or self.stops > 0 or self.backs > 0 or bool(self.traces or self.check)

    def sent(self, command: msg.Command) -> None:
        """Note a command that is answered."""
        if isinstance(command, msg.Open):
            self.forget_run()
            self.opened = True
        elif isinstance(command, msg.Trace | msg.TryOut | msg.Revisit):
            self.traces.add(command.request)
        elif isinstance(command, msg.Check | msg.CheckOne | msg.StopCheck):
            self.check = getattr(command, "request", 0)
        self.runs += isinstance(command, msg.Go)
        self.stops += isinstance(command, msg.Stop)
        self.backs += isinstance(command, msg.GoBack)

    def told(self, message: msg.Message) -> None:
        """Note what the engine tells about the run that is open; a failure may be the answer to any command."""
        if isinstance(message, msg.Opened):
            self.opened = False
        elif isinstance(message, msg.State):
            self.runs = max(0, self.runs - (message.phase == "running"))
            self.stops = max(0, self.stops - (message.phase == "stopped"))
        elif isinstance(message, msg.WentBack):
            self.backs = max(0, self.backs - 1)
        elif isinstance(message, msg.Failed):
            self.forget_run()
            if message.run == 0:  # the engine could not start
                self.traces.clear()
                self.check = 0

    def traced(self, request: int) -> bool:
        """Whether a trace is the answer to a request that waits; it waits no more."""
        waited = request in self.traces
        self.traces.discard(request)
        return waited

    def checked(self, message: msg.GradientsChecked) -> bool:
        """Whether a message is about the check that is waited for, which may come to its end by it."""
        waited = message.request == self.check
        if waited and (message.problem or message.done >= message.total):
            self.check = 0
        return waited

    def forget_run(self) -> None:
        """What the run was asked for is not waited for any more; traces are."""
        self.opened, self.runs, self.stops, self.backs = False, 0, 0, 0
