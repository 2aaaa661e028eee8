/**
 * A form that is being filled in. It agrees with JavaRosa, the engine of ODK Collect.
 *
 * Why our own: measured on one machine (gzip, first answer at 4x throttle, 1,006 questions with 5,000
 * choices), @getodk/xforms-engine is 251 kB and 5.5 s and wants wasm-unsafe-eval, ODK Web Forms
 * 1,050 kB and 8.0 s, Enketo 236 kB and 2.8 s with wrong totals, SurveyJS 295 kB and 7.3 s.
 */

import { Actions } from './actions';
import { answerOf, parseAnswer, wrap, type DataType } from './answers';
import { Changes } from './changes';
import { Choices, type Choice } from './choices';
import {
  absolute,
  FormError,
  parseForm,
  type Bind,
  type Control,
  type Definition,
} from './definition';
import { FormHost, type Surroundings } from './host';
import { Repeats } from './repeats';
import { Runner } from './runner';
import { Graph, type Rule } from './graph';
import { serialize } from './serialize';
import { expand, placeOf } from './places';
import { Texts } from './texts';
import { readSaved, type Saved } from './saved';
import { nodeOf, treeOf, type Atom, type Node } from './tree';
import { compile, type Compiled } from './xpath/compile';
import { toBoolean, unpack, type Plain } from './xpath/values';

export type Outcome = 'OK' | 'CONSTRAINT_VIOLATED' | 'REQUIRED_BUT_EMPTY';

export class Form {
  readonly definition: Definition;
  readonly host: FormHost;
  readonly main: Node;
  readonly repeats: Repeats;
  /** What the last acts have changed. */
  readonly changes = new Changes();
  private readonly graph: Graph;
  private readonly runner: Runner;
  readonly texts: Texts;
  private readonly choices: Choices;
  private readonly actions: Actions;
  private readonly controls = new Map<string, Control>();
  private readonly compiledExprs = new WeakMap<object, Compiled>();
  /** Errors of expressions, by the path where they stand; the field keeps what it had. */
  readonly faults = new Map<string, string>();

  /**
   * Throws XmlError, XPathError or FormError for a form that can't be used. `saved`: what `save` gave;
   * see `resume`.
   */
  constructor(xml: string, surroundings: Surroundings = {}, saved?: string) {
    this.definition = parseForm(xml);
    const templates: Node[] = [];
    this.main = treeOf(this.definition.instance, (template) => templates.push(template));
    this.host = new FormHost(this.main, this.definition, surroundings);
    this.indexControls(this.definition.body);
    this.repeats = new Repeats(this.main, this.definition, templates);
    this.graph = new Graph(this.definition.binds.values(), (path) => this.repeats.below(path));
    this.runner = new Runner(
      this.host,
      (node) => this.typeOf(node),
      (path, error) => this.note(path, error),
      this.changes,
    );
    this.texts = new Texts(this.definition, (expr, node) => this.value(expr, node));
    this.choices = new Choices(this.host, this.texts, (expr) => this.compiled(expr));
    this.actions = new Actions(this.definition, this.host, {
      compiled: (expr) => this.compiled(expr),
      store: (node, result) => this.storeText(node, result),
      note: (path, error) => this.note(path, error),
    });
    this.host.texts = this.texts;
    this.host.labelOf = (value, path, node) => this.labelOf(value, path, node);
    if (saved === undefined) this.start();
    else this.goOn(readSaved(saved));
  }

  /** The form as it was when it was saved; the same version of it. Throws FormError for another's state. */
  static resume(xml: string, saved: string, surroundings: Surroundings = {}): Form {
    return new Form(xml, surroundings, saved);
  }

  private indexControls(controls: readonly Control[]): void {
    for (const control of controls) {
      if (control.path !== null && !this.controls.has(control.path) && control.kind !== 'group') {
        this.controls.set(control.path, control);
      }
      this.indexControls(control.children);
    }
  }

  private start(): void {
    this.parseValues(this.root);
    this.preload(this.root);
    this.actions.fire('odk-instance-first-load');
    this.actions.fire('xforms-ready');
    this.actions.fire('odk-instance-load');
    this.runner.run(this.graph.rules, this.root);
    this.fillCounts();
  }

