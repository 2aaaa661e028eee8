/** A form shown one screen at a time: a question, or a group that is to stand on one screen. */

import type { Control } from '@/xforms/definition';
import type { Node } from '@/xforms/tree';
import { isHeading, nodesOf } from '@/xforms/walk';
import type { Filling } from './filling';
import { mayGrow } from './growing';
import { appearanceOf } from './look';

export interface Screen {
  readonly key: string;
  readonly control: Control;
  /** The node around the control. */
  readonly around: Node;
  /** Asks whether there is another instance of the repeat. */
  readonly isEnd: boolean;
  /** The groups and instances it stands in, outermost first. */
  readonly trail: readonly { readonly control: Control; readonly node: Node }[];
}

/** What stands on the screen: the questions of an instance that is one screen, else the control. */
export function controlsOn({ control, around }: Screen): readonly Control[] {
  return control.kind === 'repeat' && around.path === control.path ? control.children : [control];
}

/** All screens as they stand; in `single` also what is meant for one screen comes by itself. */
export function screensOf(filling: Filling, single: boolean): Screen[] {
  const { form } = filling;
  const found: Screen[] = [];
  const push = (control: Control, around: Node, trail: Screen['trail'], isEnd = false): void => {
    const key = `${filling.keyOf(around)} ${control.path ?? ''} ${control.kind} ${isEnd ? 'end' : ''}`;
    found.push({ key, control, around, trail, isEnd });
  };
  const walk = (controls: readonly Control[], around: Node, trail: Screen['trail']): void => {
    for (const control of controls) {
      if (control.kind === 'repeat') walkRepeat(control, around, trail);
      else if (control.kind === 'group') walkGroup(control, around, trail);
      else if (nodesOf(control, around).some((node) => node.isRelevant)) {
        push(control, around, trail);
      }
    }
  };
  const walkGroup = (control: Control, around: Node, trail: Screen['trail']): void => {
    const node = isHeading(control) ? around : nodesOf(control, around)[0];
    if (!node?.isRelevant) return;
    if (!single && appearanceOf(control).some((one) => /^field[-_]list$/.test(one))) {
      push(control, around, trail);
    } else walk(control.children, node, [...trail, { control, node }]);
  };
  const walkRepeat = (control: Control, around: Node, trail: Screen['trail']): void => {
    for (const node of nodesOf(control, around)) {
      if (!node.isRelevant) continue;
      const inner = [...trail, { control, node }];
      if (!single && appearanceOf(control).includes('field-list')) push(control, node, inner);
      else walk(control.children, node, inner);
    }
    if (mayGrow(form, control, around)) push(control, around, trail, true);
  };
  walk(form.definition.body, form.root, []);
  return found;
}
