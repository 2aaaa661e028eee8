/** What a record keeps of a form. */

/**
 * Returns the values that are not empty. An empty one is left out, unless the record had it: then
 * null, false or [] takes it away.
 */
export function given<Value extends string | boolean | readonly unknown[]>(
  values: Readonly<Record<string, Value>>,
  before: Readonly<object>,
): Record<string, Value | null> {
  const had = before as Readonly<Record<string, unknown>>;
  const kept: Record<string, Value | null> = {};
  for (const [name, value] of Object.entries(values)) {
    const empty = Array.isArray(value) ? value.length === 0 : value === '' || value === false;
    if (!empty) kept[name] = value;
    else if (had[name] !== undefined && had[name] !== null)
      kept[name] = value === '' ? null : value;
  }
  return kept;
}
