"""The hub's own people, as the command line and the API need them: accounts, sessions, and who acts."""

from hub.access.accounts import Accounts
from hub.access.attempts import Attempts
from hub.access.names import name_or_none
from hub.access.passwords import Passwords
from hub.access.pseudonym_key import pseudonym_key
from hub.access.rights import WITH_SECOND_FACTOR, Right
from hub.access.second_factors.factors import SecondFactors
from hub.access.sessions import Person, Sessions
from hub.approval.proposals import Proposals
from hub.approval.rules import RulesInForce
from hub.clock import Clock
from hub.errors import Failure, NotYourName, RightMissing
from hub.journal.actors import INSTALLATION, unverified
from hub.journal.record.accounts import record_access_denied
from hub.settings import Settings
from hub.store.access import accounts, second_factors
from hub.store.database.engine import Store
from hub.unproved import StateUnproved


class SecondFactorMissing(Failure):
    """The rules want a second factor for this, and the person logged in without one."""

    code = "access.second_factor"
    status = 403


class Staff:
    def __init__(self, store: Store, clock: Clock, settings: Settings, passwords: Passwords | None = None) -> None:
        self._store = store
        self._clock = clock
        passwords = passwords or Passwords()
        self._rules = RulesInForce(store, clock)
        attempts = Attempts(store, self._rules, pseudonym_key(settings.pseudonym_key()))
        waiting = Proposals(store, clock, self._rules)
        self.second_factors = SecondFactors(store, clock, waiting, settings.audience)
        self.sessions = Sessions(store, clock, self._rules, passwords, attempts, self.second_factors)
        self.accounts = Accounts(store, clock, self._rules, waiting, passwords, self.sessions)

    def acting(
        self, token: str | None, *rights: Right, by: str | None = None, otherwise: str = "", machine: str | None = None
    ) -> str:
        """The name of the person who acts at the command line, for the journal. `machine` is the account of the machine
        at which the session was opened.

        While there is no account, it is the name that the person gives, or `otherwise`, marked as unverified. Once an
        account exists, it is the person of the session, who must have each of these rights. Raises NotLoggedIn,
        PasswordToChange, RightMissing, SecondFactorMissing or NotYourName.
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
        person = self.sessions.person(token, machine=machine)
        # The journal must not name another person than the one who acts.
        if by is not None and name_or_none(by) != person.name:
            raise NotYourName(
                "--by names somebody other than the person who is logged in", "leave --by out, or log in as that person"
            )
        self.require(person, *rights)
        return person.name

    def seconds_from_server(self) -> float:
        """How much this process's clock is ahead of that of the database's server."""
        with self._store.transaction() as connection:
            return self._clock.now().timestamp() - second_factors.server_seconds(connection)

    def require(self, person: Person, *rights: Right) -> None:
        """Raises RightMissing or SecondFactorMissing, and the journal records who tried. Raises StateUnproved."""
        for right in rights:
            if right not in person.rights:
                self._denied(person, right)
                raise RightMissing(
                    f"{person.name} does not have the right {right}", "ask a person who manages people for it"
                )
        needing = [right for right in rights if right in WITH_SECOND_FACTOR]
        if needing and not person.second_factor and self._rules.read().second_factor:
            self._denied(person, needing[0])
            raise SecondFactorMissing(
                f"{needing[0]} needs a login with a second factor here, and {person.name} logged in without one",
                "set one up with `hub people second-factor`, and log in again with its code",
            )

    def _denied(self, person: Person, right: Right) -> None:
        with self._store.transaction() as connection:
            record_access_denied(connection, self._clock.now(), person=person.name, right=str(right))
