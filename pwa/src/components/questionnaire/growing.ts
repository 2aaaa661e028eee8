import type { Control } from '@/xforms/definition';
import type { Form } from '@/xforms/form';
import type { Node } from '@/xforms/tree';
import { toBoolean } from '@/xforms/xpath/values';

/** Whether a person decides how many instances there are, and may have some. */
export function mayGrow(form: Form, { count, path, element }: Control, around: Node): boolean {
  if (count || path === null || !around.isRelevant || isFixed(element.attributes)) return false;
  const relevant = form.definition.binds.get(path)?.relevant;
  if (!relevant) return true;
  const name = path.slice(around.path.length + 1);
  const place = around.named(name)[0] ?? around.detached(name);
  return toBoolean(form.value(relevant, place));
}

const isFixed = (attributes: ReadonlyMap<string, string>): boolean =>
  [...attributes].some(([name, value]) => /(^|:)noAddRemove$/.test(name) && value === 'true()');
