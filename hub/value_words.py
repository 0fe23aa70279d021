"""What is wrong with a value that was typed, in plain words, from the finding of pydantic. Pure."""

from collections.abc import Mapping

_WORDS = {
    "int_parsing": "it must be a whole number",
    "int_parsing_size": "the number is too long",
    "int_from_float": "it must be a whole number",
    "int_type": "it must be a whole number",
    "float_parsing": "it must be a number",
    "float_type": "it must be a number",
    "finite_number": "it must be a number that ends",
    "bool_parsing": "it must be true or false",
    "bool_type": "it must be true or false",
    "greater_than": "it must be more than {gt}",
    "greater_than_equal": "it must be {ge} or more",
    "less_than": "it must be less than {lt}",
    "less_than_equal": "it must be {le} or less",
    "literal_error": "it must be one of {expected}",
    "enum": "it must be one of {expected}",
    "string_too_short": "it must have {min_length} characters or more",
    "string_too_long": "it must have {max_length} characters or fewer",
    "string_pattern_mismatch": "it is not written as it must be",
    "path_type": "it must be the name of a file or a folder",
    "path_not_file": "there is no file of that name",
    "path_not_directory": "there is no folder of that name",
    "url_parsing": "it must be a web address",
    "url_scheme": "it must be a web address that begins with one of {expected_schemes}",
    "value_error": "{error}",
}


def wrong_value(finding: Mapping[str, object]) -> str:
    """`finding` is one of `ValidationError.errors()`."""
    words, known = _WORDS.get(str(finding["type"]), "it cannot be read"), finding.get("ctx")
    return words.format(**known) if isinstance(known, Mapping) else words
