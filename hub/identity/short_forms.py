"""Short and pet forms of English given names, above all those that do not begin like the name itself. Pure data."""

_FORMS = """
abigail: gail | albert: bert bertie | alexander: sandy sacha lex alec alick | alexandra: sandra lexi
alfred: fred alfie alf | amanda: mandy | amelia: millie milly | andrew: drew andy | angela: angie | ann: nan nancy
anna: nan | anthony: tony | antonia: toni | antony: tony | archibald: archie | arthur: art | augustus: gus
barbara: babs | barry: baz | bartholomew: bart | beatrice: trixie | benjamin: benny | bernadette: bernie
bernard: bernie | bridget: biddy | caroline: carrie | cassandra: sandra
catherine: kate katie kathy cathy kit kitty cassie katy cath | charles: chas chuck charlie charley | charlotte: lottie
christian: kit | christina: tina | christine: tina | christopher: kit | constance: connie | cornelius: neil
cynthia: cindy | daniel: danny | darren: daz | david: dave davey | deborah: debbie deb | dennis: denny dennie
derek: del | dominic: nick | donald: donnie don | dorothy: dot dolly dottie dodie | douglas: dougie duggie
edith: edie | edmund: ned ted | edward: ted ned eddie eddy teddy | edwin: ted | eileen: elly
eleanor: nell ellie nora nellie | elizabeth: liz beth betty lizzie libby bess lizzy bettie betsy eliza
ellen: nell ellie nellie | emily: millie emmy milly | emma: em | ernest: ernie | eugene: gene | evelyn: evie
florence: flo | frances: fanny frankie fran | francis: frank frankie | frederick: freddie freddy fred | gareth: gaz
gary: gaz | geoffrey: jeff | georgina: gina | gerald: gerry jerry ged | gerard: gerry jerry ged | gertrude: trudy
gillian: jill | gordon: gordie | gregory: greg | hannah: nan | harold: harry hal | harriet: hattie | helen: nell
henrietta: hettie etta | henry: harry hal hank | herbert: bert | hubert: bert | isaac: ike zac | isabella: bella
jacob: jake | jacqueline: jackie jacky | james: jim jimmy jamie | jane: jenny | janet: jan | jeffrey: geoff
jennifer: jenny jen | jeremy: jerry | jessica: jessie | joan: joanie | joanna: jo | john: jack johnny jon jonny jacky
jonathan: johnny jonny jon | joseph: joe joey | josephine: josie josey jo | judith: judy | julia: jules
katherine: kate katie kathy kit kitty katy kath | kathleen: kathy kathie kate kath | kenneth: kenny ken
lawrence: larry laurie | leonard: len lenny | lewis: lou | louis: lou | louise: lou
lucinda: cindy | madeleine: maddie | malcolm: mal
margaret: maggie meg peggy peg greta madge daisy rita peggie mags margie marge | martha: patty | martin: marty
mary: molly polly | matilda: tilly | matthew: matty matt | maurice: mo moe | melanie: mel
michael: mike mick micky mikey mickey | mildred: millie | mohammed: mo | muhammad: mo | nathaniel: nate nat
nicholas: nick nicky klaus nico | nicola: nicky | oliver: ollie noll | olivia: liv livvy | pamela: pam
patricia: tricia trish patsy patti patty pat | patrick: paddy pat | paul: paulie | penelope: penny | peter: petey pete
philip: pip phil | philippa: pippa | priscilla: cilla | rachel: ray | raymond: ray | rebecca: becky becca beckie
reginald: reggie reg | richard: dick rick ricky richie rickie rich | robert: bob bobby robbie bert robby bobbie rob
roderick: rod | roger: rodge | ronald: ronnie ronny ron | rosemary: rosie | rudolph: rudy | russell: russ
samantha: sammy sam | samuel: sammy sam | sarah: sally sadie sal | sebastian: bastian | sharon: shaz | sidney: syd
simon: si | stanley: stan | stephanie: steph | stephen: steve stevie stevo | steven: stevie steve | stuart: stu
susan: sue susie suzy susy suzie | susanna: sue suzie | suzanne: sue suzy | terence: terry tel | theodora: dora thea
theodore: ted teddy theo | theresa: terry tess | thomas: tom tommy tam | timothy: timmy tim | vanessa: nessa
veronica: ronnie | victoria: vicky vicki tori | vincent: vinny vinnie vince | virginia: ginny | walter: wally wat
wilfred: fred wilf | william: bill billy willy liam billie will | winifred: winnie freda | yvonne: vonnie
zachary: zack
"""


def _read() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in _FORMS.replace("\n", "|").split("|"):
        whole, _, short = entry.partition(":")
        for form in short.split():
            found.setdefault(form, set()).add(whole.strip())
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