  /** As JavaRosa opens what was saved: nothing is preloaded again, and every rule runs. */
  private goOn({ language, instance }: Saved): void {
    if (instance.local !== this.root.name) throw new FormError('these answers are of another form');
    this.main.remove(this.root);
    this.main.add(nodeOf(instance, this.main));
    if (language !== undefined && this.definition.itext.has(language)) {
      this.texts.language = language;
    }
    this.parseValues(this.root);
    this.actions.fire('odk-instance-load');
    this.runner.run(this.graph.rules, this.root);
    this.fillCounts();
  }

  get root(): Node {
    return this.main.children[0] as Node;
  }

  typeOf(node: Node): DataType {
    return this.bindOf(node)?.type ?? 'string';
  }

  bindOf(node: Node): Bind | undefined {
    return this.definition.binds.get(node.path);
  }

  controlOf(node: Node): Control | undefined {
    return this.controls.get(node.path);
  }

  /** The node at `/data/rep[2]/name`; positions left out are 1. Undefined where there is none. */
  node(reference: string): Node | undefined {
    let node: Node | undefined = this.main;
    for (const step of reference.split('/').slice(1)) {
      const [, name = '', position = '1'] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? [];
      node = node?.named(name.slice(name.indexOf(':') + 1))[Number(position) - 1];
    }
    return node;
  }

  /** The text of the answer at the node. */
  answerAt(node: Node): string {
    return answerOf(node.value, this.typeOf(node));
  }

  /** Gives an answer, '' for none; one that is refused changes nothing. */
  answer(node: Node, text: string): Outcome {
    const value = this.valueFor(node, text);
    if (value === null && node.required) return 'REQUIRED_BUT_EMPTY';
    if (!this.allows(node, value)) return 'CONSTRAINT_VIOLATED';
    this.store(node, value);
    return 'OK';
  }

  /** Takes an answer back, also one that is required: somebody may think it over. */
  clear(node: Node): void {
    this.store(node, null);
  }

  private store(node: Node, value: Atom): void {
    this.set(node, value);
    this.fillCounts();
    this.dropUnavailable();
  }

  private valueFor(node: Node, text: string): Atom {
    const kind = this.controlOf(node)?.kind;
    if (kind === 'select' || kind === 'rank') return text.trim().split(/\s+/).join(' ') || null;
    if (kind === 'select1' || kind === 'upload') return text || null;
    return parseAnswer(text, this.typeOf(node), this.host.now());
  }

  /** Whether the node's constraint accepts the value; no answer is always accepted. */
  allows(node: Node, value: Atom): boolean {
    const constraint = this.bindOf(node)?.constraint;
    if (!constraint || value === null) return true;
    const context = { host: this.host, node, position: -1, current: node, candidate: value };
    try {
      return toBoolean(this.compiled(constraint)(context));
    } catch (error) {
      this.note(node.path, error);
      return true;
    }
  }

  /** What keeps the answer at the node from being submitted. */
  problemAt(node: Node): 'required' | 'constraint' | null {
    if (node.value === null) return node.required ? 'required' : null;
    return this.allows(node, node.value) ? null : 'constraint';
  }

  /** Stores a value and computes all that depends on it. */
  private set(node: Node, value: Atom): void {
    const before = this.answerAt(node);
    this.changes.setValue(node, value);
    this.runner.run(this.graph.after(node.path), node);
    const actions = this.controlOf(node)?.actions ?? [];
    if (before !== this.answerAt(node)) {
      this.actions.act(actions, 'xforms-value-changed', node.parent);
    }
  }

  /** As JavaRosa does: by way of the text that the field's type makes of it. */
  private storeText(node: Node, result: Plain): void {
    const type = this.typeOf(node);
    const text = answerOf(wrap(result, type), type);
    this.set(node, parseAnswer(text, type, this.host.now()));
  }

  /** Adds an instance of the repeat at the end; the new node. */
  addRepeat(reference: string): Node {
    const node = this.repeats.create(reference, (path) => this.node(path));
    this.created(node);
    this.fillCounts();
    return node;
  }

  private created(node: Node): void {
    if (node.parent) this.changes.note(node.parent);
    this.parseValues(node);
    this.preload(node);
    this.actions.act(this.definition.actions, 'odk-new-repeat', node);
    this.actions.act(this.controls.get(node.path)?.actions ?? [], 'odk-new-repeat', node);
    const all = this.graph.forAll(node.path);
    const first = this.graph.after(node.path);
    this.runner.run(first, node, all);
    const second = this.graph.within(node.path);
    this.runner.run(second, node);
    this.runForChildren(node, new Set([...first, ...second]));
  }

