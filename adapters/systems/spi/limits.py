"""What the interface's elements can hold: police systems refuse a whole message for one element that breaks it."""

from collections.abc import Mapping
from types import MappingProxyType

# Codes and numbers: written only if they match.
CODES: Mapping[str, str] = MappingProxyType(
    {
        "AlcoholLevelAmount": r"[0-9]{1,3}",
        "AlcoholLevelMethod": r".",
        "BailStatus": r".",
        "BailStatusOffence": r".",
        "Birthdate": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "ConvictingCourt": r"[0-9]{4}",
        "CourtHearingLocation": r".{1,10}",
        "DurationUnit": r".",
        "DurationValue": r"[0-9]{1,3}",
        "EmailAddress1": r"[0-9A-Za-z'._-]{1,127}@[0-9A-Za-z'._-]{1,127}",
        "EmailAddress2": r"[0-9A-Za-z'._-]{1,127}@[0-9A-Za-z'._-]{1,127}",
        "Finding": r".",
        "ModeOfTrial": r"[0-9]{1,2}",
        "OffenceCode": r".{1,8}",
        "OffenceDateCode": r"[1-6]",
        "OffenceSequenceNumber": r"[0-9]{1,3}",
        "PNCidentifier": r"[0-9A-Za-z'._-]{1,13}",
        "PSAcode": r"[0-9]{4}",
        "PTIURN": r".{1,11}",
        "PenaltyPoints": r"[0-9]{1,2}",
        "PersonStatedNationality": r".{1,3}",
        "Plea": r"[0-9]|[1-7][0-9]|8[0-8]",
        "PresentAtHearing": r".",
        "ProsecutorReference": r".{1,20}",
        "ResultAmountSterling": r"[0-9]{1,12}(\.[0-9]{1,2})?",
        "ResultCode": r"[0-9]{1,4}",
        "ResultCodeQualifier": r".{1,2}",
        "SecondaryDurationUnit": r".",
        "SecondaryDurationValue": r"[0-9]{1,3}",
        "TelephoneNumberBusiness": r"[0-9 -]{1,20}",
        "TelephoneNumberHome": r"[0-9 -]{1,20}",
        "TelephoneNumberMobile": r"[0-9 -]{1,20}",
        "VehicleCode": r".",
        "VehicleRegistrationMark": r".{1,11}",
    }
)

# Texts: cut at this many characters.
TEXTS: Mapping[str, int] = MappingProxyType(
    {
        "AddressLine1": 35,
        "AddressLine2": 35,
        "AddressLine3": 35,
        "AddressLine4": 35,
        "AddressLine5": 35,
        "BailConditions": 2500,
        "LocationOfOffence": 80,
        "NextHearingReason": 80,
        "OffenceWording": 2500,
        "OrganisationName": 255,
        "PersonFamilyName": 35,
        "PersonGivenName1": 35,
        "PersonGivenName2": 35,
        "PersonGivenName3": 35,
        "PersonTitle": 35,
        "ReasonForBailConditionsOrCustody": 2500,
        "ResultText": 2500,
    }
)
