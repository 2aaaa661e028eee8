"""`python -m server.sync.typescript` writes types of pwa/src/data from the schemas.

They are records.ts, limits.ts, and choices.ts with the enumerations.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

from server.contacts.schemas import HouseholdSchema
from server.core.documents import Choice, Choices, Count, Items, Text
from server.diary.schemas import DiaryEntrySchema, ReviewSchema
from server.problems.schemas import ProblemSchema
from server.questionnaires.records import SurveyResponseSchema, SurveyRoundSchema
from server.sync.schemas import ConflictSchema, HandoverSchema, QuarantineSchema

FOLDER = Path(__file__).parents[2] / "pwa" / "src" / "data"
WIDTH = 100
SCHEMAS: dict[str, type[Schema]] = {
    "household": HouseholdSchema,
    "diary_entry": DiaryEntrySchema,
    "problem": ProblemSchema,
    "review": ReviewSchema,
    "conflict": ConflictSchema,
    "handover": HandoverSchema,
    "survey_round": SurveyRoundSchema,
    "survey_response": SurveyResponseSchema,
    "quarantine": QuarantineSchema,
}
PLAIN_TYPES: dict[type[fields.Field[Any]], str] = {
    fields.Dict: "Record<string, unknown>",
    fields.Boolean: "boolean",
    fields.Integer: "number",
    fields.String: "string",
}
HEAD = """\
// Written by `python -m server.sync.typescript` from the server's schemas; not to be edited.
// An optional field may be absent or null; unknown fields are kept by the data layer.
"""


def sources() -> dict[Path, str]:
    """Return the TypeScript files, formatted as prettier does it."""
    schemas = [schema() for schema in SCHEMAS.values()]
    choices = enumerations(schemas)
    types = [
        HEAD,
        imported(choices),
        *(interface(nested) for nested in nested_schemas(schemas)),
        *(interface(schema) for schema in schemas),
        registry(),
    ]
    return {
        FOLDER / "choices.ts": "\n".join([HEAD, *choices.values()]),
        FOLDER / "records.ts": "\n".join(types),
        FOLDER / "limits.ts": f"{HEAD}\n{limits(schemas)}",
    }


def imported(choices: Mapping[str, str]) -> str:
    """Return the lines that import the enumerations' types, and hand all of them on."""
    names = "".join(f"  {name},\n" for name in sorted(choices, key=str.lower))
    return f"import type {{\n{names}}} from './choices';\n\nexport * from './choices';\n"


def enumerations(schemas: list[Schema]) -> dict[str, str]:
    """Return one const array and one type for every enumeration, by name in order of appearance."""
    found: dict[str, tuple[str, ...]] = {}
    for schema in schemas:
        for field in schema.fields.values():
            if isinstance(field, Choice | Choices):
                found[field.name_of_values] = field.values
    return {name: enumeration(name, values) for name, values in found.items()}


def enumeration(name: str, values: tuple[str, ...]) -> str:
    """Return `export const TENURES = […] as const;` and its type."""
    return f"{const_array(constant(name), values)}export type {name} = (typeof {constant(name)})[number];\n"


def const_array(name: str, values: tuple[str, ...]) -> str:
    """Return the array on one line where it fits, else one value a line."""
    quoted = [f"'{value}'" for value in values]
    line = f"export const {name} = [{', '.join(quoted)}] as const;"
    if len(line) <= WIDTH:
        return line + "\n"
    return f"export const {name} = [\n" + "".join(f"  {one},\n" for one in quoted) + "] as const;\n"


def constant(name: str) -> str:
    """Return `CARE_TAGS` for `CareTag`."""
    words = "".join(f"_{letter}" if letter.isupper() else letter for letter in name).strip("_")
    upper = words.upper()
    if upper.endswith("Y"):
        return upper[:-1] + "IES"
    return upper + ("ES" if upper.endswith("S") else "S")


def nested_schemas(schemas: list[Schema]) -> list[Schema]:
    """Return the schemas of items and of nested objects."""
    found: dict[str, Schema] = {}
    for schema in schemas:
        for field in schema.fields.values():
            nested = nested_of(field)
            if nested is not None:
                found.setdefault(type(nested).__name__, nested)
    return list(found.values())


def nested_of(field: fields.Field[Any]) -> Schema | None:
    """Return the schema inside the field, if there is one."""
    if isinstance(field, Items):
        return field.item
    if isinstance(field, fields.Nested):
        inner = field.schema
        return inner if isinstance(inner, Schema) else None
    return None


def interface(schema: Schema) -> str:
    """Return the interface of the schema's document."""
    lines = []
    for name, field in schema.fields.items():
        kind = type_of(field)
        null = " | null" if field.allow_none and kind != "unknown" else ""
        lines.append(f"  /** {field.metadata['label']} */\n")
        lines.append(f"  {name}{'' if field.required else '?'}: {kind}{null};\n")
    return f"export interface {interface_name(schema)} {{\n{''.join(lines)}}}\n"


def interface_name(schema: Schema) -> str:
    """Return `HouseholdFields` for a record's schema, `Member` for an item's."""
    name = type(schema).__name__.removesuffix("Schema")
    return f"{name}Fields" if type(schema) in SCHEMAS.values() else name


def type_of(field: fields.Field[Any]) -> str:
    """Return the TypeScript type of the field's value."""
    if isinstance(field, Choice):
        return field.name_of_values
    if isinstance(field, Choices):
        return f"{field.name_of_values}[]"
    nested = nested_of(field)
    if nested is not None:
        return interface_name(nested) + ("[]" if isinstance(field, Items) else "")
    return next((name for kind, name in PLAIN_TYPES.items() if isinstance(field, kind)), "unknown")


def registry() -> str:
    """Return the map from a record's type to its fields."""
    lines = "".join(f"  {name}: {interface_name(schema())};\n" for name, schema in SCHEMAS.items())
    return (
        f"export interface FieldsByType {{\n{lines}}}\n\n"
        f"{const_array('RECORD_TYPES', tuple(SCHEMAS))}"
        "export type RecordType = (typeof RECORD_TYPES)[number];\n"
    )


def limits(schemas: list[Schema]) -> str:
    """Return the longest texts in characters, and the bounds of numbers, by type and field."""
    lines = []
    for record_type, schema in zip(SCHEMAS, schemas, strict=True):
        texts = [
            f"    {name}: {field.most},\n"
            for name, field in schema.fields.items()
            if isinstance(field, Text | Count)
        ]
        lines.append(f"  {record_type}: {{\n{''.join(texts)}  }},\n")
    return (
        "/** The most characters of a text, and the largest value of a number. */\n"
        f"export const MOST = {{\n{''.join(lines)}}} as const;\n"
    )


if __name__ == "__main__":
    for file, text in sources().items():
        file.write_text(text, "utf-8")
        sys.stdout.write(f"{file}\n")
