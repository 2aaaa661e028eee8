/** What the controls of all kinds of questions have in common. */

import type { Control } from '@/xforms/definition';
import type { Node } from '@/xforms/tree';
import type { Look } from './look';

/** Those that are one field with the id `…-i`; the others are groups named by the label's id. */
export const NAMED_BY_LABEL: ReadonlySet<Look> = new Set<Look>([
  'text',
  'integer',
  'decimal',
  'long',
  'date',
  'time',
  'dateTime',
  'place',
  'list',
  'range',
]);

export interface ControlProps {
  /** Of the question's element; the field's id is `…-i`, the label's `…-l`. */
  readonly id: string;
  readonly control: Control;
  readonly node: Node;
  readonly answer: string;
  readonly look: Look;
  readonly readonly: boolean;
  readonly required: boolean;
  readonly invalid: boolean;
  readonly describedBy?: string | undefined;
  readonly label: string;
}
