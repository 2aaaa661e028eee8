/** A form filled from a record or a draft. */

/**
 * Returns `blank` with what the record has laid over it. What is null or no field of the form stays
 * out; lists and their objects are copies, free to be edited.
 */
export function formOf<Form extends object>(blank: Form, fields: object): Form {
  const form = { ...blank } as Record<string, unknown>;
  const known = fields as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(blank)) {
    const value = known[name];
    if (value !== undefined && value !== null) form[name] = copyOf(value);
  }
  return form as Form;
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return typeof value === 'object' && value !== null ? { ...value } : value;
}