  removeRepeat(node: Node): void {
    const { parent, path } = node;
    if (!parent) return;
    const place = placeOf(node);
    this.changes.note(parent);
    parent.remove(node);
    const rules = this.graph.after(path);
    this.runner.runAt(rules, place, this.graph.forAll(path));
    const done = new Set(rules);
    for (const child of node.children) {
      const rest = this.graph.after(child.path).filter((rule) => !done.has(rule));
      this.runner.runAt(rest, [...place, { name: child.name, index: child.index }]);
    }
    this.fillCounts();
  }

  private runForChildren(node: Node, done: ReadonlySet<Rule>): void {
    for (const child of node.children) {
      this.runner.run(
        this.graph.after(child.path).filter((rule) => !done.has(rule)),
        child,
      );
    }
  }

  private fillCounts(): void {
    // A new instance may hold counted repeats of its own: hence until nothing more is missing.
    for (let missing = true; missing;) {
      missing = false;
      for (const reference of this.repeats.missing((expr, node) => this.value(expr, node))) {
        this.created(this.repeats.create(reference, (path) => this.node(path)));
        missing = true;
      }
    }
  }

  private parseValues(node: Node): void {
    if (typeof node.value === 'string') {
      node.value = parseAnswer(node.value, this.typeOf(node), this.host.now());
    }
    node.children.forEach((child) => this.parseValues(child));
  }

  private preload(node: Node): void {
    const preload = this.bindOf(node)?.preload;
    if (preload && node.children.length === 0) {
      const value = this.host.preloaded(preload.kind, preload.params);
      if (value !== null) node.value = wrap(value, this.typeOf(node));
    }
    node.children.forEach((child) => this.preload(child));
  }

  /** What may be chosen at the node, in the order to be shown. */
  choicesOf(node: Node): Choice[] {
    const control = this.controlOf(node);
    return control ? this.choices.of(control, node) : [];
  }

  labelText(choice: Choice, node: Node): string {
    return this.choices.labelText(choice, node);
  }

  /** The label of the choice with that value at the question of the path, as seen from `node`. */
  private labelOf(value: string, path: string, node: Node): string {
    const question = absolute(path, node.path);
    const control = this.controls.get(question);
    if (!control) return '';
    const place = placeOf(node);
    const [asked] = expand(this.main, question, place);
    const choice = this.choices.of(control, asked ?? node).find((one) => one.value === value);
    return choice ? this.choices.labelText(choice, asked ?? node) : '';
  }

  /** Takes back answers that a changed list of choices no longer offers. */
  private dropUnavailable(): void {
    for (const [path, control] of this.controls) {
      if (!control.itemset) continue;
      for (const node of expand(this.main, path, [])) {
        if (node.value === null || !node.isRelevant) continue;
        const answer = this.answerAt(node);
        const left = this.choices.available(control, node, answer);
        if (left !== answer) this.set(node, left || null);
      }
    }
  }

  value(expr: object, node: Node): Plain {
    return unpack(this.compiled(expr)({ host: this.host, node, position: -1, current: node }));
  }

  private compiled(expr: object): Compiled {
    const known = this.compiledExprs.get(expr);
    if (known) return known;
    const made = compile(expr as Parameters<typeof compile>[0]);
    this.compiledExprs.set(expr, made);
    return made;
  }

  private note(path: string, error: unknown): void {
    this.faults.set(path, error instanceof Error ? error.message : String(error));
  }

  /** The submission: relevant answers as XML. */
  serialize(): string {
    return this.write(false);
  }

  /** All that is needed to go on later: the answers of hidden branches, too, and the language. */
  save(): string {
    return JSON.stringify({ language: this.texts.language, instance: this.write(true) });
  }

  private write(whole: boolean): string {
    return serialize(this.root, this.definition, { whole, answer: (node) => this.answerAt(node) });
  }

  /** Stores what is known only at the end, such as the time of it. */
  finish(): void {
    for (const [path, { preload }] of this.definition.binds) {
      if (preload?.kind !== 'timestamp' || preload.params !== 'end') continue;
      for (const node of expand(this.main, path, [])) node.value = this.host.now();
    }
  }
}
