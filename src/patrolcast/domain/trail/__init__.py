"""What the audit trail is about: who did what, to which run, cell or suggestion, and why.

`events` holds one frozen record for each kind of event; a new kind is a new record there and nothing else. How an event
becomes a line of the file is the business of `io/trail`.
"""

from patrolcast.domain.trail.events import Actor, Event, Subject

__all__ = ["Actor", "Event", "Subject"]
