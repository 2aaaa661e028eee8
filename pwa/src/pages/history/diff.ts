/** The difference of two short texts, by Chinese character or Latin word: longest common subsequence. */

export interface Part {
  kind: 'same' | 'del' | 'ins';
  text: string;
}

/** Above this many cells (2 bytes each) the differing middle of two texts is shown whole. */
const MAX_CELLS = 4_000_000;

/** Returns the parts that turn `before` into `after`; in a changed place `del` stands before `ins`. */
export function diffText(before: string, after: string): Part[] {
  const a = before.match(/[A-Za-z0-9]+|[^]/gu) ?? [];
  const b = after.match(/[A-Za-z0-9]+|[^]/gu) ?? [];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let [endA, endB] = [a.length, b.length];
  while (endA > head && endB > head && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  return joined([
    { kind: 'same', text: a.slice(0, head).join('') },
    ...edits(a.slice(head, endA), b.slice(head, endB)),
    { kind: 'same', text: a.slice(endA).join('') },
  ]);
}

/** Returns one part per token; texts too long to compare come whole. */
function edits(a: string[], b: string[]): Part[] {
  if ((a.length + 1) * (b.length + 1) > MAX_CELLS) {
    return [
      { kind: 'del', text: a.join('') },
      { kind: 'ins', text: b.join('') },
    ];
  }
  const common = commonLengths(a, b);
  const parts: Part[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [gone, come] = [a[i] ?? '', b[j] ?? ''];
    if (i < a.length && gone === come) {
      parts.push({ kind: 'same', text: gone });
      i++;
      j++;
    } else if (j === b.length || (i < a.length && common(i + 1, j) >= common(i, j + 1))) {
      parts.push({ kind: 'del', text: gone });
      i++;
    } else {
      parts.push({ kind: 'ins', text: come });
      j++;
    }
  }
  return parts;
}

/** Returns the length of the longest common subsequence of a[i…] and b[j…], as a function of i, j. */
function commonLengths(a: string[], b: string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}

/** Joins neighbours of one kind; a single unchanged character between two changes joins them. */
function joined(parts: Part[]): Part[] {
  const out: Part[] = [];
  const pending = { same: '', del: '', ins: '' };
  const flush = (...kinds: Part['kind'][]) => {
    for (const kind of kinds) {
      if (pending[kind]) out.push({ kind, text: pending[kind] });
      pending[kind] = '';
    }
  };
  for (const { kind, text } of parts) {
    if (kind !== 'same' && [...pending.same].length === 1 && (pending.del || pending.ins)) {
      pending.del += pending.same;
      pending.ins += pending.same;
      pending.same = '';
    } else if (kind !== 'same' && pending.same) flush('del', 'ins', 'same');
    pending[kind] += text;
  }
  flush('del', 'ins', 'same');
  return out;
}
