/**
 * A form while somebody fills it in: what is shown of it, redrawn only where it has changed. The
 * engine knows nothing of Vue; it says after each act which nodes it touched, and each of them has a
 * number here that whoever draws it reads.
 */
import {
  computed,
  inject,
  shallowRef,
  triggerRef,
  type ComputedRef,
  type InjectionKey,
  type Ref,
  type ShallowRef,
} from 'vue';
import type { MessageKey } from '@/i18n';
import { t } from '@/i18n';
import type { Control } from '@/xforms/definition';
import type { Choice } from '@/xforms/choices';
import type { Form } from '@/xforms/form';
import type { Node } from '@/xforms/tree';
import type { Besides } from '@/xforms/texts';
import { triggersOf } from '@/xforms/triggers';
import { questionsOf } from '@/xforms/walk';
import { childOf, type XmlElement } from '@/xforms/xml';
import { lookOf } from './look';
import { isPlain } from './markdown';
import { Turns } from './turns';

export type Mistake =
  'required' | 'constraint' | 'integer' | 'decimal' | 'date' | 'place' | 'range';
const SAID: Record<Mistake, MessageKey> = {
  required: 'fill.error.required',
  constraint: 'fill.error.constraint',
  integer: 'fill.error.integer',
  decimal: 'fill.error.decimal',
  date: 'fill.error.date',
  place: 'fill.error.place',
  range: 'fill.error.range',
};

export interface Options {
  /** The address of a file of the form, such as a picture; undefined where it isn't on this device. */
  readonly media?: ((name: string) => string | undefined) | undefined;
  /** Whether places may be written down; never in an anonymous round. */
  readonly places?: boolean | undefined;
  readonly changed?: () => void;
}

export interface Option {
  readonly value: string;
  readonly text: string;
  readonly media: Besides | undefined;
  /** Shown by RichChoice, not as it stands. */
  readonly isRich: boolean;
}

export class Filling {
  readonly language: ShallowRef<string | undefined>;
  /** Changes with every act. */
  readonly revision = shallowRef(0);
  /** Changes when instances of repeats have other numbers. */
  readonly numbering = shallowRef(0);
  private readonly nodes = new WeakMap<Node, ShallowRef<null>>();
  private readonly fields = new Map<string, ShallowRef<null>>();
  private readonly shownFields = new WeakMap<Control, readonly string[]>();
  private readonly keys = new WeakMap<Node, string>();
  private readonly choices = new WeakMap<Node, ComputedRef<readonly Choice[]>>();
  private readonly mistakes = new Map<Node, Mistake>();
  /** What was written and refused; the form keeps the answer from before. */
  private readonly refused = new Map<Node, string>();
  private before: { readonly node: Node; readonly answer: string } | null = null;
  private lastKey = 0;
  readonly turns = new Turns();

  constructor(
    readonly form: Form,
    readonly options: Options = {},
  ) {
    this.language = shallowRef(form.texts.language);
    form.changes.take();
  }

  /** A name of the node for keys and ids, the same as long as it lives. */
  keyOf(node: Node): string {
    let key = this.keys.get(node);
    if (key === undefined) this.keys.set(node, (key = `q${(this.lastKey += 1)}`));
    return key;
  }

  /** Whoever draws and has asked here is drawn anew when the node changes. */
  see(node: Node): void {
    let seen = this.nodes.get(node);
    if (!seen) this.nodes.set(node, (seen = shallowRef(null)));
    track(seen);
  }

  /** The same for the fields that the control's texts and choices show. */
  seeFields(control: Control): void {
    for (const path of this.fieldsOf(control)) {
      let seen = this.fields.get(path);
      if (!seen) this.fields.set(path, (seen = shallowRef(null)));
      track(seen);
    }
  }

  private fieldsOf(control: Control): readonly string[] {
    let known = this.shownFields.get(control);
    if (!known) this.shownFields.set(control, (known = [...this.findFields(control)]));
    return known;
  }

  private findFields({ element, label, items, itemset, path }: Control): Set<string> {
    const context = path ?? '';
    const found = itemset ? triggersOf(itemset.nodeset, context) : new Set<string>();
    const texts = [label, childOf(element, 'hint'), ...items.map((i) => i.label)];
    for (const text of texts) {
      if (!text) continue;
      this.form.texts.fieldsOf(text, context).forEach((field) => found.add(field));
    }
    return found;
  }

  /** What stands in the field: the answer, or what was written and refused. */
  shown(node: Node): string {
    return this.refused.get(node) ?? this.form.answerAt(node);
  }

  /** Somebody begins to write: an answer that is refused in the end leaves what was there now. */
  begin(node: Node): void {
    this.before = { node, answer: this.form.answerAt(node) };
  }

  /** A mistake is said, and keeps the form from being submitted; a range takes the answer all the same. */
  give(node: Node, text: string, mistake?: Mistake): void {
    this.refused.delete(node);
    this.mistakes.delete(node);
    if (mistake && mistake !== 'range') this.refuse(node, text, mistake);
    else if (text === '') this.form.clear(node);
    else if (this.form.answer(node, text) === 'CONSTRAINT_VIOLATED') {
      this.refuse(node, text, 'constraint');
    } else if (mistake) this.mistakes.set(node, mistake);
    this.form.changes.note(node);
    this.publish();
  }

