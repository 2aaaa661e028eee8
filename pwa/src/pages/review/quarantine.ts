/** A quarantined entry as it is read: the op it holds, taken apart. */

export interface HeldOp {
  type: string;
  kind: string;
  /** What its author filled, field by field; empty when the text can't be taken apart. */
  values: [field: string, value: unknown][];
}

/** Returns the parts of the op's text. Whatever it holds, even no JSON, gives an answer. */
export function heldOp(text: string): HeldOp {
  const op = parsed(text);
  const set = isObject(op['set']) ? op['set'] : {};
  return {
    type: typeof op['type'] === 'string' ? op['type'] : '',
    kind: typeof op['kind'] === 'string' ? op['kind'] : '',
    values: Object.entries(set).filter(([, value]) => value !== null && value !== ''),
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const op: unknown = JSON.parse(text);
    return isObject(op) ? op : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
