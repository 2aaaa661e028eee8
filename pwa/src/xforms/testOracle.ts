/** The recorded answers of JavaRosa beside the project, where they are there: `../shared/oracle`. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Form } from './form';

export const ORACLE = resolve(import.meta.dirname, '../../../../shared/oracle');
/** The project's own forms, with what JavaRosa made of them. */
const OWN = join(import.meta.dirname, 'javarosa');
export const hasOracle = existsSync(join(ORACLE, 'README.md'));

type Leaf = readonly [reference: string, value: string, relevant: string];
type FillStep = readonly [op: string, reference: string, value: string, outcome: string];
interface Fill {
  readonly form: string;
  readonly steps: readonly FillStep[];
  readonly leaves: readonly Leaf[];
}
interface ScenarioStep {
  readonly op: string;
  readonly ref?: string;
  readonly value?: string;
  readonly result?: string;
  readonly values?: readonly string[];
  readonly relevant?: boolean;
  readonly required?: boolean;
  readonly readonly?: boolean;
}

/** What differs from one run to the next, and so isn't compared. */
const VOLATILE =
  /instanceID|deviceid|imei|\/start|\/end|today|timeStart|timeEnd|username|phonenumber|subscriberid|simserial/;

const read = (...names: string[]): string => readFileSync(join(ORACLE, ...names), 'utf8');
export const ownFills = (): string[] =>
  readdirSync(OWN)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(OWN, name));
export const fillNames = (): string[] => (hasOracle ? readdirSync(join(ORACLE, 'fills')) : []);
export const scenarioNames = (): string[] =>
  hasOracle ? readdirSync(join(ORACLE, 'scenarios')).filter((name) => name.endsWith('.json')) : [];

export const openForm = (folder: string, name: string): Form => openAt(join(ORACLE, folder, name));

function openAt(file: string): Form {
  const beside = dirname(file);
  const resource = (src: string): string | undefined => {
    const path = join(beside, src.replace(/^.*\//, ''));
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  // What JavaRosa says where no device tells the place.
  return new Form(readFileSync(file, 'utf8'), {
    resource,
    place: () => 'no client implementation',
  });
}

const normal = (text: string): string => {
  const trimmed = text.trim();
  return trimmed !== '' && Number.isFinite(Number(trimmed))
    ? String(Math.round(Number(trimmed) * 1e6) / 1e6)
    : trimmed;
};

/** What differs from JavaRosa's end state after a fill; nothing when all is right. */
export const runFill = (name: string): string[] =>
  runFillAt(join(ORACLE, 'fills', name), join(ORACLE, 'forms'));

/** `forms`: the folder of the form. */
export function runFillAt(file: string, forms: string): string[] {
  const fill = JSON.parse(readFileSync(file, 'utf8')) as Fill;
  const form = openAt(join(forms, fill.form));
  const answered = fill.steps
    .filter(([, , , outcome]) => !outcome.startsWith('ERR'))
    .map((step) => give(form, step));
  const refused = new Set(
    fill.steps.filter(([, , , outcome]) => outcome !== 'OK').map(([, reference]) => reference),
  );
  const compared = fill.leaves
    .filter(([reference]) => !VOLATILE.test(reference) && !refused.has(reference))
    .map((leaf) => compareLeaf(form, leaf));
  return explained(form, [...answered, ...compared]);
}

function give(form: Form, [, reference, value, outcome]: FillStep): string | null {
  const node = form.node(reference);
  const got = node ? form.answer(node, value) : 'no such node';
  return got === outcome ? null : `${reference} = ${value}: ${got}, not ${outcome}`;
}

function compareLeaf(form: Form, [reference, value, relevant]: Leaf): string | null {
  const node = form.node(reference);
  const got = node?.isRelevant ? normal(form.answerAt(node)) : undefined;
  const wanted = relevant === '1' ? normal(value) : undefined;
  const same = wanted === undefined ? got === undefined : (got ?? '') === wanted;
  return same ? null : `${reference}: ${String(got)}, not ${String(wanted)}`;
}

/** The errors, and with them what the form itself found wrong. */
function explained(form: Form, found: readonly (string | null)[]): string[] {
  const errors = found.filter((one) => one !== null);
  if (errors.length === 0) return [];
  return [...errors, ...[...form.faults].map(([path, fault]) => `fault at ${path}: ${fault}`)];
}

export function runScenario(name: string): string[] {
  const { steps } = JSON.parse(read('scenarios', name)) as { steps: ScenarioStep[] };
  const form = openForm('scenarios', name.replace('.json', '.xml'));
  return explained(
    form,
    steps.map((step, at) => {
      const wrong = CHECKS[step.op]?.(form, step);
      return wrong ? `${at + 1} ${step.op} ${step.ref ?? ''}: ${wrong}` : null;
    }),
  );
}

type Check = (form: Form, step: ScenarioStep) => string | null;

/** Steps of other kinds compare nothing. */
const CHECKS: Record<string, Check | undefined> = {
  add: (form, { ref = '' }) => {
    form.addRepeat(ref);
    return null;
  },
  remove: (form, { ref = '' }) => {
    const node = form.node(ref);
    if (node) form.removeRepeat(node);
    return null;
  },
  lang: (form, { value }) => {
    form.texts.language = value;
    return null;
  },
  answer: (form, { ref = '', value = '', result = 'OK' }) => {
    const node = form.node(ref);
    const got = node ? form.answer(node, value) : 'no node';
    return got === result ? null : `${got}, not ${result}`;
  },
  choices: (form, { ref = '', values = [] }) => {
    const node = form.node(ref);
    const got = node ? form.choicesOf(node).map(({ value }) => value) : [];
    return got.join('|') === values.join('|') ? null : `${got.join(' ')}, not ${values.join(' ')}`;
  },
  read: state,
  node: state,
};

function state(form: Form, step: ScenarioStep): string | null {
  const node = form.node(step.ref ?? '');
  if (!node) return step.value === 'none' ? null : 'no node';
  return compare(form, node, step);
}

function compare(
  form: Form,
  node: NonNullable<ReturnType<Form['node']>>,
  step: ScenarioStep,
): string | null {
  const got = [normal(form.answerAt(node)), node.isRelevant, node.required, node.isReadonly].join(
    ' ',
  );
  const wanted = [normal(step.value ?? ''), step.relevant, step.required, step.readonly].join(' ');
  return got === wanted ? null : `${got}, not ${wanted}`;
}

export interface Expression {
  readonly src: string;
  readonly expr: string;
  readonly type: string;
  readonly javarosa: string;
  readonly agree: boolean;
}

export const expressions = (): Expression[] =>
  hasOracle ? (JSON.parse(read('xpath.json')) as Expression[]) : [];

/** What the expression leaves in a field; null where it is refused. */
export function runExpression({ expr, type }: Expression): string | null {
  const text = expr.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
  const bind = `<bind nodeset="/data/r" type="${type === 'number' ? 'decimal' : type}" calculate="${text}"/>`;
  const form = new Form(
    `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data><r/></data></instance>${bind}</model></h:head><h:body><input ref="/data/r"/></h:body></h:html>`,
  );
  const node = form.node('/data/r');
  return node && form.faults.size === 0 ? form.answerAt(node) : null;
}
