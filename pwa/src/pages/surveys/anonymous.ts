/** What an anonymous submission leaves out: all that the form fills in by itself, and its `meta`. */
import type { Form } from '@/xforms/form';
import type { Node } from '@/xforms/tree';

/** The submission of the filled form without device, account, times and ids. */
export function anonymousXml(form: Form): string {
  for (const child of [...form.root.children]) if (child.name === 'meta') form.root.remove(child);
  blank(form, form.root);
  return form.serialize();
}

function blank(form: Form, node: Node): void {
  if (form.bindOf(node)?.preload) node.value = null;
  for (const child of node.children) blank(form, child);
}
