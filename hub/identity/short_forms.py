"""Short and pet forms of English given names that do not begin like the name itself. Pure data."""

_FORMS = """
abigail: gail | albert: bert bertie | alexander: sandy sacha lex | alexandra: sandra lexi | alfred: fred alf
amanda: mandy | andrew: drew | ann: nan nancy | anthony: tony | antonia: toni | arthur: art | augustus: gus
barbara: babs | bartholomew: bart | benjamin: benny | bernard: bernie | caroline: carrie | catherine: kate katie kathy
cathy cath | charles: chas chuck charlie | charlotte: lottie | christina: tina | christine: tina | christopher: kit
cynthia: cindy | david: dave davey | deborah: debbie deb | dennis: denny | dominic: nick | donald: don
dorothy: dot dolly | edmund: ned ted | edward: ted ned eddie | eleanor: nell ellie nora | elizabeth: liz beth betty
lizzie eliza libby bess | emily: millie | emma: em | ernest: ernie | eugene: gene | florence: flo | frances: fran fanny
francis: frank | frederick: fred | geoffrey: jeff | gerald: gerry jerry | gertrude: trudy | gillian: jill
gregory: greg | harold: harry hal | helen: nell | henry: harry hal hank | herbert: bert | isabella: bella
jacob: jake | jacqueline: jackie | james: jim jimmy jamie | jane: jenny | janet: jan | jennifer: jen jenny
jeremy: jerry | joanna: jo | john: jack johnny jon | jonathan: jon johnny | joseph: joe joey | josephine: jo josie
judith: judy | julia: jules | katherine: kate katie kathy kath kit | kathleen: kath kathy | kenneth: ken kenny
lawrence: larry laurie | leonard: len lenny | lewis: lou | louis: lou | louise: lou | malcolm: mal | margaret: maggie
meg peggy peg greta madge daisy rita | martha: patty | martin: marty | mary: molly polly | matilda: tilly
matthew: matt matty | melanie: mel | michael: mike mick micky mikey | mohammed: mo | muhammad: mo | nathaniel: nat nate
nicholas: nick nicky klaus | nicola: nicky | oliver: ollie noll | olivia: liv livvy | pamela: pam | patricia: pat tricia
trish patsy | patrick: pat paddy | paul: paulie | peter: pete | philip: phil pip | philippa: pippa | rachel: ray
raymond: ray | rebecca: becky becca | reginald: reg reggie | richard: dick rick ricky rich | robert: bob bobby rob
robbie | roderick: rod | roger: rodge | ronald: ron ronnie | rosemary: rosie | rudolph: rudy | russell: russ
samantha: sam | samuel: sam | sarah: sally sadie | simon: si | stanley: stan | stephanie: steph | stephen: steve stevie
steven: steve stevie | stuart: stu | susan: sue susie suzy | suzanne: sue suzy | terence: terry | theodore: ted theo
theresa: terry tess | thomas: tom tommy | timothy: tim timmy | victoria: vicky vicki tori | vincent: vince vinny
virginia: ginny | walter: wally wat | wilfred: fred wilf | william: bill billy will willy liam | winifred: winnie freda
zachary: zack
"""


def _read() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in _FORMS.replace("\n", " | ").split("|"):
        whole, _, short = entry.partition(":")
        if short:
            last = whole.strip()
        for form in (short or whole).split():
            found.setdefault(form, set()).add(last)
    return {form: frozenset(names) for form, names in found.items()}


_WHOLE = _read()


def names_of(given: str) -> frozenset[str]:
    """Return the name, and the names that it may be a short form of."""
    return _WHOLE.get(given, frozenset()) | {given}


def whole_names(given: str | None) -> str | None:
    """The names that a short form may stand for, each between bars; for any other name the name itself."""
    if given is None:
        return None
    return f"|{'|'.join(sorted(_WHOLE.get(given, (given,))))}|"
