"""What a person is told whose act waits for a second person."""

from hub.errors import CodedFailure
from hub.store.approval.proposals import KeptProposal


class WaitsForSecondPerson(CodedFailure):
    """Nothing has happened yet, except that it is proposed."""

    status = 409

    def __init__(self, proposal: KeptProposal) -> None:
        self.proposal = proposal
        super().__init__(
            "approval.waits",
            "it takes a second person; it is proposed, and nothing has happened yet",
            f"ask somebody else to look at it and approve it: hub approvals show {proposal.id}",
        )