  private refuse(node: Node, text: string, mistake: Mistake): void {
    this.refused.set(node, text);
    this.mistakes.set(node, mistake);
    const { before } = this;
    if (before?.node !== node || this.form.answerAt(node) === before.answer) return;
    if (before.answer === '') this.form.clear(node);
    else this.form.answer(node, before.answer);
  }

  addRepeat(reference: string): Node {
    const node = this.form.addRepeat(reference);
    this.publish();
    return node;
  }

  removeRepeat(node: Node): void {
    this.form.removeRepeat(node);
    this.publish();
    this.numbering.value += 1;
  }

  speak(language: string): void {
    this.form.texts.language = language;
    this.language.value = language;
  }

  private publish(): void {
    const paths = new Set<string>();
    for (const node of this.form.changes.take()) {
      const seen = this.nodes.get(node);
      if (seen) triggerRef(seen);
      paths.add(node.path);
    }
    for (const path of paths) {
      const seen = this.fields.get(path);
      if (seen) triggerRef(seen);
    }
    this.revision.value += 1;
    this.options.changed?.();
  }

  /** Marks the questions that can't stay so; the nodes from top to bottom. */
  check(only?: ReadonlySet<Node>): Node[] {
    const found = [...questionsOf(this.form.definition.body, this.form.root)].filter(
      ({ control, node }) => (only?.has(node) ?? true) && this.isMistaken(control, node),
    );
    for (const { node } of found) this.form.changes.note(node);
    this.publish();
    return found.map(({ node }) => node);
  }

  private isMistaken(control: Control, node: Node): boolean {
    if (node.isReadonly || !this.isAsked(control, node)) return false;
    const mistake = this.mistakes.get(node);
    if (mistake && mistake !== 'required') return true;
    const problem = this.form.problemAt(node);
    if (problem) this.mistakes.set(node, problem);
    else this.mistakes.delete(node);
    return problem !== null;
  }

  /** Files are never asked for, and places only where they are allowed. */
  isAsked(control: Control, node: Node): boolean {
    const look = lookOf(control, this.form.typeOf(node), 0);
    return look !== 'file' && (look !== 'place' || this.options.places === true);
  }

  /** What is wrong with the answer, in words; '' for nothing. */
  mistakeAt(node: Node): string {
    const mistake = this.mistakes.get(node);
    if (!mistake) return '';
    const bind = this.form.bindOf(node);
    const own = mistake === 'required' ? bind?.requiredMessage : bind?.constraintMessage;
    const isOwn = mistake === 'required' || mistake === 'constraint';
    return isOwn && own ? this.form.texts.message(own, node) : t(SAID[mistake]);
  }

  /** The text of the control's label or hint at the node. */
  textOf(element: XmlElement | undefined, node: Node): string {
    track(this.language);
    return element ? this.safely(() => this.form.texts.of(element, node), '') : '';
  }

  /** What stands beside the text; undefined for nothing. */
  besidesOf(element: XmlElement | undefined, node: Node): Besides | undefined {
    if (!element) return undefined;
    const found = this.safely(() => this.form.texts.besides(element, node), {});
    return Object.keys(found).length > 0 ? found : undefined;
  }

  /** What may be chosen, as it stands; looked up once for all who ask. */
  choicesOf(control: Control, node: Node): readonly Choice[] {
    let known = this.choices.get(node);
    if (!known) {
      known = computed(() => {
        this.seeFields(control);
        return this.safely(() => this.form.choicesOf(node), []);
      });
      this.choices.set(node, known);
    }
    return known.value;
  }

  /** The choices as they are shown. */
  optionsOf(control: Control, node: Node): Option[] {
    return this.choicesOf(control, node).map((choice) => {
      const text = this.choiceText(choice, node);
      const media = this.choiceMedia(choice, node);
      return { value: choice.value, text, media, isRich: media !== undefined || !isPlain(text) };
    });
  }

  choiceText(choice: Choice, node: Node): string {
    track(this.language);
    return this.safely(() => this.form.labelText(choice, node), choice.value);
  }

  choiceMedia({ label, textId }: Choice, node: Node): Besides | undefined {
    if (typeof label === 'object') return this.besidesOf(label, node);
    if (textId === undefined) return undefined;
    track(this.language);
    const found = this.safely(() => this.form.texts.besidesOf(textId, node), {});
    return Object.keys(found).length > 0 ? found : undefined;
  }

  mediaUrl(file: string | undefined): string | undefined {
    return file ? this.options.media?.(file.replace(/^.*\//, '')) : undefined;
  }

  /** An expression that fails spoils its own text only. */
  private safely<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      this.form.faults.set('', error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  }
}

/** Draws whoever asks anew when the ref changes. */
export const track = (seen: Ref<unknown>): unknown => seen.value;

export const FILLING: InjectionKey<Filling> = Symbol('the form that is filled in');

export function useFilling(): Filling {
  const filling = inject(FILLING);
  if (!filling) throw new Error('no form is being filled in here');
  return filling;
}
