"""The hub's own people, as the command line and the API need them: accounts, sessions, and who acts."""

from hub.access.accounts import Accounts
from hub.access.attempts import Attempts, LoginLimits
from hub.access.names import name_or_none
from hub.access.passwords import Passwords
from hub.access.pseudonym_key import pseudonym_key
from hub.access.rights import Right
from hub.access.sessions import Person, Sessions
from hub.clock import Clock
from hub.errors import NotYourName, RightMissing
from hub.journal.actors import INSTALLATION, unverified
from hub.journal.record.accounts import record_access_denied
from hub.settings import Settings
from hub.store.access import accounts
from hub.store.database.engine import Store
from hub.unproved import StateUnproved


class Staff:
    def __init__(self, store: Store, clock: Clock, settings: Settings, passwords: Passwords | None = None) -> None:
        self._store = store
        self._clock = clock
        passwords = passwords or Passwords()
        attempts = Attempts(store, LoginLimits.of(settings), pseudonym_key(settings.pseudonym_key()))
        self.sessions = Sessions(store, clock, settings, passwords, attempts)
        self.accounts = Accounts(store, clock, settings, passwords, self.sessions)

    def acting(self, token: str | None, *rights: Right, by: str | None = None, otherwise: str = "") -> str:
        """The name of the person who acts at the command line, for the journal.

        While there is no account, it is the name that the person gives, or `otherwise`, marked as unverified. Once an
        account exists, it is the person of the session, who must have each of these rights. Raises NotLoggedIn,
        PasswordToChange, RightMissing or NotYourName.
        """
        with self._store.transaction() as connection:
            manages = accounts.anybody_can(connection, Right.MANAGE_PEOPLE, self._clock.now())
            any_account = accounts.any_exists(connection)
            gone = () if manages and any_account else self._store.unproved(connection, "account")
        if gone:  # somebody took accounts out, so that there seem to be none
            raise StateUnproved(
                f"accounts were changed past the exchange: {', '.join(gone)}",
                "find out who may write to the database: hub journal verify",
            )
        if not manages and rights == (Right.MANAGE_PEOPLE,):
            return INSTALLATION
        if not any_account:
            return unverified(by or otherwise)
        person = self.sessions.person(token)
        # The journal must not name another person than the one who acts.
        if by is not None and name_or_none(by) != person.name:
            raise NotYourName(
                "--by names somebody other than the person who is logged in", "leave --by out, or log in as that person"
            )
        self.require(person, *rights)
        return person.name

    def require(self, person: Person, *rights: Right) -> None:
        """Raises RightMissing, and the journal records who tried."""
        for right in rights:
            if right not in person.rights:
                with self._store.transaction() as connection:
                    record_access_denied(connection, self._clock.now(), person=person.name, right=str(right))
                raise RightMissing(
                    f"{person.name} does not have the right {right}", "ask a person who manages people for it"
                )
