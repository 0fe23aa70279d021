"""Court lists of made-up people in Libra's XML, each of one court and one day."""

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from hub.bench.documents import Document, letters
from schemas.fields import check_letter

COURTS = (
    ("court-b01be", "B01BE", "probation-london"),
    ("court-b03ax", "B03AX", "probation-cumbria"),
    ("court-b04ah", "B04AH", "probation-lancashire"),
)
_DAYS = 2_000  # a second list of one court and day would be a later edition
"""A court, the code that its lists carry, and the area that gets them."""
_SUMMARY = "At the place and time of this made-up case the made-up person did what no sample ever did, and was seen. "


def court_list(run: str, number: int, cases: int = 1, summary_length: int = 850) -> Document:
    """`run` and `number` make its cases and its people different from all others. With one case and a summary of that
    length it has about two kilobytes."""
    court, code, _ = COURTS[number % len(COURTS)]
    day = datetime.now(UTC).date() + timedelta(days=1 + number // len(COURTS) % _DAYS)
    said = (_SUMMARY * 30)[:summary_length]
    name = f"{number % 10_000:04d}_{day:%d%m%Y}_9999_{code}_ADULT_COURT_LIST_DAILY"
    held = "".join(_case(run, number * 100_000 + each, said) for each in range(cases))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<edr:ExternalDocumentRequest xmlns:edr="http://www.justice.gov.uk/magistrates/external/ExternalDocumentRequest">'
        f"<documents><document><info><source_file_name>{name}</source_file_name></info><data><job><sessions><session>"
        f"<s_id>{number}</s_id><ou_code>{code}</ou_code><doh>{day:%d/%m/%Y}</doh><room>01</room><sstart>10:00</sstart>"
        f"<blocks><block><sb_id>1</sb_id><cases>{held}</cases></block></blocks>"
        "</session></sessions></job></data></document></documents></edr:ExternalDocumentRequest>"
    )
    return Document(court, "application/xml", body.encode())


def _case(run: str, number: int, said: str) -> str:
    serial = f"{number % 10_000_000:07d}"
    surname, forename = (
        f"{letters(number * 7_919)}-Docketmark".upper(),
        f"{letters(number * 104_729)}sample".capitalize(),
    )
    born = f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/{1970 + number % 30}"
    case = f"{int(run, 16) % 1_000:03d}{serial}"
    return (
        f"<case><c_id>{number}</c_id><h_id>{number}</h_id><valid>Y</valid><caseno>{case}</caseno><type>C</type>"
        f"<def_name>Mr {forename} {surname}</def_name><def_name_elements><title>Mr</title>"
        f"<forename1>{forename}</forename1><surname>{surname}</surname></def_name_elements><def_type>P</def_type>"
        f"<def_sex>M</def_sex><def_dob>{born}</def_dob>"
        f"<pnc_id>2009/{serial}{check_letter(int('09' + serial))}</pnc_id>"
        "<def_addr><line1>1 Nowhere Lane</line1><pcode>ZX99 9ZZ</pcode></def_addr><inf>POL99</inf><cseq>1</cseq>"
        "<listno>1st</listno><offences><offence><oseq>1</oseq><code>TH68023</code><title>Example theft</title>"
        f"<sum>{escape(said)}</sum><plea>G</plea></offence></offences></case>"
    )
