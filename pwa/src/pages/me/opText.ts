import { householdLine, localDay, localTime } from '@/data';
import { code, t, type MessageKey } from '@/i18n';

/** An op as a person sees it: what was done to what, and the fields where it changed some. */
export interface OpText {
  readonly title: string;
  readonly about: string;
  readonly path: string | null;
}

interface AnyOp {
  readonly type: string;
  readonly rid: string;
  readonly kind: string;
  readonly set: Readonly<Record<string, unknown>>;
}

const PATHS: Readonly<Record<string, string>> = {
  household: '/households/',
  diary_entry: '/diary/',
  problem: '/problems/',
};
/** Longer texts are cut here; the record itself shows the rest. */
const LONGEST = 40;

/** `新增民情日记` with its subject, or `修改问题` with the names of the fields. */
export function opText(op: AnyOp): OpText {
  const title = `${code('op_kind', op.kind)}${code('record_type', op.type)}`;
  const about =
    op.kind === 'set'
      ? t('sync.changed', { fields: fieldNames(op.set).join('、') })
      : subjectOf(op.set);
  const base = PATHS[op.type];
  return { title, about, path: base && op.kind !== 'delete' ? base + op.rid : null };
}

function fieldNames(set: AnyOp['set']): string[] {
  return [...new Set(Object.keys(set).map((name) => code('field', name)))];
}

function subjectOf(set: AnyOp['set']): string {
  const household = householdName(set['household_id']);
  const texts = [set['title'], household, set['target_name'], set['narrative'], set['comment']];
  return texts
    .filter((text): text is string => typeof text === 'string' && text !== '')
    .slice(0, 2)
    .map((text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text))
    .join(' · ');
}

function householdName(id: unknown): string | undefined {
  const line = typeof id === 'string' ? householdLine(id) : undefined;
  return line && `${line.building}${line.entrance}${line.door} ${line.head_name}`;
}

/** What a person can do about a refused op. */
export function adviceFor(refusal: string): string {
  const key = `sync.advice.${refusal}`;
  const known = [
    'sync.advice.invalid_field',
    'sync.advice.handed_over',
    'sync.advice.scope_unknown',
    'sync.advice.not_allowed',
    'sync.advice.unknown_type',
  ] as const satisfies readonly MessageKey[];
  return t(known.find((each) => each === key) ?? 'sync.advice.other');
}

/** `11-24 09:30` in local time. */
export function shortTime(at: string | Date): string {
  const iso = typeof at === 'string' ? at : at.toISOString();
  return `${localDay(iso).slice(5)} ${localTime(iso)}`;
}
