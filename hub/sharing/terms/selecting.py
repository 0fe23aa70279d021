"""How protocols name parties, by id or role, and fields, by path or category. Pure."""

from dataclasses import dataclass
from typing import Protocol

from pydantic_core import PydanticCustomError

from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole, read_role
from schemas.category import Category


class _Placed(Protocol):
    """Anything with a place in the shape of a kind, and a category: a leaf, or a verdict about one."""

    @property
    def path(self) -> str: ...
    @property
    def category(self) -> Category: ...


_ROLE = "role:"
_CATEGORY = "category:"


@dataclass(frozen=True, slots=True)
class Party:
    """One agency, by its id, or every agency of a role. Exactly one of the two is set."""

    agency: str | None
    role: AgencyRole | None

    def includes(self, agency: Agency) -> bool:
        return agency.id == self.agency or agency.role is self.role

    def meets(self, other: "Party", agencies: Agencies) -> bool:
        """Whether an agency belongs to both. Roles are compared, not single agencies."""
        if self.role is not None and other.role is not None:
            return self.role is other.role
        if self.agency is not None and other.agency is not None:
            return self.agency == other.agency
        named = agencies.get(self.agency or other.agency or "")
        return named is not None and named.role is (self.role or other.role)

    def __str__(self) -> str:
        return self.agency or f"{_ROLE}{self.role}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Picks leaves of a kind: those at or below `path`, or those of `category`. Exactly one of the two is set."""

    path: str | None
    category: Category | None

    def picks(self, leaf: _Placed) -> bool:
        if self.path is None:
            return leaf.category is self.category
        if not leaf.path.startswith(self.path):
            return False
        below = leaf.path[len(self.path) :]
        return not below or below.startswith((".", "[]"))

    def __str__(self) -> str:
        return self.path or f"{_CATEGORY}{self.category}"


def read_party(value: object) -> Party:
    """`role:court`, or an agency id. Raises the validation error `role.unknown`."""
    text = str(value)
    if text.startswith(_ROLE):
        return Party(None, read_role(text.removeprefix(_ROLE)))
    return Party(text, None)


def read_selector(value: object) -> Selector:
    """`category:identity`, or the path of a field or of a subtree. Raises the validation error `category.unknown`."""
    text = str(value)
    if not text.startswith(_CATEGORY):
        return Selector(text, None)
    try:
        return Selector(None, Category(text.removeprefix(_CATEGORY)))
    except ValueError:
        known = ", ".join(Category)
        raise PydanticCustomError(
            "category.unknown", "there is no such category; the categories are {known}", {"known": known}
        ) from None
